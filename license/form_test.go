package license

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
)

// What an older release wrote, as JSON or with other fields, is told from what is damaged.
func TestSnapshotOfAnotherVersion(t *testing.T) {
	team, _, _ := bigTeam(t, 3, 2)
	b, err := team.Save()
	check(t, err)
	old, err := json.Marshal(saved{Team: team})
	check(t, err)
	other := bytes.Clone(b)
	other[len(mark)-1]++
	for _, snapshot := range [][]byte{old, other, nil, mark[:len(mark)-1]} {
		if _, err := LoadTeam(snapshot); !errors.Is(err, ErrSnapshotOld) || IsSnapshot(snapshot) {
			t.Errorf("got %v, want %v", err, ErrSnapshotOld)
		}
	}
}

// A snapshot gives back the same state; a part of one, or one with more behind it, is an error and nothing worse.
func TestSnapshotForm(t *testing.T) {
	team, _, _ := bigTeam(t, 3, 2)
	b, err := team.Save()
	check(t, err)
	again, err := LoadTeam(b)
	check(t, err)
	check(t, again.Check())
	if back, err := again.Save(); err != nil || !bytes.Equal(back, b) {
		t.Errorf("a snapshot changes the state: %v", err)
	}
	for n := len(mark); n < len(b); n++ {
		if _, err := LoadTeam(b[:n]); !errors.Is(err, errDamaged) {
			t.Fatalf("the first %d bytes of %d: %v", n, len(b), err)
		}
	}
	if _, err := LoadTeam(append(bytes.Clone(b), 0)); !errors.Is(err, errDamaged) {
		t.Errorf("with a byte more: %v", err)
	}
}

// Every state that a snapshot can have comes back: also none, empty, negative and far.
func TestSnapshotOfEdges(t *testing.T) {
	team := NewTeam()
	team.ID, team.Last, team.Suspended = "é\x00", -1<<63, true
	team.Users["u"] = &User{ID: "u", Own: &FlexList{Mode: FlexListed, Products: []string{"", "u"}}, Trials: map[string]Instant{"p": 1<<63 - 1}}
	team.Receipts["k"] = &Receipt{Answer: json.RawMessage("{}")}
	team.Sessions["s"] = &Session{First: First{Charge: &Charge{Draws: []Draw{}}}}
	b, err := team.Save()
	check(t, err)
	again, err := LoadTeam(b)
	check(t, err)
	want, err := json.Marshal(team)
	check(t, err)
	if got, err := json.Marshal(again); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %s (%v), want %s", got, err, want)
	}
}

// A snapshot in which a list or map holds nothing where an item should be is damaged: it never reaches the code that
// would use the item. So is one in which a use is listed twice.
func TestSnapshotWithoutItem(t *testing.T) {
	for _, field := range keptFields(reflect.TypeFor[Team]()) {
		if field.Type.Kind() != reflect.Map || field.Type.Elem().Kind() != reflect.Pointer {
			continue
		}
		team, _, _ := bigTeam(t, 2, 2)
		reflect.ValueOf(team).Elem().FieldByIndex(field.Index).SetMapIndex(reflect.ValueOf("none"), reflect.Zero(field.Type.Elem()))
		if _, err := LoadTeam(saved{Team: team}.bytes()); !errors.Is(err, errDamaged) {
			t.Errorf("%s with nothing in it: %v, want %v", field.Name, err, errDamaged)
		}
	}
	use := &Use{Pass: &Pass{User: "ada", Product: "cad"}}
	for name, lists := range map[string]saved{"Uses": {Uses: []*Use{nil}}, "Spent": {Spent: []*Spent{nil}}, "Uses twice": {Uses: []*Use{use, use}}, "Past": {OldJobs: []*stowedHour{nil}}} {
		lists.Team = NewTeam()
		if _, err := LoadTeam(lists.bytes()); !errors.Is(err, errDamaged) {
			t.Errorf("%s: %v, want %v", name, err, errDamaged)
		}
	}
}
