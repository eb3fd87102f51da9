package journal

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// notCopied are the tables of the schema that say nothing about the data, each with the reason.
var notCopied = map[string]string{
	"goose_db_version": "the migrations that have run here",
	"server":           "which servers are up, and where",
	"turn":             "which teams servers write to in turns while they run",
	"task":             "which server does what in the background, for some seconds",
	"sqlite_sequence":  "SQLite's own, for the table of migrations",
}

// Whatever the schema has is copied, or stands in the list of what is not.
func TestEveryTableIsCopied(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			j := e.open(t)
			want := map[string][]string{}
			for _, table := range tables {
				want[table.name] = slices.Sorted(slices.Values(table.columns()))
			}
			got := columnsOf(t, j)
			for name := range notCopied {
				delete(got, name)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the schema has something else than is copied: say in tables how it is copied, or in notCopied why not (-tables +schema):\n%s", diff)
			}
		})
	}
}

// columnsOf are the columns of all tables.
func columnsOf(t *testing.T, j *Journal) map[string][]string {
	t.Helper()
	text := `SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'`
	if j.Shared() {
		text = `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()`
	}
	rows, err := j.Reader().QueryContext(t.Context(), text)
	must(t, err)
	defer rows.Close()
	all := map[string][]string{}
	for rows.Next() {
		var table, column string
		must(t, rows.Scan(&table, &column))
		all[table] = append(all[table], column)
	}
	must(t, rows.Err())
	for _, columns := range all {
		slices.Sort(columns)
	}
	return all
}

// Sums tell apart what a careless joining of values would not.
func TestSums(t *testing.T) {
	of := func(values ...any) Hash {
		s := newSum()
		must(t, s.add(values...))
		return s.hash()
	}
	lists := [][]any{{"a", "b"}, {"ab", ""}, {"", "ab"}, {"ab"}, {[]byte("ab")}, {nil, "ab"}, {int64(0)}, {int64(1)}, {nil}, {}, {""}}
	seen := map[Hash]int{}
	for i, values := range lists {
		if k, known := seen[of(values...)]; known {
			t.Errorf("%#v and %#v have the same sum", values, lists[k])
		}
		seen[of(values...)] = i
	}
	if err := newSum().add(1.5); err == nil {
		t.Error("a value of a type that no column has was summed")
	}
}
