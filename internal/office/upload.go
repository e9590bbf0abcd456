package office

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"feltsjekk/internal/sync/wire"

	"github.com/tus/tusd/v2/pkg/handler"
	oldslog "golang.org/x/exp/slog"
)

const (
	// copyBuffer is what is read, hashed and written at a time.
	copyBuffer = 512 << 10
	// flushAfter is how long bytes may wait in the buffer for more to come.
	flushAfter = 100 * time.Millisecond
	// noteEvery is after how many bytes of one PATCH the state of the hash is noted, so that a killed process has little to
	// hash again.
	noteEvery = 64 << 20
)

// uploads is the data store under tusd's handler. Files are made by the PUT; tusd is given HEAD and PATCH only, and never
// anything else of an upload than what our rows say.
type uploads struct{ o *Office }

// setNetworkTimeout makes tusd's handler for HEAD and PATCH under the path "<inspection>/<file>". A body that is silent for the
// timeout is given up.
func (o *Office) setNetworkTimeout(timeout time.Duration) error {
	composer := handler.NewStoreComposer()
	composer.UseCore(uploads{o})
	composer.UseLocker(o.uploads)
	tus, err := handler.NewUnroutedHandler(handler.Config{
		StoreComposer: composer, BasePath: "/v1/files/", MaxSize: wire.MaxFile,
		DisableDownload: true, DisableTermination: true, DisableConcatenation: true,
		Cors:                             &handler.CorsConfig{Disable: true},
		NetworkTimeout:                   timeout,
		AcquireLockTimeout:               wire.NetworkSeconds * time.Second,
		GracefulRequestCompletionTimeout: 5 * time.Second,
		Logger:                           oldslog.New(oldslog.NewTextHandler(io.Discard, &oldslog.HandlerOptions{Level: oldslog.Level(100)})),
	})
	if err != nil {
		return fmt.Errorf("set up uploads: %w", err)
	}
	o.tus = tus
	return nil
}

// NewUpload never comes: files are made by the PUT of a revision.
func (u uploads) NewUpload(context.Context, handler.FileInfo) (handler.Upload, error) {
	return nil, handler.ErrNotImplemented
}

// GetUpload finds a file and makes row and disk agree. tusd calls it under the file's lock.
func (u uploads) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	inspection, name, ok := strings.Cut(id, "/")
	if !ok {
		return nil, handler.ErrNotFound
	}
	f, ok, err := u.o.fileOf(ctx, inspection, name)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, handler.ErrNotFound
	}
	if err := u.o.recover(ctx, f); err != nil {
		return nil, err
	}
	return &upload{o: u.o, f: f}, nil
}

// upload is one file for the time of one request.
type upload struct {
	o *Office
	f *file
	h hash.Hash
}

// GetInfo tells size and offset.
func (u *upload) GetInfo(context.Context) (handler.FileInfo, error) {
	return handler.FileInfo{ID: u.f.key(), Size: u.f.size, Offset: u.f.offset}, nil
}

// GetReader never comes: nothing is downloaded.
func (u *upload) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, handler.ErrNotImplemented
}

// WriteChunk appends what src gives and hashes it on the way. What was written counts, even when an error follows.
func (u *upload) WriteChunk(ctx context.Context, offset int64, src io.Reader) (n int64, err error) {
	if offset != u.f.offset || u.f.held {
		return 0, handler.ErrMismatchOffset
	}
	if err := u.o.uploads.begin(u.f.key()); err != nil {
		return 0, err
	}
	if u.h, err = u.f.hash(); err != nil {
		return 0, err
	}
	w, err := os.OpenFile(u.o.filePath(u.f), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return 0, diskError(fmt.Errorf("open file %s: %w", u.f.id, err))
	}
	// A chunk that was cut off by a crash may have left more than the offset says.
	err = w.Truncate(offset)
	if err == nil {
		_, err = w.Seek(offset, io.SeekStart)
	}
	if err == nil {
		n, err = u.copy(ctx, w, src)
	}
	err = errors.Join(err, w.Close())
	if u.f.offset < u.f.size && n > 0 {
		err = errors.Join(err, u.o.progress(ctx, u.f, u.h))
	}
	if err != nil {
		return n, diskError(fmt.Errorf("write file %s: %w", u.f.id, err))
	}
	return n, nil
}

// copy moves src into w through two buffers: while one is hashed the other is filled.
func (u *upload) copy(ctx context.Context, w io.Writer, src io.Reader) (n int64, err error) {
	p := newPipe(u.h)
	defer p.stop()
	noted := int64(0)
	for {
		if err := u.o.spare(copyBuffer); err != nil {
			return n, err
		}
		buf := p.buffer()
		k, readErr := fill(src, buf)
		k, err = w.Write(buf[:k])
		p.hash(buf[:k])
		n += int64(k)
		u.f.offset += int64(k)
		if err != nil {
			return n, err
		}
		if readErr != nil {
			if errors.Is(readErr, io.EOF) {
				return n, nil
			}
			return n, readErr
		}
		if n-noted >= noteEvery {
			noted = n
			p.wait()
			if err := u.o.progress(ctx, u.f, u.h); err != nil {
				return n, err
			}
		}
	}
}

// fill reads until buf is full, src ends, or flushAfter has passed: what comes over a thin line is not kept from the disk for long,
// since a killed process loses it. It returns src's error only when src ended.
func fill(src io.Reader, buf []byte) (n int, err error) {
	began := time.Now()
	for n < len(buf) && err == nil && (n == 0 || time.Since(began) < flushAfter) {
		var k int
		k, err = src.Read(buf[n:])
		n += k
	}
	return n, err
}

// FinishUpload runs when the offset has reached the size: hash, fsync, held.
func (u *upload) FinishUpload(ctx context.Context) error {
	if u.f.held {
		return nil
	}
	if u.h == nil {
		return errors.New("finish without a write")
	}
	err := u.o.finish(ctx, u.f, u.h)
	if errors.Is(err, errHash) {
		return handler.NewError("ERR_HASH_MISMATCH", errHash.Error(), http.StatusUnprocessableEntity)
	}
	return diskError(err)
}

func diskError(err error) error {
	if fullDisk(err) || errors.Is(err, errFull) {
		return handler.NewError("ERR_NO_SPACE", "the disk is full", http.StatusInsufficientStorage)
	}
	return err
}

// pipe hashes buffers in a goroutine of its own, in order.
type pipe struct {
	free chan []byte
	work chan []byte
	busy sync.WaitGroup
	done chan struct{}
}

var buffers = sync.Pool{New: func() any { return &[2][copyBuffer]byte{} }}

func newPipe(h hash.Hash) *pipe {
	pair, ok := buffers.Get().(*[2][copyBuffer]byte)
	if !ok {
		panic("office: a foreign buffer")
	}
	p := &pipe{free: make(chan []byte, 2), work: make(chan []byte, 2), done: make(chan struct{})}
	p.free <- pair[0][:]
	p.free <- pair[1][:]
	go func() {
		defer close(p.done)
		defer buffers.Put(pair)
		for b := range p.work {
			h.Write(b) // a hash never fails
			p.busy.Done()
			p.free <- b[:cap(b)]
		}
	}()
	return p
}

// buffer waits for a buffer that has been hashed.
func (p *pipe) buffer() []byte { return <-p.free }

// hash hands a buffer, or the written part of it, back to be hashed.
func (p *pipe) hash(b []byte) {
	p.busy.Add(1)
	p.work <- b
}

// wait returns when everything handed over is hashed.
func (p *pipe) wait() { p.busy.Wait() }

// stop waits for the hash and gives the buffers back.
func (p *pipe) stop() {
	close(p.work)
	<-p.done
}
