package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// diff fails when got is not want; an empty list is as good as none.
func diff(tb testing.TB, want, got any) {
	tb.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		tb.Errorf("want -, got +:\n%s", d)
	}
}
