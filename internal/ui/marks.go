package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"feltsjekk/internal/picture"
	"feltsjekk/internal/store"
)

// settingMarks begins the name of the sealed setting that keeps the marks of an inspection which are on no copy yet.
const settingMarks = "marks/"

// marksOf reads the marks on the pictures of an inspection that are on no copy yet. It runs in the background.
func (a *App) marksOf(inspection string) (map[string][]picture.Mark, error) {
	marks := map[string][]picture.Mark{}
	text, err := a.store.Setting(a.ctx(), settingMarks+inspection)
	if err != nil || text == "" {
		return marks, err
	}
	if err := json.Unmarshal([]byte(text), &marks); err != nil {
		return map[string][]picture.Mark{}, fmt.Errorf("read the marks: %w", err)
	}
	return marks, nil
}

// keepMarks keeps the marks as they are now, behind what was saved before; failed is told where that cannot be. Marks that come while it
// waits go with it.
func (a *App) keepMarks(k *work, failed func(error)) {
	if k.marking {
		return
	}
	k.marking = true
	a.line.add(step{
		prepare: func() (func() error, error) {
			k.marking = false
			kept := map[string][]picture.Mark{}
			for key, marks := range k.marks {
				id, _, _ := strings.Cut(key, "/")
				if _, there := attachmentOf(&k.in, id); there && len(marks) > 0 {
					kept[key] = marks
				}
			}
			text := ""
			if len(kept) > 0 {
				b, err := json.Marshal(kept)
				if err != nil {
					return nil, fmt.Errorf("keep the marks: %w", err)
				}
				text = string(b)
			}
			return func() error { return a.store.SetSetting(a.ctx(), settingMarks+k.in.ID, text) }, nil
		},
		done: func(err error) {
			if err != nil && !errors.Is(err, store.ErrLocked) {
				failed(err)
			}
		},
	})
}

// dropMarks forgets the marks that are on no copy: what is locked takes no copy any more.
func (a *App) dropMarks(k *work) {
	k.marks = nil
	a.keepMarks(k, func(err error) { a.o.Log.Error("drop the marks", "error", err) })
}
