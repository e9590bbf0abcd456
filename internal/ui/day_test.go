package ui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// burden is what the app holds at one moment of the day.
type burden struct {
	goroutines, handles int
}

func burdenNow() burden {
	b := burden{goroutines: runtime.NumGoroutine()}
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		b.handles = len(open)
	}
	return b
}

// exceeds tells whether b is more than other by what a leak of one a visit would add.
func (b burden) exceeds(other burden) bool {
	return b.goroutines > other.goroutines+2 || b.handles > other.handles+2
}

// restingBurden is the load once it is no more than limit, or what is still there after ten seconds: a goroutine whose work has just ended
// (that of a transaction, or of closing the store) counts until the scheduler comes to it, and one that was lost stays for good.
func restingBurden(limit burden) burden {
	b := burdenNow()
	for end := time.Now().Add(10 * time.Second); b.exceeds(limit) && time.Now().Before(end); b = burdenNow() {
		time.Sleep(5 * time.Millisecond)
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
	atFirst := burdenNow()
	var loads []burden
	for visit := range visits {
		r.begin(fmt.Sprintf("Virksomhet %d", visit))
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
		loads = append(loads, restingBurden(atFirst))
		t.Logf("visit %d: %+v", visit+1, loads[visit])
	}
	if early, late := loads[1], loads[visits-1]; late.exceeds(early) {
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
