package seal

import (
	"errors"
	"sync"
	"testing"
)

// Locking the app while a row is sealed and a document signed unmaps the keys under nobody.
func TestCloseWhileInUse(t *testing.T) {
	_, v, _ := newVault(t, weak())
	k, err := v.KeepDocKey(make([]byte, keySize))
	if err != nil {
		t.Fatal(err)
	}
	var users sync.WaitGroup
	var started sync.WaitGroup
	for _, use := range []func() error{
		func() error { _, err := v.SealRow("t", "1", []byte("body")); return err },
		func() error { _, err := v.IndexKey("a"); return err },
		func() error { _, err := k.Sign(TypeOpened, []byte("{}")); return err },
		func() error { _, err := v.NewRecoveryCode(); return err },
	} {
		started.Add(1)
		users.Go(func() {
			for n := 0; ; n++ {
				err := use()
				if n == 0 {
					started.Done()
				}
				if errors.Is(err, ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	started.Wait()
	closeVault(t, v)
	users.Wait()
}
