// Package seal holds every key and every cipher of Feltsjekk: the device's vault, the sealing of rows and files, the event chain, the
// signed documents, the envelopes to an office, and the office's own keys. Nothing else in the program imports a cipher.
//
// The formats are laid out in docs/formats.md, from which another could implement them; testdata holds vectors. Everything that comes
// from outside is bounded in size and depth before anything is computed over it.
//
//	vault    Argon2id (PIN) → HKDF → XChaCha20-Poly1305 wraps the master key VMK
//	row      XChaCha20-Poly1305 under a key derived from VMK, bound to table and id, padded to 256 bytes
//	file     age, to an X25519 identity of its own
//	signed   DSSE with Ed25519
//	envelope age, to the office's hybrid post-quantum recipients
package seal
