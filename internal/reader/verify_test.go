package reader

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/office"
	"feltsjekk/internal/seal"
)

func verify(t testing.TB, a *archive, id *seal.OfficeIdentity) VerifyResult {
	t.Helper()
	res, err := Verify(context.Background(), a, id)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestVerifyOfWhatHoldsFindsNothing(t *testing.T) {
	a := newArchive(t)
	d := a.enrol(false)
	v := a.visit(d).fill("Bygg AS")
	v.attach(photo(t, 1), "1.1")
	v.put(newID(), seal.KindPreview, photo(t, 2))
	v.send(change{})
	v.send(change{})
	a.visit(d).send(change{none: true})
	if err := a.identity.Rotate(); err != nil {
		t.Fatal(err)
	}
	for _, id := range []*seal.OfficeIdentity{nil, a.identity} {
		res := verify(t, a, id)
		if !res.OK || res.Envelopes != 3 || res.Files != 4 || res.Receipts != 2 || len(res.Problems) != 0 {
			t.Errorf("%+v", res)
		}
	}
	a.blind = []office.Problem{{Kind: "file", File: "x", Problem: "bytes differ"}}
	if res := verify(t, a, nil); res.OK || len(res.Problems) != 1 {
		t.Errorf("%+v", res)
	}
}

func TestWhatDoesNotHoldIsNamedAndLeftOut(t *testing.T) {
	other := must[*seal.DocKey](t)(seal.NewDocKey(rand.Reader))
	for _, c := range []struct {
		name string
		kind string
		make func(*archive, *visit)
	}{
		{"forged enrolment", "device", func(a *archive, v *visit) {
			v.d = a.enrol(true)
			v.send(change{})
		}},
		{"key that was never enrolled", "device", func(_ *archive, v *visit) { v.send(change{signer: other}) }},
		{"manifest filed elsewhere", "manifest", func(a *archive, v *visit) {
			v.send(change{})
			a.stored[0].Inspection = newID()
		}},
		{"manifest of another office", "manifest", func(_ *archive, v *visit) {
			v.send(change{manifest: func(m *seal.Manifest) { m.Office = newID() }})
		}},
		{"receipt for other files", "receipt", func(_ *archive, v *visit) {
			v.send(change{receipt: func(r *seal.Receipt) { r.Files = r.Files[:1] }})
		}},
		{"receipt by a stranger", "receipt", func(a *archive, v *visit) {
			mine := a.receipts
			a.receipts = must[*seal.ReceiptKey](a.t)(seal.NewReceiptKey(rand.Reader))
			v.send(change{})
			a.receipts = mine
		}},
		{"envelope changed", "envelope", func(a *archive, v *visit) { flip(a.t, v.send(change{}).EnvelopePath, 5000) }},
		{"envelope gone", "envelope", func(a *archive, v *visit) {
			if err := os.Remove(v.send(change{}).EnvelopePath); err != nil {
				a.t.Fatal(err)
			}
		}},
		{"envelope to somebody else", "envelope", func(a *archive, v *visit) {
			stranger, _, err := seal.NewOfficeIdentities()
			if err != nil {
				a.t.Fatal(err)
			}
			a.record.Recipients = []string{stranger.Recipient()}
			v.send(change{})
		}},
		{"document by another key", "document", func(a *archive, v *visit) {
			v.send(change{content: func(e *seal.EnvelopeContent) {
				e.Document = must[[]byte](a.t)(other.SignDocument([]byte("{}")))
			}})
		}},
		{"tag of another document", "document", func(_ *archive, v *visit) {
			v.send(change{content: func(e *seal.EnvelopeContent) { e.Salt[0]++ }, manifest: func(m *seal.Manifest) { m.Tag = strings.Repeat("ab", 32) }})
		}},
		{"document of another vault", "document", func(_ *archive, v *visit) {
			v.send(change{head: func(h *checklist.DocumentHead) { h.Vault = newID() }})
		}},
		{"document in another device's name", "document", func(a *archive, v *visit) {
			other := a.enrol(false)
			v.send(change{head: func(h *checklist.DocumentHead) { h.Device = other.id }})
		}},
		{"manifest in another vault's name", "device", func(a *archive, v *visit) {
			other := a.enrol(false)
			v.send(change{
				head:     func(h *checklist.DocumentHead) { h.Vault = other.vault },
				manifest: func(m *seal.Manifest) { m.Vault = other.vault },
			})
		}},
		{"next revision by another device", "device", func(a *archive, v *visit) {
			v.send(change{})
			v.d = a.enrol(false)
			v.send(change{})
		}},
		{"owner filed as another", "device", func(a *archive, v *visit) {
			v.send(change{})
			a.stored[0].DocKey = make([]byte, 32)
		}},
		{"event removed", "chain", func(_ *archive, v *visit) {
			v.send(change{head: func(h *checklist.DocumentHead) {
				h.Events = slices.Delete(h.Events, 2, 3)
				for i := range h.Events {
					h.Events[i].Seq = int64(i + 1)
				}
			}})
		}},
		{"event at another time", "chain", func(_ *archive, v *visit) {
			v.send(change{head: func(h *checklist.DocumentHead) { h.Events[0].Time++ }})
		}},
		{"other name", "names", func(_ *archive, v *visit) {
			v.send(change{content: func(e *seal.EnvelopeContent) {
				names := map[string]seal.Name{}
				for id, n := range e.Names {
					n.Name = "En annen"
					names[id] = n
				}
				e.Names = names
			}})
		}},
		{"attachment without its secret", "document", func(_ *archive, v *visit) {
			v.send(change{content: func(e *seal.EnvelopeContent) { e.Secrets = map[string]string{} }})
		}},
		{"attachment without its file", "document", func(_ *archive, v *visit) {
			v.send(change{manifest: func(m *seal.Manifest) { m.Files = nil }})
		}},
		{"file changed", "file", func(a *archive, v *visit) { flip(a.t, v.send(change{}).Files[0].Path, 3000) }},
		{"file cut", "file", func(a *archive, v *visit) {
			if err := os.Truncate(v.send(change{}).Files[0].Path, 900); err != nil {
				a.t.Fatal(err)
			}
		}},
		{"file gone", "file", func(a *archive, v *visit) {
			if err := os.Remove(v.send(change{}).Files[0].Path); err != nil {
				a.t.Fatal(err)
			}
		}},
		{"files swapped with their secrets", "file", func(a *archive, v *visit) {
			v.attach(photo(a.t, 99), "")
			x, y := v.files[0].att.ID, v.files[1].att.ID
			v.secrets[x], v.secrets[y] = v.secrets[y], v.secrets[x]
			v.paths[x], v.paths[y] = v.paths[y], v.paths[x]
			v.send(change{})
		}},
		{"another document before it", "document", func(_ *archive, v *visit) {
			v.send(change{})
			v.send(change{head: func(h *checklist.DocumentHead) { h.Previous = strings.Repeat("ab", 32) }})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newArchive(t)
			d := a.enrol(false)
			v := a.visit(d).fill("Bygg AS")
			v.attach(photo(t, 1), "1.1")
			c.make(a, v)
			good := a.visit(d)
			keep := a.record.Recipients
			a.record = must[seal.OfficeRecord](t)(seal.VerifyOfficeRecord(a.raw, a.identity.Root()))
			good.fill("Godt AS").send(change{})
			a.record.Recipients = keep

			res := verify(t, a, a.identity)
			if res.OK || !slices.Contains(kinds(res.Problems), c.kind) {
				t.Errorf("verify: %s", describe(res.Problems))
			}
			out := export(t, a, ExportOptions{Out: t.TempDir()})
			if !slices.Contains(kinds(out.Problems), c.kind) {
				t.Errorf("export: %s", describe(out.Problems))
			}
			if out.Exported+out.Kept < 1 {
				t.Error("the good inspection was not exported")
			}
			for _, p := range res.Problems {
				if p.File == "" || strings.Contains(p.String(), "Bygg AS") {
					t.Errorf("problem without a file, or telling too much: %s", p)
				}
			}
		})
	}
}

func TestVerifyFailsWhenItCannotLook(t *testing.T) {
	a := newArchive(t)
	stranger, _, err := seal.NewOfficeIdentities()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(context.Background(), a, stranger); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("%v", err)
	}
}
