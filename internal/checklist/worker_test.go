package checklist

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// workerJSON is a card with the ten sentences and one of everything else.
func workerJSON() string {
	var sentences []string
	for _, id := range WorkerSentences() {
		sentences = append(sentences, fmt.Sprintf(`{"id":%q,"source":"leaflet","text":"Sentence %s"}`, id, id))
	}
	return `{"lang":"xx","name":"Own name","direction":"rtl","reviewed":false,"notice":{"source":"project","text":"Not read"},"sentences":[` +
		strings.Join(sentences, ",") + `],"contacts":[{"id":"rosa","source":"leaflet","text":"Help"}],` +
		`"phrases":[{"id":"day","tip":"D4","source":"project","text":"What is a day like?"}]}`
}

func TestParseWorker(t *testing.T) {
	w, err := ParseWorker([]byte(workerJSON()))
	if err != nil {
		t.Fatal(err)
	}
	if !w.RightToLeft() || w.Reviewed || len(w.Sentences) != 10 || w.Contact("rosa") != "Help" || w.Contact("kom") != "" ||
		w.Phrase("day") != "What is a day like?" || w.Phrase("night") != "" {
		t.Errorf("%+v", w)
	}
}

func TestParseWorkerRefuses(t *testing.T) {
	good := workerJSON()
	for name, change := range map[string][2]string{
		"an unknown field":      {`"lang"`, `"colour":"red","lang"`},
		"no name":               {`"Own name"`, `" "`},
		"an unknown direction":  {`"rtl"`, `"down"`},
		"another order":         {`"id":"rights"`, `"id":"support"`},
		"an empty sentence":     {`"Sentence later"`, `""`},
		"an unknown source":     {`"source":"leaflet","text":"Help"`, `"source":"friend","text":"Help"`},
		"an unknown tip":        {`"D4"`, `"D6"`},
		"no phrase":             {`{"id":"day","tip":"D4","source":"project","text":"What is a day like?"}`, ``},
		"a notice without text": {`"Not read"`, `""`},
		"a contact twice":       {`{"id":"rosa","source":"leaflet","text":"Help"}`, `{"id":"rosa","source":"leaflet","text":"Help"},{"id":"rosa","source":"leaflet","text":"More"}`},
		"a language as a path":  {`"xx"`, `"../xx"`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := ParseWorker([]byte(bad)); err == nil {
			t.Errorf("%s was taken", name)
		} else if name != "an unknown field" && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
