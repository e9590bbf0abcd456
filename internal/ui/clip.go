package ui

import "fyne.io/fyne/v2"

var _ fyne.Clipboard = (*clip)(nil)

// clip holds what was copied or cut out of a field. It stays in the app: the system's clipboard is read by other programs, kept in histories and
// sent to other machines. What was copied elsewhere, later, can still be pasted. It is emptied when the vault is locked.
type clip struct {
	text   string
	system string // what the system's held when text came
}

// Content gives what was copied.
func (c *clip) Content() string { return c.text }

// SetContent keeps what is copied.
func (c *clip) SetContent(text string) { c.text = text }

func (c *clip) clear() { c.text, c.system = "", "" }

// newest gives the clipboard to paste from: ours, unless something came into the system's since.
func (c *clip) newest(system fyne.Clipboard) fyne.Clipboard {
	if c.text == "" || system != nil && system.Content() != c.system {
		return system
	}
	return c
}

// note remembers what the system's clipboard holds when something comes into ours.
func (c *clip) note(system fyne.Clipboard) {
	c.system = ""
	if system != nil {
		c.system = system.Content()
	}
}

// TypedShortcut copies and cuts into the app's own clipboard and never into the system's.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	switch k := s.(type) {
	case *fyne.ShortcutCopy:
		if e.clip == nil {
			return
		}
		e.clip.note(k.Clipboard)
		s = &fyne.ShortcutCopy{Clipboard: e.clip}
	case *fyne.ShortcutCut:
		if e.clip == nil {
			return
		}
		e.clip.note(k.Clipboard)
		s = &fyne.ShortcutCut{Clipboard: e.clip}
	case *fyne.ShortcutPaste:
		if e.clip != nil {
			k = &fyne.ShortcutPaste{Clipboard: e.clip.newest(k.Clipboard)}
			s = k
		}
		if text := k.Clipboard.Content(); e.long != nil && !e.Disabled() && len(text) > tooLong {
			if e.SelectedText() != "" {
				e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
			}
			e.long(e.CursorTextOffset(), text)
			return
		}
	}
	e.Entry.TypedShortcut(s)
}
