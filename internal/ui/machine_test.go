package ui

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// disk is what a made-up machine holds: folders, with the names of those in them.
type disk map[string]string

func (d disk) read(path string) (folder, error) {
	if !d.is(path) {
		return folder{}, fs.ErrNotExist
	}
	f := folder{path: path}
	for _, name := range d.dirs(path) {
		sep := "/"
		if strings.Contains(path, `\`) {
			sep = `\`
		}
		f.entries = append(f.entries, folderEntry{Name: name, Path: strings.TrimSuffix(path, sep) + sep + name, Folder: true})
	}
	return f, nil
}

func (d disk) is(path string) bool {
	_, ok := d[path]
	return ok
}

func (d disk) dirs(path string) []string { return strings.Fields(d[path]) }

// machineOf is a made-up computer.
func machineOf(os, home string, d disk, text string) machine {
	return machine{
		os: os, user: "kari", home: func() string { return home }, read: d.read, is: d.is, dirs: d.dirs,
		text: func(string) string { return text },
	}
}

// TestSticksAndOwnFoldersAreOneTapAway on every kind of computer, where they are there.
func TestSticksAndOwnFoldersAreOneTapAway(t *testing.T) {
	for _, c := range []struct {
		what, os, home, text string
		disk                 disk
		want                 []string
	}{
		{"nothing but the user's folder", "linux", "/home/kari", "", disk{"/home/kari": ""}, []string{"home=/home/kari"}},
		{
			"a Linux desktop in Norwegian with sticks", "linux", "/home/kari", "# made by xdg-user-dirs\nXDG_DOWNLOAD_DIR=\"$HOME/Nedlastinger\"\nXDG_DOCUMENTS_DIR=\"$HOME/Dokumenter\"\n",
			disk{
				"/home/kari": "", "/home/kari/Dokumenter": "", "/home/kari/Nedlastinger": "", "/home/kari/Documents": "",
				"/media/kari": "KINGSTON", "/run/media/kari": "SAKEN", "/mnt": "felles", "/media/ola": "FREMMED",
			},
			[]string{
				"home=/home/kari", "documents=/home/kari/Dokumenter", "downloads=/home/kari/Nedlastinger",
				"KINGSTON=/media/kari/KINGSTON", "SAKEN=/run/media/kari/SAKEN", "felles=/mnt/felles",
			},
		},
		{
			"folders that were put elsewhere or are the user's own", "linux", "/home/kari", "XDG_DOCUMENTS_DIR=\"/data/kari\"\nXDG_DOWNLOAD_DIR=\"$HOME/\"\n",
			disk{"/home/kari": "", "/data/kari": ""},
			[]string{"home=/home/kari", "documents=/data/kari"},
		},
		{
			"a Mac with a stick", "darwin", "/Users/kari", "",
			disk{"/Users/kari": "", "/Users/kari/Documents": "", "/Users/kari/Downloads": "", "/Volumes": "SAKEN"},
			[]string{"home=/Users/kari", "documents=/Users/kari/Documents", "downloads=/Users/kari/Downloads", "SAKEN=/Volumes/SAKEN"},
		},
		{
			"Windows with a stick and a share", "windows", `C:\Users\kari`, "",
			disk{`C:\`: "", `C:\Users\kari`: "", `C:\Users\kari\Documents`: "", `E:\`: "", `Z:\`: ""},
			[]string{`home=C:\Users\kari`, `documents=C:\Users\kari\Documents`, `E:=E:\`, `Z:=Z:\`},
		},
		{
			"more sticks than there is room for", "linux", "/home/kari", "",
			disk{"/home/kari": "", "/mnt": "a b c d e f g h"},
			[]string{"home=/home/kari", "a=/mnt/a", "b=/mnt/b", "c=/mnt/c", "d=/mnt/d", "e=/mnt/e", "f=/mnt/f"},
		},
	} {
		var got []string
		for _, s := range machineOf(c.os, c.home, c.disk, c.text).spots() {
			got = append(got, s.key+s.name+"="+s.path)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", c.what, got, c.want)
		}
	}
}

// TestTheWayUp ends at the root, and on Windows at the list of drives.
func TestTheWayUp(t *testing.T) {
	for _, c := range []struct{ os, from, want string }{
		{"linux", "/home/kari", "/home / ."},
		{"darwin", "/Volumes/SAKEN", "/Volumes / ."},
		{"windows", `C:\Users\kari`, `C:\Users C:\ drives .`},
		{"windows", `D:\`, `drives .`},
		{"windows", `D:`, `drives .`},
		{"windows", `c:/Users`, `c:\ drives .`},
		{"windows", `\\kontor\felles\sak\bilder`, `\\kontor\felles\sak \\kontor\felles drives .`},
	} {
		var way []string
		at := c.from
		for range 9 {
			up, ok := machineOf(c.os, "", nil, "").up(at)
			if !ok {
				way = append(way, ".")
				break
			}
			if at = up; up == allDrives {
				up = "drives"
			}
			way = append(way, up)
		}
		if got := strings.Join(way, " "); got != c.want {
			t.Errorf("%s: from %s up: %s, not %s", c.os, c.from, got, c.want)
		}
	}
}

// TestTheOtherDrivesOfWindowsAreReached by going up from the root of one, and a stick in one tap; into the list of drives nothing is saved.
func TestTheOtherDrivesOfWindowsAreReached(t *testing.T) {
	r, _, out := saving(t, "tilsyn.pdf.age")
	r.a.back()
	d := disk{`C:\`: "Users", `C:\Users`: "kari", `C:\Users\kari`: "", `D:\`: "", `E:\`: "SAKER", `E:\SAKER`: ""}
	r.a.machine = machineOf("windows", `C:\Users\kari`, d, "")
	r.a.tree = folder{}
	r.a.push(newSaveScreen(r.a, "tilsyn.pdf.age", nil))
	for _, path := range []string{`C:\Users`, `C:\`, ""} {
		r.tap("files/up")
		if got := r.a.tree.path; got != path {
			t.Fatalf("up leads to %q, not %q", got, path)
		}
	}
	r.wants("files.drives")
	if b := r.find("files/up").(*button); !b.held {
		t.Error("there is something over the list of drives")
	}
	for _, id := range []string{"files/C:", "files/D:", "files/E:"} {
		if r.find(id) == nil {
			t.Errorf("%s is not there; there are %q", id, r.ids())
		}
	}
	if b := r.find("save/do").(*button); !b.held {
		t.Error("a file may be saved into the list of drives")
	}
	r.find("save/name").(*entry).OnSubmitted("")
	if r.wants("save.closed"); *out != nil {
		t.Error("a file is saved into the list of drives")
	}
	r.tap("files/D:")
	r.tap(`spot/E:\`)
	if got := r.a.tree.path; got != `E:\` {
		t.Errorf("a tap on the stick leads to %q", got)
	}
	r.tap("files/SAKER")
	if got := r.a.tree.path; got != `E:\SAKER` {
		t.Errorf("a tap on a folder leads to %q", got)
	}
}

// TestAStickThatWasPulledOut: the page does not show what was on it, but the user's folder.
func TestAStickThatWasPulledOut(t *testing.T) {
	r, home, _ := saving(t, "tilsyn.pdf.age")
	r.a.back()
	r.a.tree = folder{path: "/media/kari/borte", entries: []folderEntry{{Name: "gammelt", Folder: true}}}
	r.a.push(newSaveScreen(r.a, "tilsyn.pdf.age", nil))
	if r.a.tree.path != home || r.find("files/gammelt") != nil {
		t.Errorf("shown: %q", r.a.tree.path)
	}
	r.a.machine.read = func(string) (folder, error) { return folder{}, errors.New("the disk is gone") }
	r.tap("files/up")
	r.wants("files.unread")
	r.tap("files/home")
	r.wants("files.unread")
}

// TestWhatOnlyLeadsElsewhereIsNoStick: on a Mac the disk that it started from stands among the others as a link.
func TestWhatOnlyLeadsElsewhereIsNoStick(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"SAKEN", ".skjult"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/", filepath.Join(dir, "Macintosh HD")); err != nil {
		t.Fatal(err)
	}
	if got := foldersIn(dir); !slices.Equal(got, []string{"SAKEN"}) {
		t.Errorf("%q", got)
	}
	if got := foldersIn(filepath.Join(dir, "borte")); got != nil {
		t.Errorf("%q", got)
	}
}
