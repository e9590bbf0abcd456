package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"
)

// public is the public half of an Ed25519 seed.
func public(seed hexes) ed25519.PublicKey {
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
}

func (v *vectors) inspection() error {
	signed, err := v.read("inspection.dsse")
	if err != nil {
		return err
	}
	b, err := body(signed, "inspection", public(v.Keys.Doc))
	if err != nil {
		return err
	}
	keyid := sha256.Sum256(public(v.Keys.Doc))
	if want := base64.RawURLEncoding.EncodeToString(keyid[:8]); !strings.Contains(string(signed), `"keyid":"`+want+`"`) {
		return fmt.Errorf("the key's name is not %s", want)
	}
	return same("body", b, []byte(v.Envelope.Document))
}

// identity opens an identity file.
func (v *vectors) identity(name, kind string) (any, []age.Identity, error) {
	sealed, err := v.read(name)
	if err != nil {
		return nil, nil, err
	}
	pass, err := age.NewScryptIdentity(v.Office.Passphrase)
	if err != nil {
		return nil, nil, err
	}
	pass.SetMaxWorkFactor(18)
	plain, err := openAge(sealed, "scrypt", 1, pass)
	if err != nil {
		return nil, nil, err
	}
	i, err := canonical(plain)
	if err != nil {
		return nil, nil, err
	}
	if err := officeIdentity.is(name, i); err != nil {
		return nil, nil, err
	}
	if text(i, "kind") != kind {
		return nil, nil, fmt.Errorf("%s is of another kind", name)
	}
	var secrets []string
	for _, s := range entries(i, "identities") {
		secrets = append(secrets, s.(string))
	}
	ids, err := identitiesOf(secrets...)
	return i, ids, err
}

func (v *vectors) identities() error {
	for name, want := range map[string]struct{ kind, recipient string }{
		"identity.age": {"office", v.Office.Recipient}, "recovery.age": {"recovery", v.Office.RecoveryRecipient},
	} {
		i, ids, err := v.identity(name, want.kind)
		if err != nil {
			return err
		}
		seed, err := raw(text(i, "root"))
		if err != nil {
			return err
		}
		if err := same("ROOT", seed, v.Keys.Root); err != nil {
			return err
		}
		if got := ids[0].(*age.HybridIdentity).Recipient().String(); got != want.recipient {
			return fmt.Errorf("%s has the recipient %s", name, got)
		}
	}
	return nil
}

func (v *vectors) office() (any, error) {
	signed, err := v.read("office.dsse")
	if err != nil {
		return nil, err
	}
	return readOfficeRecord(signed, public(v.Keys.Root))
}

func (v *vectors) record() error {
	r, err := v.office()
	if err != nil {
		return err
	}
	for i, want := range []string{v.Office.Recipient, v.Office.RecoveryRecipient} {
		if got := entries(r, "recipients"); len(got) != 2 || got[i] != want {
			return fmt.Errorf("the record's recipients are %v", got)
		}
	}
	l, err := readLink(v.Enrol.Link)
	if err != nil {
		return err
	}
	if pin := base64.RawURLEncoding.EncodeToString(l.SPKI); entries(r, "pins")[0] != pin || text(r, "name") == "" {
		return errors.New("the link's pin is not the record's first")
	}
	return nil
}

func (v *vectors) envelope() error {
	sealed, err := v.read("envelope.age")
	if err != nil {
		return err
	}
	for name, kind := range map[string]string{"identity.age": "office", "recovery.age": "recovery"} {
		_, ids, err := v.identity(name, kind)
		if err != nil {
			return err
		}
		plain, err := openAge(sealed, "mlkem768x25519", 8, ids...)
		if err != nil {
			return fmt.Errorf("with %s: %w", name, err)
		}
		if err := v.opened(plain); err != nil {
			return err
		}
	}
	return nil
}

// opened checks what an envelope held.
func (v *vectors) opened(plain []byte) error {
	want, err := v.read("envelope.plain")
	if err != nil {
		return err
	}
	if !bytes.Equal(plain, want) {
		return errors.New("the plaintext is not envelope.plain")
	}
	e, err := readEnvelope(plain)
	if err != nil {
		return err
	}
	document, err := v.read("inspection.dsse")
	if err != nil {
		return err
	}
	b, err := body(e.Document, "inspection", public(v.Keys.Doc))
	if err != nil {
		return err
	}
	for id, secret := range v.Envelope.Secrets {
		if e.Secrets[id] != secret || len(e.Secrets) != len(v.Envelope.Secrets) {
			return fmt.Errorf("the secrets are %v", e.Secrets)
		}
	}
	for id, n := range e.Names {
		salt, err := raw(text(n, "salt"))
		if err != nil {
			return err
		}
		if err := same("salt of "+id, salt, v.Name.Salt); err != nil || text(n, "name") != v.Name.Name {
			return errors.Join(err, fmt.Errorf("the name is %s", text(n, "name")))
		}
	}
	return errors.Join(same("salt", e.Salt, v.Envelope.Salt), same("document", e.Document, document),
		same("tag", fmt.Appendf(nil, "%x", keyed(e.Salt, b)), []byte(v.Envelope.Tag)))
}

func (v *vectors) manifest() error {
	signed, err := v.read("manifest.dsse")
	if err != nil {
		return err
	}
	m, err := readManifest(signed)
	if err != nil {
		return err
	}
	if text(m, "doc_key") != base64.RawURLEncoding.EncodeToString(public(v.Keys.Doc)) || text(m, "tag") != v.Envelope.Tag {
		return errors.New("another key or tag than the vectors'")
	}
	for i, name := range []string{"envelope.age", "file.age"} {
		sealed, err := v.read(name)
		if err != nil {
			return err
		}
		f, sum := filesOf(m)[i], sha256.Sum256(sealed)
		if text(f, "sha256") != hex.EncodeToString(sum[:]) || number(f, "size") != int64(len(sealed)) {
			return fmt.Errorf("the manifest does not fit %s", name)
		}
	}
	return nil
}

func (v *vectors) receipt() error {
	record, err := v.office()
	if err != nil {
		return err
	}
	signed, err := v.read("manifest.dsse")
	if err != nil {
		return err
	}
	m, err := readManifest(signed)
	if err != nil {
		return err
	}
	answer, err := v.read("receipt.dsse")
	if err != nil {
		return err
	}
	_, err = readReceipt(answer, record, m, encode(nil, m))
	return err
}

func (v *vectors) enrolment() error {
	signed, err := v.read("enrol.dsse")
	if err != nil {
		return err
	}
	l, err := readLink(v.Enrol.Link)
	if err != nil {
		return err
	}
	root, proof := sha256.Sum256(public(v.Keys.Root)), sha256.Sum256(v.Enrol.Proof)
	e, err := readEnrolment(signed, l.Secret)
	if err != nil {
		return err
	}
	key, err := derive(l.Secret, nil, "enrol/mac")
	if err != nil {
		return err
	}
	shown, err := raw(text(e, "proof"))
	if err != nil {
		return err
	}
	if text(e, "net") != base64.RawURLEncoding.EncodeToString(public(v.Keys.Net)) {
		return errors.New("another key of requests than the vectors'")
	}
	return errors.Join(same("secret", l.Secret, v.Enrol.Secret), same("root", l.Root, root[:]), same("proof", shown, v.Enrol.Proof),
		same("hash of the proof", proof[:], v.Enrol.ProofSHA256), same("MAC key", key, v.Enrol.MACKey))
}

func (v *vectors) linkSecret() error {
	sealed, err := v.read("link.age")
	if err != nil {
		return err
	}
	_, ids, err := v.identity("identity.age", "office")
	if err != nil {
		return err
	}
	secret, err := openAge(sealed, "mlkem768x25519", 8, ids...)
	if err != nil {
		return err
	}
	return same("secret", secret, v.Enrol.Secret)
}
