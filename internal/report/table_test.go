package report

import "testing"

func TestFormulaCellsAreMadeHarmless(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "Bygg AS": "Bygg AS", "3.2": "3.2", "=1+1": "'=1+1", "+47 22": "'+47 22", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)", "  =1": "'  =1",
		"\t=1": "'\t=1", "\r\n=1": "'\r\n=1", "＝1": "'＝1", "\ufeff=1": "'\ufeff=1", "\tx": "'\tx", "a=1": "a=1", "'=1": "'=1",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}
