package bench

import (
	"strings"
	"testing"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/journal/pgtest"
)

// opened opens a journal of each engine.
var opened = map[string]func(t *testing.T) *journal.Journal{
	sqlite: func(t *testing.T) *journal.Journal {
		j, err := journal.Open(t.Context(), t.TempDir(), journal.Options{})
		must(t, err)
		return j
	},
	postgreSQL: func(t *testing.T) *journal.Journal {
		j, err := journal.OpenPostgres(t.Context(), pgtest.URL(t), journal.Options{})
		must(t, err)
		return j
	},
}

// Whatever is wrong with what is stored, the check says so.
func TestAuditFinds(t *testing.T) {
	last := `(SELECT MAX(seq) FROM entry WHERE team = 'team-0')`
	for _, test := range []struct{ name, change, want string }{
		{"nothing", ``, ``},
		{"an entry is missing at the end", `DELETE FROM entry WHERE team = 'team-0' AND seq = ` + last, "acknowledged and"},
		{"an entry is missing in the middle", `DELETE FROM entry WHERE team = 'team-0' AND seq = ` + last + ` - 1`, "acknowledged and"},
		{"an entry of the founding is missing", `DELETE FROM entry WHERE team = 'team-0' AND seq = 2`, "paid more than it held"},
		{"a charge is doubled", `INSERT INTO entry (team, seq, body, hash) SELECT team, seq + 1, body, hash FROM entry
			WHERE team = 'team-0' AND seq = ` + last, "begins before the one before it ends"},
		{"a session is charged again a day later", `INSERT INTO entry (team, seq, body, hash)
			SELECT team, seq + 1, replace(body, '"at":1', '"at":2'), hash FROM entry WHERE team = 'team-0' AND seq = ` + last, "is charged twice"},
		{"a charge took more than its draws", `UPDATE entry SET body = replace(body, '"rate":7000', '"rate":8000') WHERE team = 'team-0' AND seq = ` + last,
			"a charge of 8000 has draws of 7000"},
		{"a charge took something else", `UPDATE entry SET body = replace(body, '7000', '8000') WHERE team = 'team-0' AND seq = ` + last,
			"thousandths of a token were acknowledged"},
		{"a pack held less", `UPDATE entry SET body = replace(body, '"size":10000000000000', '"size":9000') WHERE team = 'team-0'`, "paid more than it held"},
		{"a charge was somebody else's", `UPDATE entry SET body = replace(body, '"user":"user-', '"user":"abuser-') WHERE team = 'team-0' AND seq = ` + last,
			"verification found 1 wrong"},
	} {
		for engine, open := range opened {
			t.Run(engine+"/"+test.name, func(t *testing.T) {
				o := withCharges(t, open(t))
				if test.change != "" {
					_, err := o.journal.Writer().ExecContext(t.Context(), test.change)
					must(t, err)
				}
				wantFound(t, o.check(t.Context()), test.want)
			})
		}
	}
}

// withCharges is a desk that has charged some teams a few times.
func withCharges(t *testing.T, j *journal.Journal) *ours {
	t.Helper()
	w := newWorld(Shape{"three teams", 3, 2}, 0)
	o, err := openOurs(t.Context(), j, w, 4, nil)
	must(t, err)
	t.Cleanup(func() { must(t, o.close()) })
	must(t, w.found(t.Context(), j, o.desk))
	for range 9 {
		must(t, o.open(t.Context()))
	}
	return o
}

func wantFound(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("found %v, where nothing is wrong", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("found %v, want %q", err, want)
	}
}

// What callers were told has to be what is stored, in both directions.
func TestAuditComparesWhatWasTold(t *testing.T) {
	o := withCharges(t, opened[sqlite](t))
	o.told.charges.Add(1)
	wantFound(t, o.check(t.Context()), "10 charges were acknowledged and 9 are stored")
	o.told.charges.Add(-2)
	wantFound(t, o.check(t.Context()), "8 charges were acknowledged and 9 are stored")
	o.told.charges.Add(1)
	o.told.tokens.Add(1)
	wantFound(t, o.check(t.Context()), "63001 thousandths of a token were acknowledged and 63000 are stored")
}
