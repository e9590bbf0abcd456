package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"feltsjekk/internal/store"
)

// settingHalves are the files that are being written in folders of the user: what a kill leaves of them is found by that, and swept at the
// next start.
const settingHalves = "halves"

// halves are the paths of all files of the app that are not whole yet.
type halves struct {
	mu   sync.Mutex
	list []string
}

// noteHalf notes in the vault that a file is being written, until it is whole or taken away. It runs in the background.
func (a *App) noteHalf(f *keptFile) error {
	part := f.file.Name()
	f.ended = func() error {
		return a.changeHalves(func(list []string) []string { return slices.DeleteFunc(list, func(o string) bool { return o == part }) })
	}
	return a.changeHalves(func(list []string) []string { return append(list, part) })
}

func (a *App) changeHalves(to func([]string) []string) error {
	a.halves.mu.Lock()
	defer a.halves.mu.Unlock()
	a.halves.list = to(a.halves.list)
	return a.keepHalves(a.halves.list)
}

func (a *App) keepHalves(list []string) error {
	text := ""
	if len(list) > 0 {
		b, err := json.Marshal(list)
		if err != nil {
			return fmt.Errorf("note a file that is being written: %w", err)
		}
		text = string(b)
	}
	err := a.store.SetSetting(a.ctx(), settingHalves, text)
	if errors.Is(err, store.ErrLocked) {
		return nil // what stays noted is looked for again at the next start
	}
	return err
}

// sweepHalves takes away what a kill left of files that were being written. Only a name that this program gives to a part is ever removed.
func (a *App) sweepHalves() {
	a.load(func() error {
		a.halves.mu.Lock()
		defer a.halves.mu.Unlock()
		text, err := a.store.Setting(a.ctx(), settingHalves)
		if err != nil || text == "" {
			return err
		}
		var list []string
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return fmt.Errorf("read what was being written: %w", err)
		}
		list = slices.DeleteFunc(list, func(part string) bool {
			if slices.Contains(a.halves.list, part) {
				return false
			}
			if ok, err := filepath.Match(partName, filepath.Base(part)); err != nil || !ok {
				return true
			}
			err := os.Remove(part)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				a.o.Log.Warn("sweep a file that was not finished", "error", errors.Unwrap(err)) // without its name
				return false
			}
			return true
		})
		return a.keepHalves(list)
	}, func(err error) {
		if err != nil {
			a.o.Log.Error("sweep files that were not finished", "error", err)
		}
	})
}
