package ui

import "testing"

// TestNoWayBackIsOfferedThatLeadsNowhere: what was sorted can be taken back while its inspection is open and may be changed, and no longer.
func TestNoWayBackIsOfferedThatLeadsNowhere(t *testing.T) {
	r := begun(t, nil)
	sort := func() {
		t.Helper()
		r.pick("a.jpg", tiny(t, 1))
		r.tap("tab/capture")
		r.tap("go/tray")
		r.tap("tray/to/3.1")
		if r.find("tray/undo") == nil {
			t.Fatal("no way back")
		}
		r.tap("back")
	}
	sort()
	r.tap("go/lock")
	r.settle()
	r.tap("lock/do")
	if r.find("tray/undo") != nil {
		t.Error("a locked inspection offers to take back")
	}
	r.tap("tab/visits")
	r.lockOne("Fisk AS")
	r.tap("list/new")
	r.tap("begin/start")
	sort()
	r.tap("tab/visits")
	r.openFirst()
	if r.find("tray/undo") == nil {
		t.Error("the way back is gone though the same inspection is open")
	}
	r.tap("tab/visits")
	r.tap("visit/" + r.a.stack[0].(*listScreen).summed[1].ID)
	if r.find("tray/undo") != nil {
		t.Error("another inspection offers to take back")
	}
}
