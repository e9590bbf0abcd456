package checklist

import "slices"

// Audience is for whom a document leaves the device by hand.
type Audience string

// Audiences.
const (
	ForSelf      Audience = "own"       // whoever made the inspection
	ForAuthority Audience = "authority" // another authority
	ForUnion     Audience = "union"
	ForEmployer  Audience = "employer"
)

// Audiences returns the audiences in the order in which they are offered.
func Audiences() []Audience { return []Audience{ForSelf, ForAuthority, ForUnion, ForEmployer} }

// Whole reports whether the audience gets the signed document as it is. Who is not known gets no more than an employer.
func (a Audience) Whole() bool { return a == ForSelf || a == ForAuthority || a == ForUnion }

// TakesNames reports whether the names of persons may go with it, when the user says so: they are never part of a document.
func (a Audience) TakesNames() bool { return a == ForSelf || a == ForAuthority }

// TakesOriginals reports whether originals may go as captured, with camera data and position, when the user says so.
func (a Audience) TakesOriginals() bool { return a == ForSelf || a == ForAuthority }

const (
	// ExtractType is the type of a redacted document: ParseDocument refuses it, and nobody takes it for what was signed.
	ExtractType = "feltsjekk/extract"
	// lastOpenSection is the last section that an employer may see: 7 and 8 tell of the workers themselves, K is an office's own, of which
	// nobody here knows what it asks.
	lastOpenSection = 6
)

// cleanPhotos are the types of photo of which a copy without the camera's data can be made.
var cleanPhotos = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}

// Redact returns the document as the audience may see it; d is not changed. For an employer that is an extract in which nobody can see who
// told what:
//
//   - of the findings, those of sections 1 to 6 that were observed, or looked for and not seen; without notes, times, and the ground
//     "worker told". What rests on that alone is left out, and where it was one ground among others the parts are, for nobody knows which
//     of them were told. What was not checked is left out too: otherwise a gap in the list would show what was told.
//   - of the attachments, the photos of those findings that can be made anew without the camera's data, without name and caption. What
//     belongs to no finding, sounds, videos and documents are left out, and so is an original of which a marked copy was made: what is
//     covered on the copy is to stay covered.
//   - of the site, all; no places (a home may be one of them), persons, present, counts, notes, actions, follow-ups, reason of a
//     correction, and nothing that ties the extract to the signed document: no event, no hash of a document, no vault, no device.
//
// The extract is made by copying what may be seen, so that what a document comes to hold later does not leak by itself.
func Redact(d *Document, a Audience) *Document {
	if a.Whole() {
		whole := *d
		return &whole
	}
	out := &Document{
		Type: ExtractType, V: DocumentVersion, Inspection: d.Inspection, Revision: d.Revision, Template: d.Template, TemplateSHA256: d.TemplateSHA256,
		Lang: d.Lang, Role: d.Role, StartedAt: d.StartedAt, LockedAt: d.LockedAt,
		Site: Site{Employer: d.Site.Employer, OrganisationNumber: d.Site.OrganisationNumber, Address: d.Site.Address, Sector: d.Site.Sector},
	}
	open := map[string]bool{}
	for _, f := range d.Findings {
		if r, ok := f.redacted(); ok {
			out.Findings = append(out.Findings, r)
			open[f.Code] = true
		}
	}
	copied := map[string]bool{}
	for _, at := range d.Attachments {
		copied[at.DerivedFrom] = true
	}
	for _, at := range d.Attachments {
		if copied[at.ID] {
			continue
		}
		if at.Kind == Photo && open[at.Finding] && slices.Contains(cleanPhotos, at.MIME) {
			out.Attachments = append(out.Attachments, at.redacted())
		}
	}
	return out
}

// RestsOnWorker reports whether a worker's word is the only ground of what was observed.
func (f Finding) RestsOnWorker() bool { return len(f.Basis) == 1 && f.Basis[0] == BasisWorker }

// redacted returns the finding as an employer may see it; false when not at all.
func (f Finding) redacted() (Finding, bool) {
	section, _, ok := parseCode(f.Code)
	if !ok || section < 1 || section > lastOpenSection || f.State != Observed && f.State != NotObserved || f.RestsOnWorker() {
		return Finding{}, false
	}
	out := Finding{Code: f.Code, State: f.State}
	if f.State == Observed {
		out.Parts = slices.Clone(f.Parts)
	}
	for _, b := range f.Basis {
		switch b {
		case BasisWorker:
			out.Parts = nil
		case BasisSeen, BasisEmployer, BasisDocument:
			out.Basis = append(out.Basis, b)
		}
	}
	return out, true
}

// redacted returns the attachment without what somebody wrote.
func (a Attachment) redacted() Attachment {
	return Attachment{
		ID: a.ID, MIME: a.MIME, Kind: a.Kind, Finding: a.Finding, Size: a.Size, SHA256: a.SHA256, At: a.At, Preview: PreviewNone,
		Width: a.Width, Height: a.Height, Orientation: a.Orientation, View: a.View,
	}
}
