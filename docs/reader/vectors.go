package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// vectors is vectors.json: the keys, and the values on the way.
type vectors struct {
	folder string
	Vault  struct {
		PIN         string `json:"pin"`
		Code        string `json:"recovery_code"`
		Argon2id    hexes  `json:"argon2id"`
		KEKPIN      hexes  `json:"kek_pin"`
		KEKRecovery hexes  `json:"kek_recovery"`
		VMK         hexes  `json:"vmk"`
		RowKey      hexes  `json:"row_key"`
		IndexKey    hexes  `json:"index_key"`
		SumKey      hexes  `json:"sum_key"`
		HeadKey     hexes  `json:"head_key"`
		Inbox       hexes  `json:"inbox_identity"`
	} `json:"vault"`
	Row struct {
		Table, ID, Body string
		MAC, Index      hexes
		IndexParts      []string `json:"index_parts"`
	} `json:"row"`
	File struct {
		Line         string `json:"plain_line"`
		Times        int    `json:"plain_times"`
		SHA256       hexes  `json:"sha256"`
		SealedSHA256 hexes  `json:"sealed_sha256"`
	} `json:"file"`
	Drop  struct{ Meta, Body string } `json:"drop"`
	Chain []struct {
		Seq, Time       int64
		Kind, Content   string
		IDs             []string
		Salt, MAC, Hash hexes
	} `json:"chain"`
	Name struct {
		Salt, Commitment hexes
		Name             string
	} `json:"name"`
	Keys struct {
		Doc     hexes `json:"doc_seed"`
		Net     hexes `json:"net_seed"`
		Receipt hexes `json:"receipt_seed"`
		Root    hexes `json:"root_seed"`
	} `json:"keys"`
	Envelope struct {
		Salt     hexes
		Document string
		Secrets  map[string]string
		Tag      string
	} `json:"envelope"`
	Office struct {
		Passphrase, Recipient string
		RecoveryRecipient     string `json:"recovery_recipient"`
	} `json:"office"`
	Enrol struct {
		Link          string
		Secret, Proof hexes
		ProofSHA256   hexes `json:"proof_sha256"`
		MACKey        hexes `json:"mac_key"`
	} `json:"enrol"`
}

// hexes is bytes written in hexadecimal.
type hexes []byte

// UnmarshalText reads hexadecimal.
func (h *hexes) UnmarshalText(b []byte) error {
	d, err := hex.DecodeString(string(b))
	*h = d
	return err
}

// readVectors reads vectors.json of a folder.
func readVectors(folder string) (*vectors, error) {
	b, err := os.ReadFile(filepath.Join(folder, "vectors.json"))
	if err != nil {
		return nil, err
	}
	v := &vectors{folder: folder}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return nil, fmt.Errorf("vectors.json: %w", err)
	}
	return v, nil
}

// check is one format held to its vectors; files are those that it reads.
type check struct {
	name  string
	files []string
	run   func(*vectors) error
}

var checks = []check{
	{"vault", []string{"vault.head"}, (*vectors).vault},
	{"recovery code", []string{"vault.head"}, (*vectors).recovery},
	{"guesses", []string{"vault.guesses"}, (*vectors).guesses},
	{"row", []string{"vault.head", "row.bin"}, (*vectors).row},
	{"file", []string{"file.age", "file.secret"}, (*vectors).file},
	{"drop file", []string{"drop.age"}, (*vectors).drop},
	{"backup", []string{"backup.v1", "vault.head"}, (*vectors).backup},
	{"event chain", nil, (*vectors).chain},
	{"name", nil, (*vectors).name},
	{"inspection", []string{"inspection.dsse"}, (*vectors).inspection},
	{"identity files", []string{"identity.age", "recovery.age"}, (*vectors).identities},
	{"office record", []string{"office.dsse"}, (*vectors).record},
	{"envelope", []string{"identity.age", "recovery.age", "envelope.age", "inspection.dsse", "envelope.plain"}, (*vectors).envelope},
	{"manifest", []string{"manifest.dsse"}, (*vectors).manifest},
	{"receipt", []string{"office.dsse", "manifest.dsse", "receipt.dsse"}, (*vectors).receipt},
	{"enrolment", []string{"enrol.dsse"}, (*vectors).enrolment},
	{"link's secret", []string{"identity.age", "link.age"}, (*vectors).linkSecret},
}

// same tells which value is not as the vectors have it.
func same(what string, got, want []byte) error {
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%s is %x, the vectors have %x", what, got, want)
	}
	return nil
}

func (v *vectors) read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(v.folder, name))
}

func (v *vectors) head() (map[string]any, error) {
	b, err := v.read("vault.head")
	if err != nil {
		return nil, err
	}
	return readHead(b)
}

func (v *vectors) vault() error {
	h, err := v.head()
	if err != nil {
		return err
	}
	a, err := stretch(h, v.Vault.PIN)
	if err != nil {
		return err
	}
	kek, vmk, err := openPIN(h, a)
	if err != nil {
		return err
	}
	if err := errors.Join(same("A", a, v.Vault.Argon2id), same("KEK_pin", kek, v.Vault.KEKPIN), same("VMK", vmk, v.Vault.VMK)); err != nil {
		return err
	}
	for use, want := range map[string]hexes{
		"row": v.Vault.RowKey, "index": v.Vault.IndexKey, "sum": v.Vault.SumKey, "head": v.Vault.HeadKey, "inbox": v.Vault.Inbox,
	} {
		key, err := derive(vmk, []byte(text(h, "vault")), use)
		if err != nil {
			return err
		}
		if err := same(use+" key", key, want); err != nil {
			return err
		}
	}
	mac, err := raw(text(h, "mac"))
	if err != nil {
		return err
	}
	if err := same("mac", headMAC(h, v.Vault.HeadKey), mac); err != nil {
		return err
	}
	ids, err := identitiesOf(bech32("age-secret-key-", v.Vault.Inbox))
	if err != nil {
		return err
	}
	if got := ids[0].(*age.X25519Identity).Recipient().String(); got != text(h, "inbox") {
		return fmt.Errorf("the inbox is %s, the head has %s", got, text(h, "inbox"))
	}
	return nil
}

func (v *vectors) recovery() error {
	h, err := v.head()
	if err != nil {
		return err
	}
	for _, written := range []string{v.Vault.Code, strings.ToLower(strings.ReplaceAll(v.Vault.Code, "-", " ")), strings.ReplaceAll(v.Vault.Code, "0", "o")} {
		code, err := readCode(written)
		if err != nil {
			return err
		}
		kek, vmk, err := openRecovery(h, code)
		if err != nil {
			return err
		}
		if err := errors.Join(same("KEK_recovery", kek, v.Vault.KEKRecovery), same("VMK", vmk, v.Vault.VMK)); err != nil {
			return err
		}
	}
	return nil
}

func (v *vectors) guesses() error {
	b, err := v.read("vault.guesses")
	if err != nil {
		return err
	}
	n, err := readGuesses(b)
	if err == nil && n != 0 {
		err = fmt.Errorf("%d wrong guesses, the vector has none", n)
	}
	return err
}

func (v *vectors) row() error {
	h, err := v.head()
	if err != nil {
		return err
	}
	sealed, err := v.read("row.bin")
	if err != nil {
		return err
	}
	b, err := openRow(v.Vault.RowKey, text(h, "vault"), v.Row.Table, v.Row.ID, sealed)
	if err != nil {
		return err
	}
	return errors.Join(same("body", b, []byte(v.Row.Body)), same("index", keyed(v.Vault.IndexKey, lpText(v.Row.IndexParts...)), v.Row.Index),
		same("MAC", keyed(v.Vault.SumKey, append(lpText(v.Row.Table, v.Row.ID), lp(sealed)...)), v.Row.MAC))
}

func (v *vectors) file() error {
	sealed, err := v.read("file.age")
	if err != nil {
		return err
	}
	secret, err := v.read("file.secret")
	if err != nil {
		return err
	}
	if len(secret) != 74 {
		return fmt.Errorf("a secret of %d bytes", len(secret))
	}
	ids, err := identitiesOf(string(secret))
	if err != nil {
		return err
	}
	plain, err := openAge(sealed, "X25519", 1, ids...)
	if err != nil {
		return err
	}
	if want := 184 + len(plain) + 16*max(1, (len(plain)+65535)/65536); len(sealed) != want {
		return fmt.Errorf("%d sealed bytes, the page makes them %d", len(sealed), want)
	}
	sum, sealedSum := sha256.Sum256(plain), sha256.Sum256(sealed)
	return errors.Join(same("plaintext", plain, []byte(strings.Repeat(v.File.Line, v.File.Times))), same("SHA-256", sum[:], v.File.SHA256),
		same("sealed SHA-256", sealedSum[:], v.File.SealedSHA256))
}

func (v *vectors) drop() error {
	sealed, err := v.read("drop.age")
	if err != nil {
		return err
	}
	ids, err := identitiesOf(bech32("age-secret-key-", v.Vault.Inbox))
	if err != nil {
		return err
	}
	plain, err := openAge(sealed, "X25519", 1, ids...)
	if err != nil {
		return err
	}
	rest, ok := bytes.CutPrefix(plain, []byte("feltsjekk/v1/drop\n"))
	if !ok {
		return errors.New("no drop file")
	}
	parts, content, err := split(rest, 1)
	if err != nil {
		return err
	}
	return errors.Join(same("meta", parts[0], []byte(v.Drop.Meta)), same("bytes", content, []byte(v.Drop.Body)))
}

func (v *vectors) backup() error {
	b, err := v.read("backup.v1")
	if err != nil {
		return err
	}
	wanted, err := v.read("vault.head")
	if err != nil {
		return err
	}
	sealed, outside, err := readBackup(b)
	if err != nil {
		return err
	}
	if err := same("head", outside[len(backupMark)+4:], wanted); err != nil {
		return err
	}
	h, err := readHead(wanted)
	if err != nil {
		return err
	}
	key, err := derive(v.Vault.VMK, []byte(text(h, "vault")), "backup")
	if err != nil {
		return err
	}
	ids, err := identitiesOf(bech32("age-secret-key-", key))
	if err != nil {
		return err
	}
	plain, err := openAge(sealed, "X25519", 1, ids...)
	if err != nil {
		return err
	}
	rest, ok := bytes.CutPrefix(plain, []byte("feltsjekk/v1/backup\n"))
	if !ok || len(rest) < sha256.Size {
		return errors.New("no backup inside")
	}
	sum := sha256.Sum256(outside)
	return errors.Join(same("hash of what is outside", rest[:sha256.Size], sum[:]), same("inside", rest[sha256.Size:], []byte("inside\n")))
}

func (v *vectors) chain() error {
	before := make([]byte, 32)
	for _, e := range v.Chain {
		mac, hash := chainStep(before, e.Seq, e.Kind, e.IDs, e.Time, e.Salt, []byte(e.Content))
		if err := errors.Join(same("mac", mac, e.MAC), same("hash", hash, e.Hash)); err != nil {
			return fmt.Errorf("event %d: %w", e.Seq, err)
		}
		before = hash
	}
	return nil
}

func (v *vectors) name() error {
	return same("commitment", keyed(v.Name.Salt, []byte("feltsjekk/v1/name"+v.Name.Name)), v.Name.Commitment)
}
