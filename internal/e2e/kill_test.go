package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"
)

// Every line that inspect printed before a SIGKILL at a random moment is in dump afterwards, with the hash of the file as it lies.
func TestKillInspectLosesNothing(t *testing.T) {
	device := newDevice(t)
	printed := map[string][]map[string]any{} // by kind
	total := 0
	for i := range *kills {
		for _, l := range inspectAndKill(t, device, i) {
			kind := l["saved"].(string)
			printed[kind] = append(printed[kind], l)
			total++
		}
	}
	t.Logf("%d kills, %d lines printed", *kills, total)
	if total < *kills {
		t.Fatalf("only %d lines were printed in %d runs: the moments were too early to show anything", total, *kills)
	}
	held := map[string]map[string]any{}
	for _, in := range lines(t, must(t, "fieldsim", "dump", "--data", device)) {
		held[in["id"].(string)] = in
	}
	for _, l := range printed["inspection"] {
		if held[l["id"].(string)] == nil {
			t.Errorf("inspection %v was printed and is gone", l["id"])
		}
	}
	for _, kind := range []string{"finding", "attachment", "lock"} {
		for _, l := range printed[kind] {
			if !holds(held[l["inspection"].(string)], l) {
				t.Errorf("printed and lost: %v", l)
			}
		}
	}
}

// inspectAndKill runs inspect, kills it at a random moment after its first line or before, and returns the whole lines that it printed.
func inspectAndKill(t *testing.T, device string, i int) []map[string]any {
	t.Helper()
	cmd := command(context.Background(), "fieldsim", "inspect", "--data", device, "--attachments", pics, "--count", "20", "--each", "3", "--seed", "9"+string(rune('0'+i%10)))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	after := time.Duration(200+rand.IntN(2200)) * time.Millisecond
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	defer timer.Stop()
	var all []map[string]any
	scanner := bufio.NewScanner(out)
	for scanner.Scan() {
		var v map[string]any
		if json.Unmarshal(scanner.Bytes(), &v) == nil {
			all = append(all, v)
		}
	}
	cmd.Wait()
	return all
}

// holds tells whether a dumped inspection has what a line of inspect claimed.
func holds(in, line map[string]any) bool {
	if in == nil {
		return false
	}
	switch line["saved"] {
	case "finding":
		for _, f := range in["findings"].([]any) {
			if f := f.(map[string]any); f["code"] == line["code"] && f["state"] == line["state"] {
				return true
			}
		}
	case "attachment":
		for _, a := range in["attachments"].([]any) {
			if a := a.(map[string]any); a["id"] == line["id"] && a["sha256"] == line["sha256"] && a["size"] == line["size"] {
				return true
			}
		}
	case "lock":
		return in["state"] != "draft" && in["revision"] == line["revision"]
	}
	return false
}

// serve and sync die at random moments, over and over; in the end every file is there once and every revision has one receipt.
func TestKillServeAndSyncEndsWithOneReceiptEach(t *testing.T) {
	e := newEndpoint(t)
	device := newDevice(t)
	must(t, "fieldsim", "enrol", "--data", device, "--link", e.link(t, "Telefon"))
	saved := lines(t, must(t, "fieldsim", "inspect", "--data", device, "--attachments", pics, "--count", "4", "--each", "10", "--seed", "31"))
	for i := range *kills {
		cmd := command(context.Background(), "fieldsim", "sync", "--data", device, "--timeout", "3s")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		wait := time.Duration(150+rand.IntN(900)) * time.Millisecond
		timer := time.NewTimer(wait)
		<-timer.C
		if i%2 == 0 {
			e.kill()
			e.start(t)
		}
		cmd.Process.Kill()
		cmd.Wait()
	}
	must(t, "fieldsim", "sync", "--data", device, "--timeout", "4m")
	checkExport(t, e.export(t), saved)
	receipts := map[float64]string{}
	for _, in := range lines(t, must(t, "fieldsim", "dump", "--data", device)) {
		r, ok := in["receipt"].(map[string]any)
		if !ok {
			t.Errorf("inspection %v has no receipt", in["id"])
			continue
		}
		index := r["index"].(float64)
		if other, twice := receipts[index]; twice {
			t.Errorf("receipt %v stands for %s and %v", index, other, in["id"])
		}
		receipts[index] = in["id"].(string)
	}
	e.stop(t)
	must(t, "fieldoffice", "verify", "--data", e.dir, "--identity", e.identity)
	// 4 envelopes, 40 originals and 40 previews, each once.
	if n := len(files(t, filepath.Join(e.dir, "files"))); n != 84 {
		t.Errorf("the office holds %d files, want 84", n)
	}
}
