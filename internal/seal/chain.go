package seal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// ContentMAC is HMAC-SHA256 of an event's content under its salt of 16 random bytes. Without the salt it says nothing about the content.
func ContentMAC(salt [16]byte, content []byte) [32]byte { return [32]byte(mac(salt[:], content)) }

// ChainStep is one link: SHA-256("feltsjekk/v1/event" ‖ prev ‖ lp(seq, kind, ids, time, contentMAC)); seq and timeMS (UTC milliseconds) are
// eight bytes big-endian, ids is lp of the ids. The first event's prev is 32 zero bytes.
func ChainStep(prev [32]byte, seq int64, kind string, ids []string, timeMS int64, contentMAC [32]byte) [32]byte {
	h := sha256.New()
	h.Write([]byte("feltsjekk/v1/event"))
	h.Write(prev[:])
	h.Write(lp(be64(seq), []byte(kind), lp(ids...), be64(timeMS), contentMAC[:]))
	return [32]byte(h.Sum(nil))
}

// NextEvent is ContentMAC and ChainStep in one.
func NextEvent(prev [32]byte, seq int64, kind string, ids []string, timeMS int64, salt [16]byte, content []byte) (contentMAC, hash [32]byte) {
	contentMAC = ContentMAC(salt, content)
	return contentMAC, ChainStep(prev, seq, kind, ids, timeMS, contentMAC)
}

// NameCommitment is what the signed document says of a person's name: hex HMAC-SHA256 under a salt that travels with the name.
func NameCommitment(salt [16]byte, name string) string {
	return hex.EncodeToString(mac(salt[:], []byte("feltsjekk/v1/name"), []byte(name)))
}

func be64(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
