package store

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"feltsjekk/internal/checklist"
	"feltsjekk/internal/seal"
)

// event is one link of an inspection's chain as its row keeps it. The salt lies with the part that the event wrote and goes when that is
// written over or deleted; the hash follows from the links before.
type event struct {
	Kind string   `json:"kind"`
	IDs  []string `json:"ids"`
	Time int64    `json:"time"` // UTC, ms
	MAC  string   `json:"mac"`
	Gone bool     `json:"gone,omitzero"` // the event deleted its part

	seq int64
}

// eventBegin is the kind of every inspection's first event: it has no part.
const eventBegin = "begin"

// eventLost is the kind of a link in the document that stands for an event whose row is lost.
const eventLost = "lost"

// eventSize is what an event's body fills at least: kinds and codes do not show in its length.
const eventSize = 250

// event appends e, whose content is HMACed under salt, to the chain of r.
func (t *tx) event(r *record, e event, content []byte, salt [16]byte) error {
	if e.IDs == nil {
		e.IDs = []string{}
	}
	r.Seq++
	r.changed = true
	mac, hash := seal.NextEvent(r.chain, r.Seq, e.Kind, e.IDs, e.Time, salt, content)
	r.chain, e.MAC = hash, hex.EncodeToString(mac[:])
	body, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	id := eventRow(r.id, r.Seq)
	sealed, err := t.vault.SealRow("event", id, padTo(body, eventSize))
	if err != nil {
		return err
	}
	if err := t.count(&r.sum, "event", id, nil, sealed); err != nil {
		return err
	}
	if err := t.exec("INSERT INTO event (inspection, seq, body) VALUES (?, ?, ?)", r.id, r.Seq, sealed); err != nil {
		return fmt.Errorf("write event %s: %w", id, err)
	}
	return nil
}

// eventRow is the id under which an event is sealed.
func eventRow(inspection string, seq int64) string {
	return inspection + "/" + strconv.FormatInt(seq, 10)
}

// readEvents reads the events of an inspection in order; bad is told of those that do not open.
func readEvents(v *seal.Vault, from asker, inspection string, bad func(table, id string, err error)) ([]event, error) {
	var list []event
	err := from.rows(func(rows *sql.Rows) error {
		var seq int64
		var sealed []byte
		if err := rows.Scan(&seq, &sealed); err != nil {
			return err
		}
		id := eventRow(inspection, seq)
		body, err := v.OpenRow("event", id, sealed)
		e := event{seq: seq}
		if err == nil {
			err = json.Unmarshal(body, &e)
		}
		if err != nil {
			bad("event", id, err)
			return nil
		}
		list = append(list, e)
		return nil
	}, "SELECT seq, body FROM event WHERE inspection = ? ORDER BY seq", inspection)
	if err != nil {
		return nil, fmt.Errorf("read the events: %w", err)
	}
	return list, nil
}

// withLost puts a link of the kind lost in the place of each event whose row is missing or does not open: without them the rest could not be
// locked. The office sees them in the document, and Check reports them here.
func withLost(events []event, r *record) []event {
	if len(events) > 0 && int64(len(events)) == r.Seq && events[len(events)-1].seq == r.Seq {
		return events
	}
	var list []event
	fill := func(to, time int64) {
		for seq := int64(len(list)) + 1; seq < to; seq++ {
			list = append(list, event{Kind: eventLost, IDs: []string{}, Time: time, MAC: hex.EncodeToString(make([]byte, 32)), seq: seq})
		}
	}
	for _, e := range events {
		fill(e.seq, e.Time)
		list = append(list, e)
	}
	fill(r.Seq+1, r.head.Started.UnixMilli())
	return list
}

// chainOf computes the chain over the events as the document carries it. A salt is there only where the part as it is now is what the
// event wrote. Names keep theirs: it opens the commitment, and travels in the envelope.
func chainOf(events []event, parts []part) ([]checklist.Event, [32]byte, error) {
	salts := map[int64]string{}
	for _, p := range parts {
		if p.Kind != checklist.KindName {
			salts[p.Seq] = p.Salt
		}
	}
	var chain [32]byte
	list := make([]checklist.Event, len(events))
	for i, e := range events {
		mac, err := unhex32(e.MAC)
		if err != nil {
			return nil, chain, fmt.Errorf("event %d: %w", e.seq, err)
		}
		chain = seal.ChainStep(chain, e.seq, e.Kind, e.IDs, e.Time, mac)
		list[i] = checklist.Event{Seq: e.seq, Kind: e.Kind, IDs: e.IDs, Time: e.Time, MAC: e.MAC, Salt: salts[e.seq], Hash: hex.EncodeToString(chain[:])}
		if e.Kind == eventLost {
			list[i].Salt = "" // its content cannot be checked
		}
	}
	return list, chain, nil
}
