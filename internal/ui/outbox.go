package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"feltsjekk/internal/seal"
	"feltsjekk/internal/store"
	fieldsync "feltsjekk/internal/sync"
)

// outboxScreen shows what waits to be sent and why, and what the office has confirmed.
type outboxScreen struct {
	a       *App
	office  string // office: its name, "" when not enrolled
	waiting []store.Outgoing
	names   map[string]store.Summary
	got     []store.Summary
	earlier int // earlier: locked before enrolment and waiting for the user's yes
	problem string
	read    bool
}

// outboxView is what the outbox shows.
type outboxView struct {
	Office  string
	Phase   string
	Detail  string
	Waiting []rowView
	Got     []rowView
	Earlier string
	Problem string
	CanSend bool
	CanStop bool
}

func (s *outboxScreen) head() head { return head{Title: s.a.words.T("outbox.title")} }

func (s *outboxScreen) forget() { s.waiting, s.names, s.got = nil, nil, nil }

func (s *outboxScreen) arrive() {
	a := s.a
	var office string
	var waiting []store.Outgoing
	var summed []store.Summary
	a.load(func() (err error) {
		if r, _, ok := a.store.Office(a.ctx()); ok {
			office = r.Name
		}
		if waiting, err = a.store.Outbox(a.ctx()); err != nil {
			return err
		}
		summed, err = a.store.Inspections(a.ctx(), "", outboxDepth)
		return err
	}, func(err error) {
		s.read = true
		s.problem = a.failed("read the outbox", err)
		s.office, s.waiting = office, waiting
		a.sending.waiting = len(waiting)
		s.names, s.got, s.earlier = map[string]store.Summary{}, nil, 0
		for _, sum := range summed {
			s.names[sum.ID] = sum
			switch {
			case sum.State == store.Received || sum.State == store.Opened:
				s.got = append(s.got, sum)
			case sum.State == store.Locked && !sum.Queued:
				s.earlier++
			}
		}
		a.refreshIf(s)
	})
}

// outboxDepth is how many of the newest inspections the outbox looks through for receipts.
const outboxDepth = 200

// outboxViewOf makes the view of the outbox.
func outboxViewOf(w *Words, s *outboxScreen, st fieldsync.Status) outboxView {
	v := outboxView{Problem: s.problem, Office: w.T("outbox.no_office")}
	if s.office != "" {
		v.Office = w.T("outbox.office", s.office)
		v.Phase = w.T(phaseKey(string(st.Phase)))
		if st.Phase == fieldsync.PhaseOffline && st.Problem == fieldsync.CodeWifi {
			v.Phase = w.T("phase.wifi")
		}
		if st.Phase == fieldsync.PhaseIdle && len(s.waiting) > 0 {
			// Queued since the engine looked last.
			v.Phase = w.T("phase.ready")
		}
		v.Detail = statusDetail(w, st)
		v.CanStop = st.Phase == fieldsync.PhaseSending || st.Phase == fieldsync.PhaseContact
		v.CanSend = len(s.waiting) > 0 && st.Phase != fieldsync.PhaseSending && st.Phase != fieldsync.PhaseContact && st.Problem != fieldsync.CodeWifi
	}
	for _, o := range s.waiting {
		v.Waiting = append(v.Waiting, outgoingView(w, o, s.names[o.Inspection], st))
	}
	for _, g := range s.got {
		r := summaryView(w, g)
		r.Under, r.Opens = w.Day(g.Started), true
		r.Level = false
		v.Got = append(v.Got, r)
	}
	if s.earlier > 0 && s.office != "" {
		v.Earlier = w.T("enrol.earlier", s.earlier)
	}
	return v
}

func outgoingView(w *Words, o store.Outgoing, sum store.Summary, st fieldsync.Status) rowView {
	code := fieldsync.Code(o.Reason)
	if r, ok := st.Reasons[fieldsync.Key{Inspection: o.Inspection, Revision: o.Revision}]; ok {
		code = r.Code
	}
	size := o.Envelope.Size
	for _, f := range o.Files {
		size += f.Size
	}
	r := rowView{ID: "outgoing/" + o.Inspection, Icon: iconWaiting, IconColour: colorMuted, Title: sum.Employer, Strong: true, Opens: true}
	if sum.Employer == "" {
		r.Title, r.Missing = w.T("list.no_employer"), true
	}
	reason := w.T("waiting.soon")
	if code != "" {
		reason = w.T(codeKey(string(code)))
	}
	r.Under = strings.Join([]string{w.T("revisions.one", o.Revision), w.Bytes(size), reason}, " · ")
	return r
}

func statusDetail(w *Words, st fieldsync.Status) string {
	var parts []string
	if p := st.Sending; p != nil {
		parts = append(parts, w.T("sending.progress", p.FilesDone, p.Files, w.Bytes(p.BytesDone), w.Bytes(p.Bytes)))
	}
	if st.Problem != "" && st.Problem != fieldsync.CodeWifi { // the phase says that
		parts = append(parts, w.T(codeKey(string(st.Problem))))
	}
	if !st.LastContact.IsZero() {
		parts = append(parts, w.T("sending.last", w.Moment(st.LastContact)))
	}
	if !st.NextTry.IsZero() {
		parts = append(parts, w.T("sending.next", w.Clock(st.NextTry)))
	}
	return strings.Join(parts, "\n")
}

var phaseKey = keyed(map[string]string{
	string(fieldsync.PhaseNoOffice): "phase.no_office", string(fieldsync.PhaseIdle): "phase.idle", string(fieldsync.PhaseOffline): "phase.offline",
	string(fieldsync.PhaseContact): "phase.contact", string(fieldsync.PhaseSending): "phase.sending",
	string(fieldsync.PhaseWaiting): "phase.waiting", string(fieldsync.PhaseBlocked): "phase.blocked",
}, "phase.idle")

// codeKey gives the key of the sentence that says why something waits.
var codeKey = keyed(map[string]string{
	string(fieldsync.CodeOffline): "why.offline", string(fieldsync.CodeUnreachable): "why.unreachable", string(fieldsync.CodePortal): "why.portal",
	string(fieldsync.CodeBusy): "why.busy", string(fieldsync.CodeTrouble): "why.trouble", string(fieldsync.CodeMetered): "why.metered",
	string(fieldsync.CodeWifi):    "why.wifi",
	string(fieldsync.CodeChanged): "why.changed", string(fieldsync.CodeConflict): "why.conflict", string(fieldsync.CodeRevoked): "why.revoked",
	string(fieldsync.CodeRefused): "why.refused", string(fieldsync.CodeGone): "why.gone", string(fieldsync.CodeRollback): "why.rollback",
	string(fieldsync.CodeBadReceipt): "why.bad_receipt", string(fieldsync.CodeDamaged): "why.damaged",
	string(fieldsync.CodeDevice): "why.device", string(fieldsync.CodeInterrupted): "why.interrupted",
}, "why.trouble")

// waitingKey gives the key of the short word that a list shows for why something waits.
var waitingKey = keyed(map[string]string{
	string(fieldsync.CodeOffline): "wait.offline", string(fieldsync.CodeUnreachable): "wait.unreachable", string(fieldsync.CodePortal): "wait.portal",
	string(fieldsync.CodeBusy): "wait.busy", string(fieldsync.CodeMetered): "wait.metered", string(fieldsync.CodeWifi): "wait.wifi", string(fieldsync.CodeConflict): "wait.stopped",
	string(fieldsync.CodeRevoked): "wait.stopped", string(fieldsync.CodeRefused): "wait.stopped", string(fieldsync.CodeGone): "wait.stopped",
}, "wait.sending")

func (s *outboxScreen) content() []fyne.CanvasObject {
	a, w := s.a, s.a.words
	v := outboxViewOf(w, s, a.sending.status)
	if a.sending.halted && s.office != "" {
		v.Phase, v.Detail, v.CanStop, v.CanSend = w.T("phase.stopped"), "", false, len(s.waiting) > 0 && !a.sending.halting
	}
	status := []fyne.CanvasObject{newPara(v.Office).bold()}
	if v.Phase != "" {
		status = append(status, newPara(v.Phase))
	}
	if v.Detail != "" {
		status = append(status, newQuiet(v.Detail).sized(sizeCaption))
	}
	out := []fyne.CanvasObject{newCardOf(grid/2, status...)}
	if v.Problem != "" {
		out = append(out, newProblem(v.Problem))
	}
	if s.office == "" {
		out = append(out, newPara(w.T("outbox.no_office_text")))
	}
	if s.office == "" && a.o.Enrol != nil {
		out = append(out, newButton("outbox/enrol", w.T("enrol.title"), func() { a.push(&enrolScreen{a: a}) }).with(iconLink))
	}
	if v.CanSend && a.o.Start != nil {
		out = append(out, newButton("outbox/send", w.T("outbox.send"), a.sendNow).ranked(rankFirst))
	}
	if v.CanStop && a.sending.engine != nil {
		out = append(out, newButton("outbox/stop", w.T("outbox.stop"), a.stopSending))
	}
	if v.Earlier != "" {
		out = append(out, newRow(rowView{ID: "outbox/earlier", Icon: iconOutbox, Title: v.Earlier, Under: w.T("enrol.earlier_send"), Opens: true},
			func() { a.push(&earlierScreen{a: a, count: s.earlier}) }))
	}
	out = append(out, newHeading(w.T("outbox.waiting")))
	if len(v.Waiting) == 0 && s.read {
		out = append(out, newQuiet(w.T("outbox.empty")))
	}
	for i, r := range v.Waiting {
		id := s.waiting[i].Inspection
		out = append(out, newRow(r, func() { a.openInspection(id, nil) }))
	}
	if len(v.Got) > 0 {
		out = append(out, newGap(grid), newHeading(w.T("outbox.received")))
	}
	for i, r := range v.Got {
		id := s.got[i].ID
		r.ID = "receipt/" + id
		out = append(out, newRow(r, func() { s.receipt(id) }))
	}
	return out
}

// receipt opens the receipt of an inspection's last revision.
func (s *outboxScreen) receipt(id string) {
	a := s.a
	var list []store.Revision
	a.load(func() (err error) {
		list, err = a.store.Revisions(a.ctx(), id)
		return err
	}, func(err error) {
		if err != nil || len(list) == 0 {
			s.problem = a.failed("read revisions of "+id, err)
			a.refreshIf(s)
			return
		}
		a.push(&receiptScreen{a: a, revision: list[len(list)-1]})
	})
}

// receiptScreen shows a revision's receipt in full.
type receiptScreen struct {
	a        *App
	revision store.Revision
	receipt  seal.Receipt
	office   string
	problem  string
	read     bool
}

func (s *receiptScreen) head() head { return head{Title: s.a.words.T("receipt.title")} }

// arrive verifies the receipt once more against the office record.
func (s *receiptScreen) arrive() {
	a := s.a
	if len(s.revision.Receipt) == 0 || s.read {
		return
	}
	a.load(func() error {
		record, _, ok := a.store.Office(a.ctx())
		if !ok {
			return store.ErrNoOffice
		}
		s.office = record.Name
		r, err := seal.VerifyReceipt(s.revision.Receipt, record)
		s.receipt = r
		return err
	}, func(err error) {
		s.read = true
		if err != nil {
			a.o.Log.Error("verify receipt", "inspection", s.revision.Inspection, "error", err)
			s.problem = a.words.T("receipt.unverified")
		}
		a.refreshIf(s)
	})
}

var fileKey = keyed(map[string]string{
	seal.KindEnvelope: "file.envelope", seal.KindPreview: "file.preview", seal.KindOriginal: "file.original",
}, "file.original")

// receiptLines says a receipt line by line.
func receiptLines(w *Words, r seal.Receipt, office string) []string {
	lines := []string{
		w.T("receipt.office", office),
		w.T("receipt.time", w.Moment(milliseconds(r.Time))),
		w.T("receipt.log", r.Log, r.Index),
		w.T("receipt.revision", r.Revision, r.Inspection),
		w.T("receipt.files", len(r.Files)),
		w.T("receipt.manifest", r.Manifest),
	}
	return lines
}

func (s *receiptScreen) content() []fyne.CanvasObject {
	w := s.a.words
	out := []fyne.CanvasObject{
		newHeading(w.T("revisions.one", s.revision.Number)),
		newPara(w.T("receipt.locked", w.Moment(s.revision.LockedAt))),
		newQuiet(w.T("receipt.document", pieces(documentHash(s.revision.Document)))).sized(sizeCaption),
	}
	switch {
	case len(s.revision.Receipt) == 0:
		out = append(out, newMarked(iconWaiting, w.T("receipt.not_yet"), colorMuted))
	case s.problem != "":
		out = append(out, newProblem(s.problem))
	case s.read:
		out = append(out, newMarked(iconReceived, w.T("receipt.verified"), theme.ColorNamePrimary))
		var lines []fyne.CanvasObject
		for _, l := range receiptLines(w, s.receipt, s.office) {
			lines = append(lines, newPara(l).sized(sizeCaption))
		}
		out = append(out, newCardOf(grid, lines...))
		for _, f := range s.receipt.Files {
			out = append(out, newQuiet(w.T("receipt.file", w.T(fileKey(f.Kind)), w.Bytes(f.Size), f.ID, pieces(f.SHA256))).sized(sizeCaption))
		}
	}
	return out
}
