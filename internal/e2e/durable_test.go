package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// trace follows what a process wrote and what it synced, from strace's log (-f -y).
type trace struct {
	root    string
	version map[string]int // of a path: grows with every write, creation, or change of a folder's entries
	synced  map[string]int // the version that the last finished fsync covered
	begun   map[string]int // per pid: the version when its running fsync began
	pending map[string]string
	walSync int
}

var (
	callLine    = regexp.MustCompile(`^(\d+)\s+(\w+)\((.*)$`)
	resumedLine = regexp.MustCompile(`^(\d+)\s+<\.\.\. (\w+) resumed>(.*)$`)
	fdPath      = regexp.MustCompile(`^\d+<([^>]*)>`)
	quoted      = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"`)
)

func newTrace(root string) *trace {
	return &trace{root: root, version: map[string]int{}, synced: map[string]int{}, begun: map[string]int{}, pending: map[string]string{}}
}

func (tr *trace) ours(path string) bool { return strings.HasPrefix(path, tr.root) }

func (tr *trace) touch(path string) {
	if tr.ours(path) {
		tr.version[path]++
	}
}

// dirty tells whether a path has changes that no finished fsync covered.
func (tr *trace) dirty(path string) bool { return tr.version[path] > tr.synced[path] }

// line takes in one line of the log and returns what it wrote to standard output, if anything.
func (tr *trace) line(l string) string {
	if m := resumedLine.FindStringSubmatch(l); m != nil {
		args := tr.pending[m[1]] + m[3]
		delete(tr.pending, m[1])
		return tr.finished(m[1], m[2], args)
	}
	m := callLine.FindStringSubmatch(l)
	if m == nil {
		return ""
	}
	tr.starts(m[1], m[2], m[3])
	if i := strings.Index(m[3], " <unfinished ...>"); i >= 0 {
		tr.pending[m[1]] = m[3][:i]
		return ""
	}
	return tr.finished(m[1], m[2], m[3])
}

func (tr *trace) starts(pid, call, args string) {
	fd := fdPath.FindStringSubmatch(args)
	if fd == nil {
		return
	}
	switch call {
	case "write", "pwrite64", "ftruncate":
		tr.touch(fd[1])
	case "fsync", "fdatasync":
		tr.begun[pid] = tr.version[fd[1]]
	}
}

func (tr *trace) finished(pid, call, args string) string {
	if strings.Contains(args, ") = -1 ") {
		return ""
	}
	fd := fdPath.FindStringSubmatch(args)
	switch call {
	case "write":
		if strings.HasPrefix(args, "1<") {
			if q := quoted.FindStringSubmatch(args); q != nil {
				return strings.NewReplacer(`\"`, `"`, `\n`, "\n").Replace(q[1])
			}
		}
	case "fsync", "fdatasync":
		if fd != nil {
			tr.synced[fd[1]] = tr.begun[pid]
			if strings.HasSuffix(fd[1], "-wal") {
				tr.walSync++
			}
		}
	case "openat":
		if strings.Contains(args, "O_CREAT") {
			if q := quoted.FindStringSubmatch(args); q != nil && tr.version[q[1]] == 0 {
				tr.touch(q[1])
				tr.touch(filepath.Dir(q[1]))
			}
		}
	case "mkdir", "mkdirat":
		if q := quoted.FindStringSubmatch(args); q != nil {
			tr.touch(filepath.Dir(q[1]))
		}
	case "rename", "renameat", "renameat2":
		if q := quoted.FindAllStringSubmatch(args, -1); len(q) == 2 {
			from, to := q[0][1], q[1][1]
			tr.version[to], tr.synced[to] = tr.version[from], tr.synced[from]
			tr.touch(filepath.Dir(to))
		}
	}
	return ""
}

// straced runs fieldsim under strace and returns the path of its log.
func straced(t *testing.T, args ...string) string {
	t.Helper()
	log := filepath.Join(t.TempDir(), "strace.log")
	all := append([]string{
		"-f", "-y", "-s", "4096", "-o", log,
		"-e", "trace=openat,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat",
		filepath.Join(bin, "fieldsim"),
	}, args...)
	cmd := command(context.Background(), "fieldsim")
	path, err := lookStrace()
	if err != nil {
		t.Fatalf("strace is needed (scripts/setup.sh test): %v", err)
	}
	cmd.Path, cmd.Args = path, append([]string{"strace"}, all...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("strace: %v\n%s", err, out)
	}
	return log
}

func eachLine(t *testing.T, log string, see func(string)) {
	t.Helper()
	f, err := os.Open(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		see(s.Text())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

// kill -9 alone would pass with fsync left out: the page cache survives it. So the order of system calls is looked at: before a line is
// printed, the database's log was synced since the line before, and a picture's file and every folder above it hold nothing unsynced.
func TestInspectSyncsBeforeItPrints(t *testing.T) {
	device := newDevice(t)
	log := straced(t, "inspect", "--data", device, "--attachments", pics, "--count", "2", "--each", "4", "--seed", "3")
	tr := newTrace(device)
	seen, last := map[string]int{}, 0
	eachLine(t, log, func(l string) {
		for _, printed := range strings.Split(tr.line(l), "\n") {
			var v map[string]any
			if json.Unmarshal([]byte(printed), &v) != nil {
				continue
			}
			kind := v["saved"].(string)
			seen[kind]++
			if tr.walSync == last {
				t.Errorf("no sync of the database's log before %s", printed)
			}
			last = tr.walSync
			if kind == "attachment" {
				tr.checkFile(t, v["id"].(string))
			}
		}
	})
	if seen["inspection"] != 2 || seen["attachment"] != 8 || seen["lock"] != 2 || seen["finding"] == 0 {
		t.Fatalf("the trace shows %v", seen)
	}
}

// checkFile demands that the file of this id exists under its final name, and that it and all folders above it are synced.
func (tr *trace) checkFile(t *testing.T, id string) {
	t.Helper()
	found := false
	for path := range tr.version {
		if !strings.Contains(filepath.Base(path), id) || strings.HasPrefix(path, filepath.Join(tr.root, "tmp")) {
			continue
		}
		found = true
		for p := path; p != tr.root && tr.ours(p); p = filepath.Dir(p) {
			if tr.dirty(p) {
				t.Errorf("printed before %s was synced (version %d, synced %d)", p, tr.version[p], tr.synced[p])
			}
		}
	}
	if !found {
		t.Errorf("no file of attachment %s was renamed into place before its line", id)
	}
}

// After init has ended, nothing of the new device rests on the page cache.
func TestInitSyncsWhatItMade(t *testing.T) {
	device := filepath.Join(t.TempDir(), "device")
	log := straced(t, "init", "--data", device)
	tr := newTrace(device)
	eachLine(t, log, func(l string) { tr.line(l) })
	if len(tr.version) == 0 {
		t.Fatal("the trace shows no file")
	}
	for path := range tr.version {
		base := filepath.Base(path)
		if strings.HasSuffix(base, "-shm") || base == "owner.lock" {
			continue
		}
		if _, err := os.Stat(path); err == nil && tr.dirty(path) {
			t.Errorf("%s was left unsynced (version %d, synced %d)", path, tr.version[path], tr.synced[path])
		}
	}
}
