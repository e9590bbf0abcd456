package store

import "testing"

func TestSettingsAreKept(t *testing.T) {
	b := create(t)
	ctx := t.Context()
	if v, err := b.Setting(ctx, "lang"); v != "" || err != nil {
		t.Fatalf("%q, %v", v, err)
	}
	b.must(b.SetSetting(ctx, "lang", "nb"))
	b.must(b.SetSetting(ctx, "lang", "en"))
	b.must(b.SetSetting(ctx, "gone", "x"))
	b.must(b.SetSetting(ctx, "gone", ""))
	b = b.reopen()
	for key, want := range map[string]string{"lang": "en", "gone": "", "device": ""} {
		if v, err := b.Setting(ctx, key); v != want || err != nil {
			t.Errorf("%s: %q, %v", key, v, err)
		}
	}
	b.noProblems()
}
