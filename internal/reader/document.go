package reader

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// read checks the document inside an envelope: signed by the manifest's key, tied to the manifest by the tag, of this inspection and
// revision, its event chain whole, its names those that it committed to, every attachment's file listed and its secret at hand.
func (o *opened) read(content seal.EnvelopeContent) error {
	key, err := o.manifest.PublicKey()
	if err != nil {
		return &fault{"manifest", "", err}
	}
	if o.bytes, err = seal.VerifyDSSE(content.Document, seal.TypeInspection, key); err != nil {
		return &fault{"document", "", err}
	}
	if seal.Tag(content.Salt, o.bytes) != o.manifest.Tag {
		return &fault{"document", "", errors.New("the manifest's tag is that of another document")}
	}
	if o.document, err = checklist.ParseDocument(o.bytes); err != nil {
		return &fault{"document", "", err}
	}
	o.sum = sha(o.bytes)
	d, m := o.document, o.manifest
	if d.Inspection != m.Inspection || d.Revision != m.Revision || d.Vault != m.Vault || d.Device != m.Device {
		return &fault{"document", "", errors.New("it is of another inspection, revision, vault or device than its manifest")}
	}
	if err := chain(d); err != nil {
		return &fault{"chain", "", err}
	}
	for _, p := range d.Persons {
		if n, ok := content.Names[p.ID]; ok && seal.NameCommitment(n.Salt, n.Name) != p.NameCommitment {
			return &fault{"names", p.ID, errors.New("the name is not the one that the document commits to")}
		}
	}
	listed := map[string]bool{}
	for _, f := range m.Files {
		if f.Kind == seal.KindOriginal {
			listed[f.ID] = true
		}
	}
	for _, a := range d.Attachments {
		if !listed[a.ID] || o.secrets[a.ID] == "" {
			return &fault{"document", a.ID, errors.New("an attachment without its file or its secret")}
		}
	}
	return nil
}

// chain recomputes every link from the first event on.
func chain(d *checklist.Document) error {
	var prev [32]byte
	for i, e := range d.Events {
		mac, err := hex.DecodeString(e.MAC)
		if err != nil || len(mac) != 32 {
			return fmt.Errorf("event %d: malformed", i+1)
		}
		prev = seal.ChainStep(prev, e.Seq, e.Kind, e.IDs, e.Time, [32]byte(mac))
		if hex.EncodeToString(prev[:]) != e.Hash {
			return fmt.Errorf("event %d does not follow from the one before", i+1)
		}
	}
	if len(d.Events) > 0 && d.ChainHead != hex.EncodeToString(prev[:]) {
		return errors.New("the head is not the last event")
	}
	return nil
}

func sha(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// plain takes the path out of a file error: the problem names the file by its id already.
func plain(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
