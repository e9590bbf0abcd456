package ui

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"feltsjekk/internal/checklist"
)

// machine is what the pages of folders know of the computer: of what kind it is, whose, and what lies in a folder of it.
type machine struct {
	os   string // os as in runtime.GOOS
	user string
	home func() string
	read func(path string) (folder, error) // read lists a folder
	is   func(path string) bool            // is tells whether a folder is there
	dirs func(path string) []string        // dirs names the folders in a folder without looking at them: one that hangs holds nothing up
	text func(path string) string          // text gives what is in a small file, "" where there is none
}

// computer is the machine that the program runs on.
func (a *App) computer() machine {
	return machine{
		os: runtime.GOOS, user: cmp.Or(os.Getenv("USER"), filepath.Base(a.home())), home: a.home,
		read: readFolder, is: isFolder, dirs: foldersIn, text: smallText,
	}
}

// home is the user's own folder.
func (a *App) home() string {
	if a.o.Home != "" {
		return a.o.Home
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return string(filepath.Separator)
	}
	return home
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// foldersIn leaves out what is hidden and what only leads elsewhere: on a Mac the disk that it started from stands among the others so.
func foldersIn(path string) []string {
	list, err := os.ReadDir(path)
	if err != nil {
		return nil // there is no such place on this machine
	}
	var out []string
	for _, d := range list {
		if d.IsDir() && !strings.HasPrefix(d.Name(), ".") {
			out = append(out, d.Name())
		}
	}
	return out
}

// mostText bounds what is read of a small file.
const mostText = 64 << 10

func smallText(path string) string {
	in, err := openRegular(path)
	if err != nil {
		return ""
	}
	defer in.Close()
	b := make([]byte, mostText)
	n, err := in.Read(b)
	if err != nil {
		return ""
	}
	return string(b[:n])
}

// spot is a folder that is one tap away on the pages of folders.
type spot struct {
	key  string // key of its word, "" for a stick or a drive, which goes by its name
	name string
	path string
}

// spotKey gives the words of the user's own folders.
var spotKey = keyed(map[string]string{"home": "files.home", "documents": "files.documents", "downloads": "files.downloads"}, "files.home")

// mostSticks bounds how many sticks and drives are one tap away; the others are found by going up.
const mostSticks = 6

// Systems, and the marks of their paths.
const (
	windows, mac = "windows", "darwin"
	slash        = `\`
	share        = `\\`
	driveEnd     = `:\`
)

// spots are the user's own folders, and the sticks and drives that are there.
func (m machine) spots() []spot {
	home := m.home()
	out := []spot{{key: "home", path: home}}
	for _, key := range []string{"documents", "downloads"} {
		if path := m.own(key); path != "" && path != home && m.is(path) {
			out = append(out, spot{key: key, path: path})
		}
	}
	return append(out, m.sticks()...)
}

// own is where the user's documents or downloads lie; a Linux desktop has a list of that, in the user's language.
func (m machine) own(key string) string {
	name := map[string]string{"documents": "Documents", "downloads": "Downloads"}[key]
	at := m.join(m.home(), name)
	if m.os == windows || m.os == mac {
		return at
	}
	label := map[string]string{"documents": "XDG_DOCUMENTS_DIR", "downloads": "XDG_DOWNLOAD_DIR"}[key]
	for _, line := range strings.Split(m.text(m.join(m.home(), ".config/user-dirs.dirs")), "\n") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), label+"="); ok {
			value = strings.Trim(value, `"`)
			if rest, ok := strings.CutPrefix(value, "$HOME"); ok {
				value = m.join(m.home(), rest)
			}
			return path.Clean(value)
		}
	}
	return at
}

// sticks are the drives beside the one of the user's own folder on Windows, and what is mounted for people to use elsewhere.
func (m machine) sticks() []spot {
	var found []spot
	switch m.os {
	case windows:
		own := m.root(m.home())
		for _, e := range m.drives() {
			if !strings.EqualFold(e.Path, own) {
				found = append(found, spot{name: e.Name, path: e.Path})
			}
		}
	case mac:
		found = m.in("/Volumes")
	default:
		found = slices.Concat(m.in("/media/"+m.user), m.in("/run/media/"+m.user), m.in("/mnt"))
	}
	return found[:min(len(found), mostSticks)]
}

func (m machine) in(at string) []spot {
	var out []spot
	for _, name := range m.dirs(at) {
		out = append(out, spot{name: name, path: m.join(at, name)})
	}
	return out
}

// drives are those of Windows that can be read.
func (m machine) drives() []folderEntry {
	var out []folderEntry
	for letter := 'A'; letter <= 'Z'; letter++ {
		if path := string(letter) + driveEnd; m.is(path) {
			out = append(out, folderEntry{Name: path[:2], Path: path, Folder: true})
		}
	}
	return out
}

// allDrives is the path of the list of drives, which stands over them on Windows.
const allDrives = ""

// open lists a folder, or the drives.
func (m machine) open(path string) (folder, error) {
	if path == allDrives {
		return folder{entries: m.drives()}, nil
	}
	return m.read(path)
}

// up gives the folder over another; false where there is none.
func (m machine) up(at string) (string, bool) {
	if m.os != windows {
		up := path.Dir(at)
		return up, up != at && at != ""
	}
	at = strings.ReplaceAll(at, "/", slash)
	root := m.root(at)
	switch {
	case at == allDrives:
		return allDrives, false
	case len(strings.TrimRight(at, slash)) <= len(strings.TrimRight(root, slash)):
		return allDrives, true
	}
	at = strings.TrimRight(at, slash)
	up := at[:max(0, strings.LastIndex(at, slash))]
	if len(up) < len(root) {
		up = root
	}
	return up, true
}

// root is the drive or the share that a path of Windows begins with.
func (m machine) root(at string) string {
	at = strings.ReplaceAll(at, "/", slash)
	if rest, ok := strings.CutPrefix(at, share); ok {
		host, folders, _ := strings.Cut(rest, slash)
		name, _, _ := strings.Cut(folders, slash)
		return share + host + slash + name
	}
	if len(at) >= 2 && at[1] == ':' {
		return at[:2] + slash
	}
	return ""
}

func (m machine) join(at, name string) string {
	if m.os == windows {
		return strings.TrimRight(at, slash) + slash + name
	}
	return path.Join(at, name)
}

// icon tells a stick or a drive from a folder.
func (s spot) icon() iconName {
	if s.key != "" {
		return iconNone
	}
	return iconStorage
}

// id names the way to a spot on its page.
func (s spot) id() string {
	if s.key == "home" {
		return "files/home"
	}
	return "spot/" + s.path
}

// label is the word on the way to a spot.
func (s spot) label(w *Words) string {
	if s.key != "" {
		return w.T(spotKey(s.key))
	}
	return checklist.CleanText(s.name, checklist.MaxLine)
}
