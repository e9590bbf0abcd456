package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/uuid"

	"feltsjekk/internal/checklist"
)

// clearList is the block of docs/storage.md: what may be clear, and how.
type clearList struct {
	files   map[string]string // pattern → clear or sealed
	columns map[string]string // table.column → how
}

func readClearList(t *testing.T) clearList {
	t.Helper()
	doc, err := os.ReadFile("../../docs/storage.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(doc), "\n```storage\n")
	block, _, closed := strings.Cut(block, "\n```")
	if !ok || !closed {
		t.Fatal("docs/storage.md has no block of what is clear")
	}
	l := clearList{map[string]string{}, map[string]string{}}
	for line := range strings.Lines(block) {
		words := strings.Fields(line)
		if len(words) < 3 {
			t.Fatalf("docs/storage.md: %q", line)
		}
		switch words[0] {
		case "file":
			l.files[words[1]] = words[2]
		case "column":
			l.columns[words[1]] = words[2]
		default:
			t.Fatalf("docs/storage.md: %q", line)
		}
	}
	return l
}

// busy makes a store that has something in every table but preview, and in every column.
func busy(t *testing.T) *bench {
	t.Helper()
	b := create(t)
	o, id := b.locked()
	first := b.outbox(1)[0]
	o.rotate()
	b.enrol(o)
	b.must(b.Reseal(t.Context(), id, 1))
	b.must(b.Receive(t.Context(), o.receipt(first.Manifest)))
	_, err := b.Correct(t.Context(), id, "a reason")
	b.must(err)
	_, err = b.LockRevision(t.Context(), id)
	b.must(err)
	b.must(b.Waiting(t.Context(), id, 2, "no_network"))
	b.handOut(id, 2)
	b.full()
	b.must(b.SetSetting(t.Context(), "lang", "nb"))
	b.must(b.WaitPreviews(t.Context()))
	return b
}

func TestOnlyListedThingsAreClear(t *testing.T) {
	b := busy(t)
	list0, err := b.Inspections(t.Context(), "", 10)
	b.must(err)
	_, err = b.Correct(t.Context(), list0[len(list0)-1].ID, "another reason")
	b.must(err)
	b.markOpened(b.at())
	b.must(b.updateClear(t.Context(), func(x *tx) error {
		return x.exec("INSERT INTO erased (attachment, inspection) SELECT id, inspection FROM file LIMIT 1")
	}))
	b.must(b.SetWipeLimit(t.Context(), 10))
	list := readClearList(t)
	b.must(filepath.WalkDir(b.Dir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(b.Dir(), path)
		if err != nil {
			return err
		}
		how := list.howFile(t, filepath.ToSlash(name))
		content, err := os.ReadFile(path)
		if how == "sealed" && !bytes.HasPrefix(content, []byte("age-encryption.org/v1\n")) {
			t.Errorf("%s is not sealed", name)
		}
		return err
	}))
	seen := map[string]bool{}
	for _, table := range b.names("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") {
		for _, column := range b.names("SELECT name FROM pragma_table_info(?)", table) {
			name := table + "." + column
			seen[name] = true
			how, ok := list.columns[name]
			if !ok {
				t.Errorf("column %s is not listed in docs/storage.md", name)
				continue
			}
			b.checkColumn(table, column, how)
		}
	}
	for name := range list.columns {
		if !seen[name] {
			t.Errorf("docs/storage.md lists %s, which is not there", name)
		}
	}
	if others := b.names("SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index')"); len(others) > 0 {
		t.Errorf("views or triggers: %v", others)
	}
}

func (l clearList) howFile(t *testing.T, name string) string {
	t.Helper()
	for pattern, how := range l.files {
		if ok, err := filepath.Match(pattern, name); err != nil {
			t.Fatal(err)
		} else if ok {
			return how
		}
	}
	t.Errorf("file %s is not listed in docs/storage.md", name)
	return ""
}

// names reads a column of names.
func (b *bench) names(query string, args ...any) []string {
	b.tb.Helper()
	var list []string
	b.must(b.db.query(b.tb.Context(), func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		list = append(list, name)
		return err
	}, query, args...))
	return list
}

// checkColumn looks at every cell of a column: it holds what its word says and nothing else. That sealed bodies open, Check tells.
func (b *bench) checkColumn(table, column, how string) {
	b.tb.Helper()
	cells := 0
	b.must(b.db.query(b.tb.Context(), func(rows *sql.Rows) error {
		var cell any
		if err := rows.Scan(&cell); err != nil {
			return err
		}
		cells++
		if cell != nil && !cellIs(how, cell) {
			b.tb.Errorf("%s.%s is no %s: %.80v", table, column, how, cell)
		}
		return nil
	}, fmt.Sprintf("SELECT %q FROM %q", column, table)))
	if cells == 0 && table != "preview" {
		b.tb.Errorf("%s is empty: the test says nothing about it", table)
	}
}

func cellIs(how string, cell any) bool {
	text, isText := cell.(string)
	blob, isBlob := cell.([]byte)
	_, isNumber := cell.(int64)
	switch how {
	case "id":
		return isText && uuid.Validate(text) == nil
	case "number":
		return isNumber
	case "hmac":
		return isBlob && len(blob) == 32
	case "code":
		return isText && reasonCode.MatchString(text)
	case "public":
		return isBlob && (len(blob) == 32 || json.Valid(blob))
	case "sealed":
		return isBlob && len(blob)%256 == 40 && !json.Valid(blob)
	}
	return false
}

// TestMarkersAreFoundNowhere puts ten words where people's secrets go, looks for them in every file while the store is open, after
// deletions and after closing, in all encodings of docs/interfaces.md.
func TestMarkersAreFoundNowhere(t *testing.T) {
	b := create(t)
	words := make([]string, 10)
	for i := range words {
		words[i] = fmt.Sprintf("Markørørnulv%dQzXw", i)
	}
	o := newOffice(t)
	b.enrol(o)
	id := b.begin()
	b.site(id, words[0])
	b.find(id, "3.2", checklist.Observed, words[1])
	b.find(id, "3.2", checklist.Observed, words[2]) // written over
	b.person(id, words[3])
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) {
		return in.SetNote(checklist.Note{ID: newID(t), Text: words[4]}, b.at())
	})
	gone := newID(t)
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) {
		return in.SetNote(checklist.Note{ID: gone, Text: words[5]}, b.at())
	})
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) { return in.RemoveNote(gone, b.at()) })
	b.attach(id, words[6]+".jpg", []byte("jpeg "+words[7]))
	b.must(b.SetSetting(t.Context(), "last_search", words[8]))
	_, err := b.LockRevision(t.Context(), id)
	b.must(err)
	_, err = b.Correct(t.Context(), id, words[9])
	b.must(err)
	_, err = b.LockRevision(t.Context(), id)
	b.must(err)
	b.must(b.Receive(t.Context(), o.receipt(b.outbox(2)[0].Manifest)))

	secrets := map[string][]byte{"the PIN": testPIN}
	for i, w := range words {
		for name, form := range forms(w) {
			secrets[fmt.Sprintf("word %d in %s", i, name)] = form
		}
	}
	b.findNone("open", secrets)
	b.Lock()
	b.findNone("locked", secrets)
	b.must(b.Close())
	b.findNone("closed", secrets)
}

// forms are the encodings in which a word could lie about.
func forms(word string) map[string][]byte {
	units := utf16.Encode([]rune(word))
	var le, be []byte
	for _, u := range units {
		le, be = binary.LittleEndian.AppendUint16(le, u), binary.BigEndian.AppendUint16(be, u)
	}
	sum := sha256.Sum256([]byte(word))
	list := map[string][]byte{
		"UTF-8": []byte(word), "UTF-16LE": le, "UTF-16BE": be,
		"hex": []byte(hex.EncodeToString([]byte(word))), "HEX": []byte(strings.ToUpper(hex.EncodeToString([]byte(word)))),
		"SHA-256": sum[:], "SHA-256 in hex": []byte(hex.EncodeToString(sum[:])),
	}
	for offset := range 3 {
		for name, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			padded := encoding.EncodeToString(append(make([]byte, offset), word...))
			// What does not depend on the bytes before and behind.
			list[fmt.Sprintf("%s at %d", name, offset)] = []byte(padded[(offset*4+2)/3 : len(padded)-2])
		}
	}
	return list
}

func (b *bench) findNone(when string, secrets map[string][]byte) {
	b.tb.Helper()
	b.must(filepath.WalkDir(b.Dir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for name, form := range secrets {
			if bytes.Contains(content, form) {
				b.tb.Errorf("%s: %s is in %s", when, name, path)
			}
		}
		return err
	}))
}

// TestMarkersWouldBeFound keeps the test above honest: each form is found where it lies.
func TestMarkersWouldBeFound(t *testing.T) {
	word := "Markørørnulv0QzXw"
	for _, text := range []string{word, "a" + word + "b", "xy" + word + "z"} {
		std := base64.StdEncoding.EncodeToString([]byte(text))
		found := false
		for name, form := range forms(word) {
			found = found || strings.HasPrefix(name, "base64 ") && strings.Contains(std, string(form))
		}
		if !found {
			t.Errorf("not found in %s", std)
		}
	}
}

// TestStatesOfAFindingLookAlike compares the sealed cells of one finding in its three states, alone and with note, basis, parts and reason.
func TestStatesOfAFindingLookAlike(t *testing.T) {
	b := create(t)
	id := b.begin()
	sizes := map[string]map[int]bool{}
	for _, code := range []string{"1.1", "8.10"} {
		for _, note := range []string{"", "a note", strings.Repeat("ø", 1000)} {
			for _, state := range checklist.States() {
				f := checklist.Finding{Code: code, State: state, Note: note}
				b.sizeOf(id, f, note, sizes)
				switch state {
				case checklist.Observed:
					f.Basis = checklist.Bases()
					for _, p := range b.template.Indicator(code).Parts {
						f.Parts = append(f.Parts, p.ID)
					}
				case checklist.NotChecked:
					f.Reason = "no_language"
				}
				b.sizeOf(id, f, note, sizes)
			}
		}
	}
	for note, list := range sizes {
		if len(list) != 1 {
			t.Errorf("with a note of %d bytes the sealed sizes are %v", len(note), list)
		}
	}
	// The rows beside it look alike too.
	for _, table := range []string{"event", "inspection"} {
		if n := b.names("SELECT DISTINCT length(body) FROM " + table); len(n) != 1 {
			t.Errorf("sizes of %s: %v", table, n)
		}
	}
}

// sizeOf keeps a finding and notes the size of its sealed cell under its note.
func (b *bench) sizeOf(id string, f checklist.Finding, note string, sizes map[string]map[int]bool) {
	b.tb.Helper()
	b.change(id, func(in *checklist.Inspection) (checklist.Change, error) { return in.SetFinding(b.template, f, b.at()) })
	key, err := b.vault.IndexKey("part", id, checklist.KindFinding, f.Code)
	b.must(err)
	var n int
	b.must(b.db.queryRow(b.tb.Context(), []any{&n}, "SELECT length(body) FROM part WHERE key = ?", key))
	if sizes[note] == nil {
		sizes[note] = map[int]bool{}
	}
	sizes[note][n] = true
}
