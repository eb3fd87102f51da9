package desk

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// A notice is kept with the entries of its verb; of a commit that failed nothing is.
func TestNotices(t *testing.T) {
	j := newMemory()
	d := opened(t, j, NewVirtualClock(start), Options{})
	tell := func(id string) error {
		_, err := d.change(context.Background(), "acme", func(t *turn) (license.Effect, error) {
			e, err := t.team.Suspend(t.now, license.Caller{By: "operator"}, license.TeamSuspended{Suspended: !t.team.Suspended})
			e.Notices = []license.Notice{{ID: id, Kind: "suspended", At: t.now, Body: map[string]string{"who": "ben"}}}
			t.notices = append(t.notices, license.Notice{ID: id + "/beside", Kind: "suspended", At: t.now})
			return e, err
		})
		return err
	}
	if err := tell("one"); err != nil {
		t.Fatal(err)
	}
	first := len(j.outbox)
	j.fail = func(journal.Batch) error { return journal.ErrStorageFull }
	if err := tell("two"); err == nil || len(j.outbox) != first {
		t.Errorf("a full disk answers %v and has %d notices, want %d", err, len(j.outbox), first)
	}
	want := map[string]string{"one": `{"who":"ben"}`, "one/beside": `null`}
	for _, n := range j.outbox {
		if n.Kind == NoticeInvited {
			continue // to those who were added at the beginning
		}
		if body, ok := want[n.ID]; !ok || body != string(n.Body) || n.Team != "acme" || n.Kind != "suspended" || n.At == 0 || !json.Valid(n.Body) {
			t.Errorf("got the notice %+v, want one of %v", n, want)
		}
		delete(want, n.ID)
	}
	if len(want) > 0 {
		t.Errorf("there are no notices %v", want)
	}
}
