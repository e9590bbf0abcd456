package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
)

// Forms in which an inspection can leave; the words are those of Parcel.Form.
const (
	formPDF  = "pdf"
	formZIP  = "zip"
	formCSV  = "csv"
	formJSON = "json"
)

// forms are all of them, in the order in which they are offered.
func forms() []string { return []string{formPDF, formZIP, formCSV, formJSON} }

// How a file that leaves is closed.
const (
	closedKey        = "key"
	closedPassphrase = "passphrase"
	closedOpen       = "open"
)

// Parcel is what leaves by hand, and for whom. Whoever writes it takes out what the audience may not see.
type Parcel struct {
	Document       *checklist.Document
	Previous       *checklist.Document // the revision before, for what a correction changed; nil for the first
	DocumentSHA256 string
	Raw, Signed    []byte // the document's canonical bytes, and the same in its DSSE envelope
	Template       *checklist.Template
	Directory      *checklist.Directory
	Guidance       *checklist.Guidance
	Audience       checklist.Audience
	Form           string            // pdf, zip, csv, json
	Names          map[string]string // of persons by id; nil: none
	Originals      bool              // originals as captured, with camera data
	Uncleaned      bool              // files from which camera data cannot be taken
	Lang           string
	Open           func(attachment string) (io.ReadCloser, error)
	Read           func(n int64) // told of bytes read from originals
	Version        string
}

// leaving is one thing on its way out: chosen step by step, written, and told of. It is made anew for each.
type leaving struct {
	work     *work
	revision store.Revision
	document *checklist.Document
	audience checklist.Audience
	form     string
	closed   string

	keys       string // keys: the public keys as they were typed
	recipients seal.Recipients
	passphrase string
	drawn      bool   // drawn: the passphrase was made here
	yes        string // yes: what was typed so that a file may be open

	names, originals, uncleaned bool

	job job
}

// startLeaving begins with the newest locked revision.
func startLeaving(k *work) (*leaving, error) {
	last := k.revisions[len(k.revisions)-1]
	doc, err := checklist.ParseDocument(last.Document)
	if err != nil {
		return nil, fmt.Errorf("read revision %d of %s: %w", last.Number, last.Inspection, err)
	}
	return &leaving{work: k, revision: last, document: doc, closed: closedKey}, nil
}

// forget drops what must not stay in memory while the vault is locked.
func (l *leaving) forget() {
	if l.job.stop != nil {
		l.job.stop()
	}
	l.passphrase, l.yes, l.drawn = "", "", false
	l.document, l.revision = nil, store.Revision{}
}

// gone tells whether the vault was locked meanwhile: then one begins anew.
func (l *leaving) gone() bool { return l.document == nil }

var audienceKey = keyed(map[string]string{
	string(checklist.ForSelf): "audience.own", string(checklist.ForAuthority): "audience.authority",
	string(checklist.ForUnion): "audience.union", string(checklist.ForEmployer): "audience.employer",
}, "audience.own")

var audienceUnderKey = keyed(map[string]string{
	string(checklist.ForSelf): "audience.own_under", string(checklist.ForAuthority): "audience.authority_under",
	string(checklist.ForUnion): "audience.union_under", string(checklist.ForEmployer): "audience.employer_under",
}, "audience.own_under")

var formKey = keyed(map[string]string{
	formPDF: "form.pdf", formZIP: "form.zip", formCSV: "form.csv", formJSON: "form.json",
}, "form.pdf")

var closedByKey = keyed(map[string]string{
	closedKey: "closed.key", closedPassphrase: "closed.passphrase", closedOpen: "closed.open",
}, "closed.key")

// leaveScreen asks for whom something is to leave. Only what is locked leaves.
type leaveScreen struct {
	a       *App
	problem string
}

func (s *leaveScreen) head() head { return head{Title: s.a.words.T("leave.title")} }

func (s *leaveScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	k := a.work
	if len(k.revisions) == 0 {
		return []fyne.CanvasObject{
			newPara(w.T("leave.draft")),
			newButton("leave/lock", w.T("lock.title"), func() { a.replace(&lockScreen{a: a}) }).ranked(rankFirst).with(iconLock),
		}
	}
	var out []fyne.CanvasObject
	if !k.in.Locked {
		out = append(out, newPara(w.T("leave.correcting", k.revisions[len(k.revisions)-1].Number)))
	}
	for _, p := range nonEmpty(s.problem, k.left) {
		out = append(out, newProblem(p))
	}
	out = append(out, newHeading(w.T("leave.who")))
	var rows []fyne.CanvasObject
	for _, id := range checklist.Audiences() {
		v := rowView{ID: "audience/" + string(id), Title: w.T(audienceKey(string(id))), Under: w.T(audienceUnderKey(string(id))), Opens: true}
		rows = append(rows, newRow(v, func() { s.choose(id) }))
	}
	return append(out, newColumn(grid, rows...), newQuiet(w.T("pattern.share")))
}

func (s *leaveScreen) choose(id checklist.Audience) {
	l, err := startLeaving(s.a.work)
	if err != nil {
		s.problem = s.a.failed("begin to hand out", err)
		s.a.refresh()
		return
	}
	l.audience = id
	s.problem, s.a.work.left = "", ""
	s.a.push(&leaveFormScreen{a: s.a, l: l})
}

// openLeaving shows what is being written of this inspection, or asks for whom something is to leave.
func (a *App) openLeaving() {
	if l := a.leaving; l != nil && l.work.in.ID == a.work.in.ID {
		a.push(&leavePartsScreen{a: a, l: l})
		return
	}
	a.push(&leaveScreen{a: a})
}

// leaveFormScreen asks in what form.
type leaveFormScreen struct {
	a *App
	l *leaving
}

func (s *leaveFormScreen) head() head { return head{Title: s.a.words.T("leave.what")} }

func (s *leaveFormScreen) forget() { s.l.forget() }

func (s *leaveFormScreen) content() []fyne.CanvasObject {
	w := s.a.words
	if s.l.gone() {
		return []fyne.CanvasObject{newQuiet(w.T("leave.again"))}
	}
	extract := !s.l.audience.Whole()
	unders := map[string]string{formPDF: "form.pdf_under", formZIP: "form.zip_under", formCSV: "form.csv_under", formJSON: "form.json_under"}
	if extract {
		unders[formZIP], unders[formJSON] = "form.zip_extract", "form.json_extract"
	}
	icons := map[string]iconName{formPDF: iconReport, formZIP: iconFolder, formCSV: iconTable, formJSON: iconDocument}
	out := []fyne.CanvasObject{newPara(w.T("leave.for", w.T(audienceKey(string(s.l.audience))))).bold()}
	var rows []fyne.CanvasObject
	for _, form := range forms() {
		v := rowView{ID: "form/" + form, Icon: icons[form], Title: w.T(formKey(form)), Under: w.T(unders[form]), Opens: true}
		rows = append(rows, newRow(v, func() { s.choose(form) }))
	}
	return append(out, newColumn(grid, rows...))
}

func (s *leaveFormScreen) choose(form string) {
	s.l.form = form
	if s.l.closed == closedOpen && form != formPDF {
		s.l.closed = closedKey
	}
	s.a.push(&leaveHowScreen{a: s.a, l: s.l})
}

// handoutsScreen lists what has left of an inspection.
type handoutsScreen struct{ a *App }

func (s *handoutsScreen) head() head { return head{Title: s.a.words.T("handouts.title")} }

// handoutLine says in one line what left.
func handoutLine(w *Words, h store.Handout) string {
	return strings.Join([]string{w.T(formKey(h.Form)), w.T(audienceKey(h.Audience)), w.Moment(h.At)}, " · ")
}

// handoutFacts say all that is kept of a handout.
func handoutFacts(w *Words, h store.Handout) []string {
	how := w.T(closedByKey(h.Lock))
	if len(h.To) > 0 {
		how += ": " + strings.Join(h.To, ", ")
	}
	lines := []string{w.Moment(h.At), w.T("revisions.one", h.Revision), how, w.Bytes(h.Size)}
	if h.Names {
		lines = append(lines, w.T("handouts.names"))
	}
	if h.Originals {
		lines = append(lines, w.T("handouts.originals"))
	}
	return lines
}

func (s *handoutsScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	out := []fyne.CanvasObject{newQuiet(w.T("handouts.text"))}
	for _, h := range a.work.handouts {
		title := strings.Join([]string{w.T(formKey(h.Form)), w.T(audienceKey(h.Audience))}, " · ")
		out = append(out, newCardOf(grid/2,
			newPara(title).bold(),
			newPara(strings.Join(handoutFacts(w, h), " · ")),
			newQuiet(w.T("handouts.hash", pieces(h.SHA256))).sized(sizeCaption)))
	}
	if len(a.work.handouts) == 0 {
		out = append(out, newQuiet(w.T("handouts.none")))
	}
	return out
}

// leaveRows are the rows of the inspection's page about leaving: the way there, and what has left.
func leaveRows(w *Words, k *work) []rowView {
	rows := []rowView{{ID: "go/leave", Icon: iconReport, Title: w.T("leave.title"), Under: w.T("leave.under"), Strong: true, Opens: true}}
	if k.left != "" {
		rows[0].Under = k.left
	}
	if n := len(k.handouts); n > 0 {
		rows = append(rows, rowView{ID: "go/handouts", Icon: iconOutbox, Title: w.T("handouts.title"), Under: handoutLine(w, k.handouts[0]), End: strconv.Itoa(n), Opens: true})
	}
	return rows
}

// parcel is what the chosen way hands over.
func (a *App) parcel(l *leaving) Parcel {
	p := Parcel{
		Document: l.document, Previous: l.work.before(l.revision.Number), DocumentSHA256: documentHash(l.revision.Document), Raw: l.revision.Document, Signed: l.revision.Signed,
		Template: l.work.template, Directory: a.lib.directory, Guidance: a.lib.guidance, Audience: l.audience, Form: l.form,
		Originals: l.takesOriginals(), Uncleaned: l.takesUncleaned(), Lang: a.words.Lang(), Version: a.o.Version,
		Open: func(id string) (io.ReadCloser, error) {
			f, err := a.store.OpenAttachment(a.ctx(), id)
			if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrDamaged) {
				a.o.Log.Error("an original is not there to be handed out", "attachment", id, "error", err)
				return nil, nil // the rest goes out, and says that it is not here
			}
			if err != nil {
				return nil, err
			}
			return f, nil
		},
	}
	if l.names && l.mayName() {
		p.Names = l.persons()
	}
	return p
}

// persons are the names of the persons of the document that are known here. A correction that is being worked on may have other
// names: then there are none.
func (l *leaving) persons() map[string]string {
	names := map[string]string{}
	if l.gone() || !l.work.in.Locked {
		return names
	}
	for _, p := range l.document.Persons {
		if n := l.work.in.Names[p.ID]; n != "" {
			names[p.ID] = n
		}
	}
	return names
}

// mayName tells whether names may go along: to few, in two forms, and never in an open file.
func (l *leaving) mayName() bool {
	return l.audience.TakesNames() && slices.Contains([]string{formPDF, formZIP}, l.form) && l.closed != closedOpen
}

// order is what the background needs to write a file: it looks at nothing that the screens may change meanwhile.
type order struct {
	parcel     Parcel
	closed     string
	recipients seal.Recipients
	passphrase string
	handout    store.Handout
}

func (a *App) order(l *leaving) order {
	p := a.parcel(l)
	return order{parcel: p, closed: l.closed, recipients: l.recipients, passphrase: l.passphrase, handout: store.Handout{
		Inspection: l.revision.Inspection, Revision: l.revision.Number, Audience: string(l.audience), Form: l.form, Lock: l.closed, To: l.to(),
		Names: len(p.Names) > 0, Originals: l.takesOriginals(),
	}}
}

// lock puts the chosen cipher around a writer.
func (o order) lock(w io.Writer) (io.WriteCloser, error) {
	switch {
	case o.closed == closedKey:
		return seal.EncryptTo(w, o.recipients)
	case o.closed == closedPassphrase:
		return seal.EncryptPassphrase(w, o.passphrase)
	case o.closed == closedOpen && o.parcel.Form == formPDF:
		return uncovered{w}, nil
	}
	return nil, fmt.Errorf("hand out %s: %w", o.handout.Inspection, seal.ErrNoRecipient)
}

// uncovered is a writer without a cipher.
type uncovered struct{ io.Writer }

// Close has nothing to end.
func (uncovered) Close() error { return nil }

// to tells the public keys apart by their beginnings and ends.
func (l *leaving) to() []string {
	const head, tail = 12, 6
	if l.closed != closedKey {
		return nil
	}
	var list []string
	for _, t := range l.recipients.Texts() {
		list = append(list, t[:head]+ellipsis+t[len(t)-tail:])
	}
	return list
}

// fileName is what the save dialog offers: nothing of whom it is about.
func (s *leavePartsScreen) fileName() string {
	l := s.l
	name := fmt.Sprintf("feltsjekk-%s-%d.%s", l.revision.LockedAt.In(s.a.o.Zone).Format(isoDay), l.revision.Number, l.form)
	if l.closed != closedOpen {
		name += ".age"
	}
	return name
}

// writeParcel writes the file, closes it, and keeps that it left. What it returns as done is whole and durable.
func (a *App) writeParcel(ctx context.Context, o order, out io.WriteCloser) (store.Handout, error) {
	t := newTally(out)
	err := func() error {
		w, err := o.lock(t)
		if err != nil {
			return err
		}
		if err := a.o.Parcel(ctx, w, o.parcel); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		return ctx.Err()
	}()
	if err == nil {
		err = out.Close()
	}
	h := o.handout
	if err == nil {
		h.Size, h.SHA256 = t.size, t.sum()
		h, err = a.store.HandOut(a.ctx(), h) // nothing leaves that is not told of
	}
	if err != nil {
		return store.Handout{}, errors.Join(err, discard(out))
	}
	return h, nil
}
