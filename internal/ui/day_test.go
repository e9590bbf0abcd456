package ui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// burden is what the app holds at one moment of the day.
type burden struct {
	goroutines, handles int
}

func burdenNow(t *testing.T) burden {
	t.Helper()
	b := burden{goroutines: runtime.NumGoroutine()}
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		b.handles = len(open)
	}
	return b
}

// TestADayInTheField is eight hours pressed together: six inspections with sixty answers and sixty pictures each, all by taps, the vault locked
// and opened between them as the day goes. Goroutines and open files stay flat, and no file is left over. Memory is not judged here: the test
// driver keeps every widget that was ever drawn, because only the loop of a real window empties Fyne's cache.
func TestADayInTheField(t *testing.T) {
	const visits, pictures = 6, 60
	r := start(t, phone, nil)
	r.enter()
	var loads []burden
	for visit := range visits {
		r.tap("list/new")
		r.write("site/employer", fmt.Sprintf("Virksomhet %d", visit))
		r.tap("begin/start")
		answers := 0
		for i := range r.a.lib.template.Sections {
			sec := &r.a.lib.template.Sections[i]
			r.tap(fmt.Sprintf("section/%d", sec.Number))
			for j := range sec.Indicators {
				r.tap("state/" + sec.Indicators[j].Code + "/" + string(states[(visit+j)%len(states)]))
				answers++
			}
			// The first answer of each section is thought over: 52 answers and 8 changed ones.
			r.tap("state/" + sec.Indicators[0].Code + "/" + string(states[(visit+1)%len(states)]))
			answers++
			r.tap("back")
		}
		if answers != 60 {
			t.Fatalf("%d answers", answers)
		}
		for n := range pictures {
			r.pick(fmt.Sprintf("%d.jpg", n), tiny(t, int64(visit*pictures+n)))
			r.tap("tab/capture")
		}
		r.settle()
		if in := r.stored(); len(in.Attachments) != pictures || len(in.Findings) != 52 {
			t.Fatalf("visit %d holds %d pictures and %d findings", visit, len(in.Attachments), len(in.Findings))
		}
		r.tap("go/pattern")
		r.tap("back")
		r.tap("go/lock")
		r.tap("lock/do")
		r.tap("tab/visits")
		r.a.lockNow()
		r.unlocked()
		r.tap("tab/visits")
		loads = append(loads, burdenNow(t))
		t.Logf("visit %d: %+v", visit+1, loads[visit])
	}
	early, late := loads[1], loads[visits-1]
	if late.goroutines > early.goroutines+2 || late.handles > early.handles+2 {
		t.Errorf("from %+v to %+v", early, late)
	}
	r.nothingLeftOver(visits * pictures)
}

// nothingLeftOver fails unless the folder holds an original and a preview for each picture, and nothing on its way.
func (r *rig) nothingLeftOver(pictures int) {
	r.Helper()
	did, err := r.a.store.Check(context.Background(), nil)
	if err != nil || len(did.Problems) > 0 {
		r.Errorf("the check found %v, %v", did.Problems, err)
	}
	kept, onTheWay := 0, 0
	err = filepath.WalkDir(r.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch rel, _ := filepath.Rel(r.dir, path); strings.Split(rel, string(filepath.Separator))[0] {
		case "files":
			kept++
		case "tmp":
			onTheWay++
		}
		return nil
	})
	if err != nil {
		r.Fatal(err)
	}
	if kept != 2*pictures || onTheWay != 0 {
		r.Errorf("%d files and %d on their way, want %d and none", kept, onTheWay, 2*pictures)
	}
}
