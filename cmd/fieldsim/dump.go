package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/command"
	"feltsjekk/internal/store"
)

// pageSize is how many inspections are read at once.
const pageSize = 100

var dumpCommand = command.Command{
	Name: "dump", Required: []string{"data"},
	About: "print everything that the device holds\n\n" +
		"Prints one JSON object an inspection, newest first, decrypted. Size and SHA-256 of every attachment are computed anew\n" +
		"from the sealed file as it lies. Fails, after printing what it can, when something does not open.",
	Example: "fieldsim dump --data device",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		fs.Bool("json", true, "print JSON objects, as it always does")
		return func(ctx context.Context, env *command.Env) error {
			return with(ctx, env, *dir, func(st *store.Store) error { return dump(ctx, env, st) })
		}
	},
}

func dump(ctx context.Context, env *command.Env, st *store.Store) error {
	var damage error
	for before := ""; ; {
		page, err := st.Inspections(ctx, before, pageSize)
		if err != nil {
			return fmt.Errorf("list inspections: %w", err)
		}
		for _, s := range page {
			line, err := inspectionOf(ctx, st, s)
			if err != nil {
				damage = errors.Join(damage, err)
			}
			if line == nil {
				continue
			}
			if err := command.PrintJSON(env.Stdout, line); err != nil {
				return err
			}
		}
		if len(page) < pageSize {
			return damage
		}
		before = page[len(page)-1].ID
	}
}

// The line of dump, in the order of its members.
type (
	dumpedInspection struct {
		ID          string               `json:"id"`
		State       store.State          `json:"state"`
		Revision    int                  `json:"revision"`
		Template    string               `json:"template"`
		Lang        string               `json:"lang"`
		Role        checklist.Role       `json:"role"`
		Site        checklist.Site       `json:"site"`
		Places      []checklist.Place    `json:"places"`
		Persons     []dumpedPerson       `json:"persons"`
		Present     []checklist.Presence `json:"present"`
		Counts      checklist.Counts     `json:"counts"`
		Findings    []checklist.Finding  `json:"findings"`
		Notes       []checklist.Note     `json:"notes"`
		Actions     []checklist.Action   `json:"actions"`
		FollowUps   []checklist.FollowUp `json:"follow_ups"`
		Attachments []dumpedAttachment   `json:"attachments"`
		Revisions   []dumpedRevision     `json:"revisions"`
		Receipt     json.RawMessage      `json:"receipt,omitempty"`
	}
	dumpedPerson struct {
		checklist.Person
		Name string `json:"name,omitempty"`
	}
	dumpedAttachment struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Size    int64  `json:"size"`
		SHA256  string `json:"sha256"`
		MIME    string `json:"mime"`
		Finding string `json:"finding"`
		Problem string `json:"problem,omitempty"`
	}
	dumpedRevision struct {
		Number   int         `json:"revision"`
		LockedAt int64       `json:"locked_at"` // UTC, milliseconds
		State    store.State `json:"state"`
		SHA256   string      `json:"sha256"` // of the canonical document
	}
)

// inspectionOf reads one inspection whole. It returns what could be read even where something could not.
func inspectionOf(ctx context.Context, st *store.Store, s store.Summary) (*dumpedInspection, error) {
	in, err := st.Inspection(ctx, s.ID)
	if err != nil {
		return nil, fmt.Errorf("read inspection %s: %w", s.ID, err)
	}
	d := &dumpedInspection{
		ID: in.ID, State: s.State, Revision: in.Revision, Template: in.Template, Lang: in.Lang, Role: in.Role, Site: in.Site,
		Places: list(in.Places), Present: list(in.Present), Counts: in.Counts, Notes: list(in.Notes), FollowUps: list(in.FollowUps),
		Findings: sorted(in.Findings), Actions: sorted(in.Actions),
		Persons: []dumpedPerson{}, Attachments: []dumpedAttachment{}, Revisions: []dumpedRevision{},
	}
	for _, p := range in.Persons {
		d.Persons = append(d.Persons, dumpedPerson{p, in.Names[p.ID]})
	}
	var damage error
	for _, a := range in.Attachments {
		line := dumpedAttachment{ID: a.ID, Name: a.Name, MIME: a.MIME, Finding: a.Finding}
		if line.Size, line.SHA256, err = rehash(ctx, st, a.ID); err == nil && (line.SHA256 != a.SHA256 || line.Size != a.Size) {
			err = errors.New("the bytes are not those that were captured")
		}
		if err != nil {
			line.Problem = err.Error()
			damage = errors.Join(damage, fmt.Errorf("attachment %s: %w", a.ID, err))
		}
		d.Attachments = append(d.Attachments, line)
	}
	revisions, err := st.Revisions(ctx, s.ID)
	if err != nil {
		return d, errors.Join(damage, fmt.Errorf("read the revisions of inspection %s: %w", s.ID, err))
	}
	for _, r := range revisions {
		sum := sha256.Sum256(r.Document)
		d.Revisions = append(d.Revisions, dumpedRevision{r.Number, r.LockedAt.UnixMilli(), r.State, hex.EncodeToString(sum[:])})
		if len(r.Receipt) > 0 && r.Number == in.Revision {
			if d.Receipt, err = receiptBody(r.Receipt); err != nil {
				damage = errors.Join(damage, fmt.Errorf("receipt of inspection %s: %w", s.ID, err))
			}
		}
	}
	return d, damage
}

// receiptBody takes the signed body out of a receipt's DSSE envelope. The store verified it before it kept it.
func receiptBody(raw []byte) (json.RawMessage, error) {
	var envelope struct {
		Payload []byte `json:"payload"` // standard base64, as DSSE writes it
	}
	if err := json.Unmarshal(raw, &envelope); err != nil {
		return nil, fmt.Errorf("read the envelope: %w", err)
	}
	if !json.Valid(envelope.Payload) {
		return nil, errors.New("its body is not JSON")
	}
	return envelope.Payload, nil
}

// rehash opens an attachment's sealed file and computes size and hash of what is in it.
func rehash(ctx context.Context, st *store.Store, id string) (size int64, sum string, err error) {
	f, err := st.OpenAttachment(ctx, id)
	if err != nil {
		return 0, "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return size, "", err
	}
	return size, hex.EncodeToString(h.Sum(nil)), nil
}

// list makes an empty list of none, so that it is printed as [].
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// sorted lists what is kept by code in the order of the codes.
func sorted[T any](m map[string]T) []T {
	all := make([]T, 0, len(m))
	for _, code := range slices.SortedFunc(maps.Keys(m), checklist.CompareCodes) {
		all = append(all, m[code])
	}
	return all
}
