package ui

import "fyne.io/fyne/v2"

// writtenInto gives the ids of the fields for whose sake a screen was opened, the first that is on the page counting; always tells that nothing
// else can be meant by opening it, so that a phone may show its keyboard at once.
func writtenInto(s screen) (ids []string, always bool) {
	switch s := s.(type) {
	case *unlockScreen:
		return []string{"unlock/passphrase", "unlock/pin"}, false
	case *passphraseScreen:
		return []string{"passphrase/first", "passphrase/pin"}, false
	case *recoverScreen:
		return []string{"recover/code"}, false
	case *codeCheckScreen:
		return []string{"code/typed"}, false
	case *changeScreen:
		return []string{"change/old"}, false
	case *keyringScreen:
		return []string{"keyring/passphrase"}, false
	case *enrolScreen:
		return []string{"enrol/link"}, false
	case *beginScreen:
		return []string{"site/employer"}, false
	case *findScreen:
		return []string{"find/query"}, false
	case *contactsScreen:
		return []string{"contacts/search"}, false
	case *correctScreen:
		return []string{"correct/reason"}, false
	case *memoScreen:
		return []string{"memo/text"}, true
	case *followUpScreen:
		if _, kept := s.followUp(&s.a.work.in); !kept {
			return []string{"followup/what"}, true
		}
	case *noteScreen:
		if s.text() == "" {
			return []string{"note/text"}, true
		}
	}
	return nil, false
}

// putCursor puts the cursor into the field that the screen was opened for. On a phone the keyboard would cover half of the page, so that is done
// only where there is nothing else to do.
func (a *App) putCursor() {
	ids, always := writtenInto(a.top())
	if fyne.CurrentDevice().IsMobile() && !always || a.window.Canvas().Focused() != nil {
		return // what was reached by keys, or come back to, has the focus already
	}
	for _, id := range ids {
		if f, ok := find(a.frame.root, id).(fyne.Focusable); ok {
			a.window.Canvas().Focus(f)
			if e, ok := f.(*entry); ok {
				e.toEnd() // typing goes on behind what stands there, also after a kill
			}
			return
		}
	}
}
