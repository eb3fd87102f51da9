package journal

import (
	"cmp"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/journal/pgtest"
)

// onlyOn are the tables that one engine alone needs: those of servers that share a database.
var onlyOn = map[string]bool{"turn": true, "server": true}

// column is one of a table's; key is its place in the primary key, from 1.
type column struct {
	Table, Name, Kind string
	Nullable          bool
	Key               int
}

func columns(t *testing.T, db *sql.DB, query string) (all []column) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var c column
		must(t, rows.Scan(&c.Table, &c.Name, &c.Kind, &c.Nullable, &c.Key))
		if !onlyOn[c.Table] && !strings.HasPrefix(c.Table, "goose") {
			all = append(all, c)
		}
	}
	must(t, rows.Err())
	slices.SortFunc(all, func(a, b column) int {
		return cmp.Or(strings.Compare(a.Table, b.Table), strings.Compare(a.Name, b.Name))
	})
	return all
}

// TestSchemasAgree holds the two engines' tables against each other: the same columns, kinds and keys.
func TestSchemasAgree(t *testing.T) {
	lite := columns(t, opened(t, t.TempDir()).Reader(), `SELECT m.name, c.name,
		CASE c.type WHEN 'TEXT' THEN 'text' WHEN 'INTEGER' THEN 'bigint' WHEN 'BLOB' THEN 'bytea' ELSE c.type END, c."notnull" = 0, c.pk
		FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`)
	grown := columns(t, openedPostgres(t, pgtest.URL(t)).Reader(), `SELECT c.relname, a.attname, format_type(a.atttypid, NULL), NOT a.attnotnull,
		COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`)
	if diff := gocmp.Diff(lite, grown); diff != "" {
		t.Errorf("(-sqlite +postgres):\n%s", diff)
	}
	if len(grown) < 20 {
		t.Errorf("got %d columns: this test looks at the wrong place", len(grown))
	}
}

// byEveryone are the tables that are no team's: they are looked up by everyone, are small, and no charge writes to them.
var byEveryone = []string{"meta", "api_key", "server"}

// TestNothingInTheWayOfACharge reads from the database that no trigger, no sequence, no foreign key or exclusion
// constraint stands in the way of a charge, and that every key of a team's table begins with the team, so that the
// tables can be distributed by it.
func TestNothingInTheWayOfACharge(t *testing.T) {
	db := openedPostgres(t, pgtest.URL(t)).Reader()
	for what, query := range map[string]string{
		"trigger":               `SELECT tgname FROM pg_trigger`,
		"foreign or exclusion":  `SELECT conname FROM pg_constraint WHERE contype NOT IN ('p', 'u') AND conrelid::regclass::text <> 'goose_db_version' AND connamespace = 'public'::regnamespace`,
		"sequence":              `SELECT relname FROM pg_class WHERE relkind = 'S' AND relname NOT LIKE 'goose_db_version%'`,
		"function":              `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
		"rule":                  `SELECT rulename FROM pg_rewrite WHERE ev_class::regclass::text NOT LIKE 'pg_%' AND ev_class::regclass::text NOT LIKE 'information_schema%'`,
		"second index of entry": `SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'entry'::regclass AND NOT indisprimary`,
		"key without the team": `SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
			WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'goose_db_version' AND c.relname NOT IN ('` + strings.Join(byEveryone, "', '") + `') AND a.attname <> 'team'`,
		"language's order in a key": `SELECT c.relname || '.' || a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
			WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'goose_db_version' AND a.attcollation <> 0 AND a.attcollation <> '"C"'::regcollation`,
	} {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for rows.Next() {
			var name string
			must(t, rows.Scan(&name))
			t.Errorf("there is a %s: %s", what, name)
		}
		must(t, rows.Err())
		rows.Close()
	}
	var tables int
	must(t, db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`).Scan(&tables))
	if tables < 7 {
		t.Errorf("got %d tables: this test looks at the wrong place", tables)
	}
}

// TestNoForbiddenWords looks for what binds a session to one connection, or one server to all others, in all SQL that
// serves. The lock that servers take when they start is the one exception.
func TestNoForbiddenWords(t *testing.T) {
	forbidden := regexp.MustCompile(`pg_(try_)?advisory|\b(LISTEN|NOTIFY|SERIALIZABLE|LOCK TABLE|TRIGGER|SEQUENCE)\b|nextval`)
	lines := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if path == filepath.Join("..", "sim") {
			return filepath.SkipDir // measures and simulates
		}
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || (filepath.Ext(path) != ".go" && filepath.Ext(path) != ".sql") {
			return err
		}
		text, err := os.ReadFile(path)
		for line := range strings.Lines(string(text)) {
			lines++
			if forbidden.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "//") && !strings.Contains(line, "int64(startLock)") {
				t.Errorf("%s: %s", path, strings.TrimSpace(line))
			}
		}
		return err
	})
	if err != nil || lines < 10_000 {
		t.Errorf("read %d lines: %v", lines, err)
	}
}
