package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestUsage(t *testing.T) {
	cases := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"help", []string{"-h"}, 0, "example:"},
		{"unknown flag", []string{"--colour"}, 2, "colour"},
		{"an argument", []string{"folder"}, 2, "not a flag"},
		{"unknown language", []string{"--lang", "xx"}, 2, "no screens"},
	}
	for _, c := range cases {
		var out bytes.Buffer
		if code := run(c.args, &out); code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: exit %d, %q", c.name, code, out.String())
		}
	}
}
