package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// previewTries is how often a preview is begun before it is given up: a picture that ends the process must not do so at every start.
const previewTries = 3

// previews makes previews in the background, one at a time, and first of all sweeps.
type previews struct {
	make func(io.Reader) (jpeg []byte, width, height, orientation int, err error)
	told func(inspection, attachment string)

	cancel context.CancelFunc
	done   sync.WaitGroup
	asked  chan struct{} // one waiting signal
	ended  chan struct{} // closed when the background work has ended

	mu     sync.Mutex
	news   chan struct{} // closed and made anew whenever one was tried
	failed error         // of the last try, when the store itself could not go on
	of     string        // the inspection that failed concerns; "": all
}

// start begins the background work of an open store.
func (p *previews) start(s *Store, preview func(io.Reader) ([]byte, int, int, int, error), told func(string, string)) {
	ctx, cancel := context.WithCancel(context.Background())
	p.make, p.told, p.cancel = preview, told, cancel
	p.asked, p.ended, p.news = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	p.done.Go(func() {
		defer close(p.ended)
		if err := s.sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("sweep", "err", err)
		}
		for ctx.Err() == nil {
			if err := s.makePreviews(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, ErrLocked) {
				s.log.Error("make previews", "err", err)
			}
			select {
			case <-ctx.Done():
			case <-p.asked:
			}
		}
	})
}

// stop ends the background work and waits for it.
func (p *previews) stop() {
	if p.cancel == nil {
		return
	}
	p.cancel()
	p.done.Wait()
}

// wake lets the background look for work.
func (p *previews) wake() {
	select {
	case p.asked <- struct{}{}:
	default: // it will look anyway
	}
}

// tell lets whoever waits look again; err is why the store could not go on with this inspection, or with "" at all.
func (p *previews) tell(inspection string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed, p.of = err, inspection
	close(p.news)
	p.news = make(chan struct{})
}

func (p *previews) next() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.news
}

// failure is why the last try failed, for who waits for this inspection, or with "" for all.
func (p *previews) failure(inspection string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of != "" && inspection != "" && p.of != inspection {
		return nil
	}
	return p.failed
}

// WaitPreviews waits until no preview is being made. ErrLocked when the vault is locked before that.
func (s *Store) WaitPreviews(ctx context.Context) error { return s.waitPreviews(ctx, "") }

// waitPreviews waits for the previews of one inspection, or with "" of all.
func (s *Store) waitPreviews(ctx context.Context, inspection string) error {
	for {
		news := s.previews.next()
		var n int
		err := s.withVault(ctx, func(*seal.Vault) error {
			return s.db.queryRow(ctx, []any{&n}, "SELECT count(*) FROM preview WHERE ? IN ('', inspection)", inspection)
		})
		if err != nil {
			return fmt.Errorf("wait for previews: %w", err)
		}
		if n == 0 {
			return nil
		}
		s.previews.wake()
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for previews: %w", ctx.Err())
		case <-s.previews.ended:
			return fmt.Errorf("wait for previews: %w", ErrClosed)
		case <-news:
		}
		if err := s.previews.failure(inspection); err != nil {
			return fmt.Errorf("wait for previews: %w", err)
		}
	}
}

// makePreviews makes all previews that are asked for. One that cannot be kept, because its inspection is damaged, holds up no other: its error comes
// when all others were tried.
func (s *Store) makePreviews(ctx context.Context) error {
	failed := map[string]error{} // by attachment
	for ctx.Err() == nil {
		var attachment, inspection string
		var begun int
		err := s.withVault(ctx, func(*seal.Vault) error {
			return s.db.queryRow(ctx, []any{&attachment, &inspection, &begun}, "SELECT attachment, inspection, begun FROM preview ORDER BY begun, attachment LIMIT 1")
		})
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			s.previews.tell("", err)
			return err
		}
		if err, again := failed[attachment]; again { // those begun less often come first
			return err
		}
		err = s.makePreview(ctx, inspection, attachment, begun)
		if errors.Is(err, ErrLocked) || ctx.Err() != nil {
			err = errors.Join(err, s.giveBackTry(ctx, attachment, begun))
		}
		s.previews.tell(inspection, err)
		if err != nil {
			err = fmt.Errorf("preview of %s: %w", attachment, err)
			if !errors.Is(err, ErrDamaged) {
				return err
			}
			failed[attachment] = err
			continue
		}
		if s.previews.told != nil {
			s.previews.told(inspection, attachment)
		}
	}
	return ctx.Err()
}

// giveBackTry takes back that a preview was begun: the vault was locked, or the store closed, and the picture is not to blame.
func (s *Store) giveBackTry(ctx context.Context, attachment string, begun int) error {
	return s.updateClear(context.WithoutCancel(ctx), func(t *tx) error {
		return t.exec("UPDATE preview SET begun = ? WHERE attachment = ? AND begun = ?", begun, attachment, begun+1)
	})
}

// makePreview makes one preview, or records that there is none.
func (s *Store) makePreview(ctx context.Context, inspection, attachment string, begun int) error {
	var p picture
	if s.previews.make != nil && begun < previewTries {
		err := s.update(ctx, func(t *tx) error {
			return t.exec("UPDATE preview SET begun = begun + 1 WHERE attachment = ?", attachment)
		})
		if err != nil {
			return err
		}
		if p, err = s.drawPreview(ctx, attachment); err != nil {
			if errors.Is(err, ErrLocked) || ctx.Err() != nil {
				return err
			}
			s.log.Warn("no preview", "attachment", attachment, "err", err)
		}
	}
	var file *newFile
	if len(p.jpeg) > 0 {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		file, err = s.sealToTmp(id.String(), bytes.NewReader(p.jpeg))
		if errors.Is(err, ErrFull) {
			file, p = nil, picture{} // a full disk takes no preview; the original is safe
		} else if err != nil {
			return err
		}
	}
	if err := s.keepPreview(ctx, inspection, attachment, p, file); err != nil {
		return errors.Join(err, file.discard())
	}
	return nil
}

// picture is what came out of Options.Preview.
type picture struct {
	jpeg                       []byte
	width, height, orientation int
}

// drawPreview calls Options.Preview over the original. What panics there is an error here: a hostile picture must not end the program.
func (s *Store) drawPreview(ctx context.Context, attachment string) (p picture, err error) {
	f, err := s.OpenAttachment(ctx, attachment)
	if err != nil {
		return p, err
	}
	defer f.Close()
	defer func() {
		if v := recover(); v != nil {
			p, err = picture{}, fmt.Errorf("%w: the picture could not be read", ErrDamaged)
		}
	}()
	p.jpeg, p.width, p.height, p.orientation, err = s.previews.make(&heeding{ctx: ctx, r: f})
	if err != nil {
		return picture{}, err
	}
	return p, nil
}

// keepPreview writes the answer about a preview into the attachment's part: the file, or none.
func (s *Store) keepPreview(ctx context.Context, inspection, attachment string, p picture, file *newFile) error {
	return s.update(ctx, func(t *tx) error {
		var asked int
		if err := t.row([]any{&asked}, "SELECT count(*) FROM preview WHERE attachment = ? AND inspection = ?", attachment, inspection); err != nil {
			return err
		}
		if asked == 0 { // the attachment was deleted meanwhile, or moved
			if file != nil {
				t.after = append(t.after, func() { s.logged("discard a preview", file.discard()) })
			}
			return nil
		}
		r, err := t.draft(inspection)
		if err != nil {
			return err
		}
		if err := t.exec("DELETE FROM preview WHERE attachment = ?", attachment); err != nil {
			return err
		}
		err = t.settlePreview(r, attachment, p, file)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
			t.s.log.Error("an attachment without its part", "attachment", attachment, "err", err)
			return nil // Check reports it; the question is answered
		}
		return err
	})
}

func (t *tx) settlePreview(r *record, attachment string, p picture, file *newFile) error {
	key, err := t.vault.IndexKey("part", r.id, checklist.KindAttachment, attachment)
	if err != nil {
		return err
	}
	old, err := t.part(r.id, key)
	if err != nil {
		return err
	}
	bare, err := checklist.Restore(r.head, []checklist.Part{{Kind: checklist.KindAttachment, ID: attachment, Content: old.content}})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	a := bare.Attachments[0]
	a.Preview, a.Width, a.Height, a.Orientation = checklist.PreviewNone, p.width, p.height, p.orientation
	if file != nil {
		a.Preview = file.id
		file.fields.Kind, file.fields.Attachment = seal.KindPreview, attachment
		if err := t.place(r, file); err != nil {
			return err
		}
	}
	c, err := bare.SetAttachment(a, t.s.stamp())
	if err != nil {
		return err
	}
	return t.apply(r, c)
}

// logged logs an error of work whose failure changes nothing for anybody.
func (s *Store) logged(what string, err error) {
	if err != nil {
		s.log.Error(what, "err", err)
	}
}
