package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/command"
	"feltsjekk/internal/store"
)

var inspectCommand = command.Command{
	Name: "inspect", Required: []string{"data"},
	About: "capture inspections\n\n" +
		"Answers the checklist, attaches files and locks, and prints one JSON object a line, each only after what it names is\n" +
		"durable: saved inspection, finding, attachment (with the SHA-256 of the original bytes), lock. What is not given\n" +
		"with --site comes from the seed.",
	Example: "fieldsim inspect --data device --attachments pictures --count 3 --each 10",
	Setup: func(fs *flag.FlagSet) func(context.Context, *command.Env) error {
		dir := dataFlag(fs)
		var p plan
		folder := fs.String("attachments", "", "`dir` with the files to attach, taken in the order of their names, over and over")
		site := fs.String("site", "", "JSON `file` with employer, organisation_number, address, sector, persons, notes")
		fs.IntVar(&p.count, "count", 1, "how `many` inspections")
		each := fs.Int("each", -1, "how `many` attachments each gets; by default every file of the folder once")
		seed := fs.Uint64("seed", 0, "`number` that decides the values; by default drawn at random")
		noLock := fs.Bool("no-lock", false, "leave the inspections as drafts")
		fs.Bool("json", true, "print JSON objects, as it always does")
		return func(ctx context.Context, env *command.Env) error {
			p.lock = !*noLock
			if err := p.prepare(*folder, *site, *each, *seed); err != nil {
				return err
			}
			return with(ctx, env, *dir, func(st *store.Store) error {
				return p.run(ctx, st, func(v any) error { return command.PrintJSON(env.Stdout, v) })
			})
		}
	},
}

// plan is what inspect is to capture.
type plan struct {
	count, each int
	lock        bool
	files       []string
	site        *checklist.SiteFile
	values      *values
	taken       int // files attached so far
}

// prepare reads what the flags name, before any secret is asked for.
func (p *plan) prepare(folder, site string, each int, seed uint64) error {
	if p.count < 1 {
		return command.Usagef("--count must be 1 or more")
	}
	if folder != "" {
		files, err := attachable(folder)
		if err != nil {
			return err
		}
		p.files = files
	}
	p.each = each
	if each < 0 {
		p.each = len(p.files)
	}
	if p.each > 0 && len(p.files) == 0 {
		return command.Usagef("--each %d needs --attachments with a folder that holds files", p.each)
	}
	if site != "" {
		b, err := os.ReadFile(site)
		if err != nil {
			return fmt.Errorf("read the site: %w", err)
		}
		if p.site, err = checklist.ParseSiteFile(b); err != nil {
			return err
		}
	}
	if seed == 0 {
		var b [8]byte
		if _, err := rand.Read(b[:]); err != nil {
			return fmt.Errorf("draw a seed: %w", err)
		}
		seed = binary.BigEndian.Uint64(b[:])
	}
	p.values = newValues(seed)
	return nil
}

// run captures the inspections one after another; print is called once for each thing that is durable.
func (p *plan) run(ctx context.Context, st *store.Store, print func(any) error) error {
	for range p.count {
		if err := p.capture(ctx, st, print); err != nil {
			return err
		}
	}
	return nil
}

func (p *plan) capture(ctx context.Context, st *store.Store, print func(any) error) error {
	c, err := begin(ctx, st, p.values)
	if err != nil {
		return err
	}
	if err := c.describe(ctx, p.site); err != nil {
		return err
	}
	if err := print(savedInspection{"inspection", c.in.ID}); err != nil {
		return err
	}
	findings := p.values.findings(c.template)
	for _, f := range findings {
		if err := c.save(ctx, func(in *checklist.Inspection) (checklist.Change, error) { return in.SetFinding(c.template, f, c.at()) }); err != nil {
			return err
		}
		if err := print(savedFinding{"finding", c.in.ID, f.Code, f.State}); err != nil {
			return err
		}
	}
	for i := range p.each {
		a, err := c.attach(ctx, p.files[p.taken%len(p.files)], observed(findings, i))
		if err != nil {
			return err
		}
		p.taken++
		if err := print(savedAttachment{"attachment", c.in.ID, a.ID, a.Name, a.Size, a.SHA256}); err != nil {
			return err
		}
	}
	if !p.lock {
		return nil
	}
	rev, err := st.LockRevision(ctx, c.in.ID)
	if err != nil {
		return fmt.Errorf("lock inspection %s: %w", c.in.ID, err)
	}
	return print(savedLock{"lock", c.in.ID, rev.Number})
}

// observed is the code of the i-th observed finding, round and round: pictures belong to something that was seen.
func observed(findings []checklist.Finding, i int) string {
	var codes []string
	for _, f := range findings {
		if f.State == checklist.Observed {
			codes = append(codes, f.Code)
		}
	}
	if len(codes) == 0 {
		return ""
	}
	return codes[i%len(codes)]
}

// The lines of inspect, in the order of their members.
type (
	savedInspection struct {
		Saved string `json:"saved"`
		ID    string `json:"id"`
	}
	savedFinding struct {
		Saved      string          `json:"saved"`
		Inspection string          `json:"inspection"`
		Code       string          `json:"code"`
		State      checklist.State `json:"state"`
	}
	savedAttachment struct {
		Saved      string `json:"saved"`
		Inspection string `json:"inspection"`
		ID         string `json:"id"`
		Name       string `json:"name"`
		Size       int64  `json:"size"`
		SHA256     string `json:"sha256"`
	}
	savedLock struct {
		Saved      string `json:"saved"`
		Inspection string `json:"inspection"`
		Revision   int    `json:"revision"`
	}
)

// attachable lists the regular files of a folder by name.
func attachable(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("read the folder of attachments: %w", err)
	}
	var files []string
	for _, e := range entries {
		// A link to a file counts as a file, a link to a folder does not.
		st, err := os.Stat(folder + string(os.PathSeparator) + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read the folder of attachments: %w", err)
		}
		if st.Mode().IsRegular() {
			files = append(files, folder+string(os.PathSeparator)+e.Name())
		}
	}
	return files, nil
}

var errOtherBytes = errors.New("the store kept other bytes than were read")

// headSize is how many bytes of a file tell its type.
const headSize = 512

// head returns the first bytes of f and puts it back to its start.
func head(f *os.File) ([]byte, error) {
	b := make([]byte, headSize)
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return b[:n], nil
}
