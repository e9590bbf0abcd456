package wire

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
)

// Put is the body of the PUT of a revision: the manifest first, then what goes with it at once.
type Put struct {
	Manifest []byte // the manifest, a DSSE envelope
	Envelope []byte // nil when it goes up as a file, or is held already
	Files    []Part // whole small files
}

// Part is one whole sealed file.
type Part struct {
	ID   string
	Body []byte
}

// partOverhead bounds what a part adds to its bytes: boundary, header lines, line ends.
const partOverhead = 256

// Room is how many bytes of file parts a PUT with this manifest and envelope still takes, when each part is counted with
// PartSize. Negative when it is full already.
func (p Put) Room() int64 {
	room := int64(MaxPut) - partOverhead - PartSize(int64(len(p.Manifest)))
	if p.Envelope != nil {
		room -= PartSize(int64(len(p.Envelope)))
	}
	for _, f := range p.Files {
		room -= PartSize(int64(len(f.Body)))
	}
	return room
}

// PartSize is what a part of n bytes takes of the room at most.
func PartSize(n int64) int64 { return n + partOverhead }

// Encode writes the body as multipart/mixed (RFC 2046) and returns it with its content type. It refuses what ReadPut
// would refuse.
func (p Put) Encode() (contentType string, body []byte, err error) {
	if p.Room() < 0 || len(p.Manifest) == 0 || len(p.Manifest) > MaxManifest || len(p.Files)+2 > MaxParts {
		return "", nil, malformed("PUT beyond its limits")
	}
	if p.Envelope != nil && (len(p.Envelope) == 0 || len(p.Envelope) > SmallEnvelope) {
		return "", nil, malformed("envelope of %d bytes in a PUT", len(p.Envelope))
	}
	var buf bytes.Buffer
	buf.Grow(int(int64(MaxPut) - p.Room()))
	w := multipart.NewWriter(&buf)
	if err := w.SetBoundary("feltsjekk-" + rand.Text()); err != nil {
		return "", nil, err
	}
	parts := []Part{{ManifestPart, p.Manifest}}
	if p.Envelope != nil {
		parts = append(parts, Part{EnvelopePart, p.Envelope})
	}
	for _, f := range append(parts, p.Files...) {
		if err := writePart(w, f); err != nil {
			return "", nil, err
		}
	}
	if err := w.Close(); err != nil {
		return "", nil, err
	}
	if buf.Len() > MaxPut {
		return "", nil, malformed("PUT of %d bytes", buf.Len())
	}
	return mime.FormatMediaType("multipart/mixed", map[string]string{"boundary": w.Boundary()}), buf.Bytes(), nil
}

func writePart(w *multipart.Writer, p Part) error {
	kind := "application/octet-stream"
	switch {
	case p.ID == ManifestPart:
		kind = JSONType
	case p.ID != EnvelopePart && !ValidID(p.ID):
		return malformed("file id")
	}
	out, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`attachment; name="` + p.ID + `"`},
		"Content-Type":        {kind},
	})
	if err != nil {
		return err
	}
	_, err = out.Write(p.Body)
	return err
}

// ReadPut reads the body of a PUT, which the caller has capped to MaxPut and checked against its digest: the manifest first,
// then perhaps the envelope, then files, each id once. Nothing is decoded: Content-Transfer-Encoding is refused.
func ReadPut(contentType string, body []byte) (Put, error) {
	var p Put
	if len(body) > MaxPut || len(contentType) > 256 {
		return p, malformed("PUT beyond its limits")
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != "multipart/mixed" || params["boundary"] == "" || len(params["boundary"]) > 70 {
		return p, malformed("content type of a PUT")
	}
	// mime/multipart takes a body that is cut off in a part's header for a whole one. No epilogue is part of the protocol.
	if !bytes.HasSuffix(bytes.TrimSuffix(body, []byte("\r\n")), []byte("\r\n--"+params["boundary"]+"--")) {
		return p, malformed("multipart without its end")
	}
	r := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	seen := map[string]bool{}
	for n := 0; ; n++ {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || n == MaxParts {
			return Put{}, malformed("multipart")
		}
		name, err := partName(part.Header)
		if err != nil {
			return Put{}, err
		}
		if seen[name] || (n == 0) != (name == ManifestPart) || name == EnvelopePart && n != 1 {
			return Put{}, malformed("order of parts")
		}
		seen[name] = true
		data, err := io.ReadAll(part)
		if err != nil {
			return Put{}, malformed("multipart")
		}
		if err := p.add(name, data); err != nil {
			return Put{}, err
		}
	}
	if p.Manifest == nil {
		return Put{}, malformed("PUT without a manifest")
	}
	return p, nil
}

func (p *Put) add(name string, data []byte) error {
	switch {
	case name == ManifestPart:
		if len(data) == 0 || len(data) > MaxManifest {
			return malformed("manifest of %d bytes", len(data))
		}
		p.Manifest = data
	case name == EnvelopePart:
		if len(data) == 0 || len(data) > SmallEnvelope {
			return malformed("envelope of %d bytes in a PUT", len(data))
		}
		p.Envelope = data
	default:
		p.Files = append(p.Files, Part{ID: name, Body: data})
	}
	return nil
}

// partName is the name of a part: manifest, envelope or a file's id.
func partName(h textproto.MIMEHeader) (string, error) {
	if len(h.Values("Content-Disposition")) != 1 || len(h.Values("Content-Transfer-Encoding")) != 0 || len(h) > 4 {
		return "", malformed("header of a part")
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	name := params["name"]
	if err != nil || kind != "attachment" || len(params) != 1 || name != ManifestPart && name != EnvelopePart && !ValidID(name) {
		return "", malformed("header of a part")
	}
	return name, nil
}
