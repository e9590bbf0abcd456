package sync

import "time"

// Phase says what the engine is doing right now.
type Phase string

// The phases of an engine.
const (
	PhaseNoOffice Phase = "no_office" // not enrolled anywhere: nothing is sent
	PhaseIdle     Phase = "idle"      // the outbox is empty
	PhaseOffline  Phase = "offline"   // the device says that there is no network, or none that may be used (Problem is CodeWifi)
	PhaseContact  Phase = "contact"   // reaching the office
	PhaseSending  Phase = "sending"   // Sending is set
	PhaseWaiting  Phase = "waiting"   // the next attempt comes at NextTry
	PhaseBlocked  Phase = "blocked"   // nothing that waits gets better by itself; see Reasons and Problem
)

// Code is why something waits: stable, for machines; the sentence for people is made in ui and in the commands.
type Code string

// The reasons why a revision waits, or the office is not reached.
const (
	CodeNoOffice    Code = "no_office"   // not enrolled anywhere
	CodeOffline     Code = "offline"     // no network
	CodeUnreachable Code = "unreachable" // a network, but no answer from the office's address
	CodePortal      Code = "portal"      // something else answered at the office's address: a captive portal, or someone between
	CodeBusy        Code = "busy"        // the office asked to come later (429, 503)
	CodeTrouble     Code = "trouble"     // the office has a fault of its own (other 5xx, or an answer that is not of the protocol)
	CodeMetered     Code = "metered"     // originals wait for a network that costs nothing
	CodeWifi        Code = "wifi"        // the user lets nothing go over a network that costs
	CodeChanged     Code = "changed"     // the office's recipients changed: sealed anew at the next unlock
	CodeLocked      Code = "locked"      // what signs requests is not in memory: an unlock brings it
	CodeConflict    Code = "conflict"    // the office holds this revision with other content
	CodeRevoked     Code = "revoked"     // the office does not know this device any longer
	CodeRefused     Code = "refused"     // the office refused it for good (400, 403, 404, 413, 422)
	CodeGone        Code = "gone"        // 410
	CodeRollback    Code = "rollback"    // the office showed an older record than the one held
	CodeBadReceipt  Code = "bad_receipt" // the receipt does not hold
	CodeDamaged     Code = "damaged"     // a sealed file on this device is missing or was changed
	CodeDevice      Code = "device"      // the device's own store failed
	CodeInterrupted Code = "interrupted" // the attempt was ended by the user or the program
)

// Final reports whether waiting longer cannot help: someone has to do something.
func (c Code) Final() bool {
	switch c {
	case CodeConflict, CodeRevoked, CodeRefused, CodeGone, CodeRollback, CodeBadReceipt, CodeDamaged:
		return true
	}
	return false
}

// Key names one locked revision.
type Key struct {
	Inspection string
	Revision   int
}

// Reason is why one revision waits, and since when.
type Reason struct {
	Code  Code
	Since time.Time
}

// Progress measures the attempt that is running, over everything in the outbox. Bytes are sealed bytes.
type Progress struct {
	Revisions, RevisionsDone int   // done: receipted
	Files, FilesDone         int   // previews and originals
	Bytes, BytesDone         int64 // done: the office holds them
	Parallel                 int   // uploads at once right now
	Rate                     int64 // bytes a second over the last measured stretch, 0 before it
}

// Status is one value that says what the engine does and why something waits. It is a copy: nobody else writes it.
type Status struct {
	Phase       Phase
	Waiting     int            // locked revisions without a receipt
	Sending     *Progress      // nil unless PhaseSending
	Reasons     map[Key]Reason // one for every revision that an attempt could not deliver
	Problem     Code           // what the last contact ran into, "" after a good one
	LastContact time.Time      // the last answer from the office itself, zero before the first
	NextTry     time.Time      // zero unless PhaseWaiting
}
