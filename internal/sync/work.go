package sync

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
	"feltsjekk/internal/sync/wire"
)

var (
	errNoReceipt   = errors.New("the office names nothing that it lacks and gives no receipt")
	errUnknownFile = errors.New("the office asks for a file that is not in the manifest")
	errOffset      = errors.New("the office holds another offset")
	errLost        = errors.New("the office does not know this upload any longer")
	errHash        = errors.New("the office got other bytes than the manifest names")
)

// contact reaches the office at the first of its addresses that answers, and takes in its record.
func (a *attempt) contact(ctx context.Context, n int) *fault {
	st := a.e.o.Store
	rec, _, _ := st.Office(ctx)
	key := st.NetKey()
	if key == nil {
		// After a restart of a device without a key of the hardware's own, nothing is sent before the vault is open.
		return &fault{code: CodeLocked}
	}
	pins, err := pinsOf(rec)
	if err != nil {
		return asDevice(ctx, err)
	}
	timeout := min(dialTimeoutFirst<<min(n, 8), dialTimeoutMost)
	var last *fault
	for _, address := range rec.URLs {
		c, err := newClient(clientOptions{
			url: address, pins: pins, key: key, dial: a.e.o.Dial, timeout: timeout, sessions: a.e.sessions,
			sent: &a.e.sent, retries: &a.t.retries, now: a.e.o.Now,
		})
		if err != nil {
			last = &fault{code: CodeRefused, err: err}
			continue
		}
		raw, err := c.office(ctx)
		if err != nil {
			c.close()
			last = asFault(ctx, err)
			continue
		}
		a.c, a.t.reached = c, true
		a.e.show(func(s *Status) { s.LastContact = a.e.o.Now() })
		return a.refresh(ctx, rec, raw)
	}
	if last == nil {
		last = &fault{code: CodeRefused, err: errors.New("the office's record names no address")}
	}
	return last
}

// refresh keeps a newer record. An older one is refused and told; what is sealed to the newer one still goes.
func (a *attempt) refresh(ctx context.Context, held seal.OfficeRecord, raw []byte) *fault {
	root, err := held.RootKey()
	if err != nil {
		return asDevice(ctx, fmt.Errorf("root key of the office's record: %w", err))
	}
	switch err := a.e.o.Store.SetOffice(ctx, raw, root); {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrOlderRecord):
		a.odd = &fault{code: CodeRollback, err: err}
		return nil
	case errors.Is(err, store.ErrBadRecord):
		a.odd = &fault{code: CodeTrouble, err: err}
		return nil
	default:
		return asDevice(ctx, fmt.Errorf("keep the office's record: %w", err))
	}
}

// do runs one job to its end. It runs on a goroutine of its own and touches nothing of the attempt but the client.
func (a *attempt) do(ctx context.Context, j *job) outcome {
	o := outcome{job: j}
	if j.kind != jobPut {
		o.offset, o.err = a.upload(ctx, j)
		return o
	}
	o.answer, o.err = a.put(ctx, j.item)
	var received *receivedError
	switch {
	case errors.As(o.err, &received):
		// The reply with the receipt was lost, then it was sealed anew: the earlier sealing stands.
		o.answer, o.err = wire.PutAnswer{Receipt: received.receipt}, nil
	case errors.Is(o.err, errHash):
		o.err = &fault{code: CodeTrouble, err: errHash} // what was sent had its right hash here
	}
	if o.err != nil || !o.answer.HasReceipt() {
		return o
	}
	// The store verifies it: against the record's receipt keys, the manifest and every file of it.
	if err := a.e.o.Store.Receive(ctx, o.answer.Receipt); err != nil {
		o.err = &fault{code: CodeBadReceipt, err: err}
		if !errors.Is(err, store.ErrReceipt) {
			o.err = asDevice(ctx, fmt.Errorf("keep the receipt of inspection %s: %w", j.item.key.Inspection, err))
		}
		return o
	}
	o.received = true
	return o
}

// putInline is how many bytes of whole small files go along in a PUT. More would make the text wait for pictures on a
// thin link; files beyond it go side by side on several connections.
const putInline = 64 << 10

// put sends manifest, envelope and the smallest files, or the manifest alone where the office holds the envelope.
func (a *attempt) put(ctx context.Context, it *item) (wire.PutAnswer, error) {
	p := wire.Put{Manifest: it.out.Manifest}
	if it.text || it.manifest.Envelope.Size > wire.SmallEnvelope {
		return a.c.put(ctx, it.key, p)
	}
	var err error
	if p.Envelope, err = a.small(ctx, it.manifest.Envelope); err != nil {
		return wire.PutAnswer{}, err
	}
	total := int64(0)
	for _, f := range it.manifest.Files {
		total += wire.PartSize(f.Size)
	}
	if total <= min(putInline, p.Room()) {
		for _, f := range it.manifest.Files {
			b, err := a.small(ctx, f)
			if err != nil {
				return wire.PutAnswer{}, err
			}
			p.Files = append(p.Files, wire.Part{ID: f.ID, Body: b})
		}
	}
	return a.c.put(ctx, it.key, p)
}

// pinsOf decodes the pins of an office record.
func pinsOf(rec seal.OfficeRecord) ([][32]byte, error) {
	var pins [][32]byte
	for _, s := range rec.Pins {
		b, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil || len(b) != 32 {
			return nil, errors.New("a pin of the office's record is none")
		}
		pins = append(pins, [32]byte(b))
	}
	return pins, nil
}

// small reads a whole sealed file and holds it to its hash, because a damaged one would be refused without a reason.
func (a *attempt) small(ctx context.Context, ref seal.FileRef) ([]byte, error) {
	f, err := a.sealed(ctx, ref)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, ref.Size)
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, asDevice(ctx, fmt.Errorf("read sealed file %s: %w", ref.ID, err))
	}
	if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != ref.SHA256 {
		return nil, &fault{code: CodeDamaged, err: fmt.Errorf("sealed file %s was changed", ref.ID)}
	}
	return b, nil
}

// sealed opens a sealed file of the size that the manifest names.
func (a *attempt) sealed(ctx context.Context, ref seal.FileRef) (*os.File, error) {
	f, size, err := a.e.o.Store.SealedFile(ctx, ref.ID)
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrDamaged):
		return nil, &fault{code: CodeDamaged, err: fmt.Errorf("sealed file %s is gone: %w", ref.ID, err)}
	case err != nil:
		return nil, asDevice(ctx, fmt.Errorf("open sealed file %s: %w", ref.ID, err))
	case size != ref.Size:
		return nil, errors.Join(&fault{code: CodeDamaged, err: fmt.Errorf("sealed file %s has another size", ref.ID)}, f.Close())
	}
	return f, nil
}

// upload brings one file to the office, from the offset held. It returns the last offset that the office named.
func (a *attempt) upload(ctx context.Context, j *job) (int64, error) {
	ref, err := refOf(j)
	if err != nil {
		return 0, err
	}
	f, err := a.sealed(ctx, ref)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	offset, ask := j.file.Offset, j.ask
	for round := 0; ; round++ {
		if ask {
			if offset, err = a.c.head(ctx, j.file.URL, ref.Size); err != nil {
				return 0, err
			}
		}
		if offset == ref.Size {
			return offset, nil
		}
		err := a.c.patch(ctx, j.file.URL, offset, ref.Size-offset, func() io.Reader {
			j.flight.Store(offset - j.file.Offset)
			return &countedReader{io.NewSectionReader(f, offset, ref.Size-offset), &j.flight}
		})
		switch {
		case err == nil:
			return ref.Size, nil
		case errors.Is(err, errHash):
			if err := holdToHash(ctx, f, ref); err != nil {
				return 0, err
			}
		case !errors.Is(err, errOffset):
			return offset, err
		}
		if round == jobTries {
			code := CodeTrouble
			if errors.Is(err, errHash) {
				code = CodeRefused // it is right here, and arrives wrong every time: sending it on and on costs, and helps nobody
			}
			return offset, &fault{code: code, err: err}
		}
		a.t.retries.Add(1)
		ask = true
	}
}

// refOf finds the manifest's line for a file that the office asks for; what the office says of it must be the same.
func refOf(j *job) (seal.FileRef, error) {
	m := j.item.manifest
	for _, ref := range append([]seal.FileRef{m.Envelope}, m.Files...) {
		if ref.ID == j.file.ID {
			if j.file.Size != ref.Size || j.file.Offset < 0 || j.file.Offset > ref.Size {
				return ref, &fault{code: CodeTrouble, err: fmt.Errorf("the office names another size for file %s", ref.ID)}
			}
			return ref, nil
		}
	}
	return seal.FileRef{}, &fault{code: CodeTrouble, err: errUnknownFile}
}

// holdToHash tells damage on this device from damage on the way.
func holdToHash(ctx context.Context, f *os.File, ref seal.FileRef) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return asDevice(ctx, fmt.Errorf("seek in sealed file %s: %w", ref.ID, err))
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return asDevice(ctx, fmt.Errorf("read sealed file %s: %w", ref.ID, err))
	}
	if hex.EncodeToString(h.Sum(nil)) != ref.SHA256 {
		return &fault{code: CodeDamaged, err: fmt.Errorf("sealed file %s was changed", ref.ID)}
	}
	return nil
}
