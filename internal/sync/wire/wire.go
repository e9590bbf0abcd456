// Package wire is the protocol between a device and the office's endpoint, shared by both sides: paths, limits,
// JSON types, problems, request signatures and the body of the PUT. It does no input or output of its own, keeps no
// state and knows no keys: who signs and who verifies is handed in. docs/protocol.md describes it as another could
// implement it.
package wire

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Header names of the protocol. Those of tus are as https://tus.io/protocols/resumable-upload writes them.
const (
	// NonceHeader carries a nonce: in every answer a fresh one, in a signed request one that the endpoint gave
	// in an earlier answer, not more than NonceHours ago.
	NonceHeader  = "Feltsjekk-Nonce"
	DigestHeader = "Content-Digest"
	OffsetHeader = "Upload-Offset"
	LengthHeader = "Upload-Length"
	TusHeader    = "Tus-Resumable"
	TusVersion   = "1.0.0"
	// OffsetType is the content type of a PATCH.
	OffsetType = "application/offset+octet-stream"
	// JSONType and ProblemType are the content types of answers.
	JSONType    = "application/json"
	ProblemType = "application/problem+json"
)

// Limits, in bytes unless the name says otherwise. The endpoint refuses what exceeds them before it computes anything.
const (
	MaxPut           = 8 << 20   // the whole body of a PUT
	MaxManifest      = 4 << 20   // the manifest's DSSE envelope in it
	SmallEnvelope    = 256 << 10 // an envelope above this is uploaded like a file, never a part of the PUT
	MaxEnrol         = 64 << 10  // the body of POST /v1/enrol
	MaxAnswer        = 8 << 20   // any JSON answer; a device reads no more
	MaxOfficeRecord  = 256 << 10 // the signed office record
	MaxProblem       = 8 << 20   // a problem may carry a receipt
	MaxParts         = 4096      // parts in a PUT
	MaxFiles         = 10_000    // files in one revision, the envelope included
	MaxFile          = 64 << 30  // one sealed file
	MaxRevisionBytes = 64 << 30  // all sealed files of one revision
	MaxRevision      = 10_000    // highest revision number
	MaxDepth         = 16        // nesting of any JSON
	MaxNonce         = 128       // characters of a nonce
	MaxKeyID         = 64        // characters of a key id
	NonceHours       = 24        // how long a nonce is taken
	NetworkSeconds   = 15        // silence on a body after which the endpoint hangs up
)

// Fixed paths.
const (
	EnrolPath   = "/v1/enrol"
	OfficePath  = "/v1/office"
	CatalogPath = "/v1/catalog"
	HealthPath  = "/healthz"

	inspectionsPrefix = "/v1/inspections/"
	filesPrefix       = "/v1/files/"
)

// Names of the two parts of a PUT that are not files.
const (
	ManifestPart = "manifest"
	EnvelopePart = "envelope"
)

// ErrMalformed is wrapped by every error about input that does not follow the protocol.
var ErrMalformed = errors.New("malformed")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// RevisionPath is the path of PUT for a revision.
func RevisionPath(inspection string, revision int) string {
	return inspectionsPrefix + inspection + "/revisions/" + strconv.Itoa(revision)
}

// ReceiptPath is the path of GET for a revision's receipt.
func ReceiptPath(inspection string, revision int) string {
	return RevisionPath(inspection, revision) + "/receipt"
}

// FilePath is the path of a file's upload. File ids belong to the inspection.
func FilePath(inspection, file string) string { return filesPrefix + inspection + "/" + file }

// ValidID tells whether s is a UUID as this protocol writes it: 36 characters, lower case, of version 7 or 4.
func ValidID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		case 14:
			if c != '7' && c != '4' {
				return false
			}
		case 19:
			if c != '8' && c != '9' && c != 'a' && c != 'b' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}

// ParseRevision reads a revision number out of a path: decimal, no sign, no leading zero, 1 to MaxRevision.
func ParseRevision(s string) (int, error) {
	if s == "" || len(s) > 5 || s[0] == '0' || strings.Trim(s, "0123456789") != "" {
		return 0, malformed("revision number")
	}
	n, err := strconv.Atoi(s)
	if err != nil || n > MaxRevision {
		return 0, malformed("revision number")
	}
	return n, nil
}
