//go:build unix

package journal

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/daypass/daypass/journal/pgtest"
)

// guide is the operator's guide.
type guide struct{ text string }

func readGuide(t *testing.T) guide {
	t.Helper()
	text, err := os.ReadFile("../docs/operating.md")
	must(t, err)
	return guide{string(text)}
}

// blocks are the boxes of one kind: what stands behind the three ticks.
func (g guide) blocks(t *testing.T, kind string) (found []string) {
	t.Helper()
	for _, m := range regexp.MustCompile("(?ms)^```([^\n]+)\n(.*?)^```$").FindAllStringSubmatch(g.text, -1) {
		if m[1] == kind {
			found = append(found, m[2])
		}
	}
	if len(found) == 0 {
		t.Fatalf("the guide has no box of %s", kind)
	}
	return found
}

// statements are those of some boxes, one by one: some cannot stand beside another.
func statements(boxes []string) (all []string) {
	for _, box := range boxes {
		for s := range strings.SplitSeq(box, ";\n") {
			if s = strings.TrimSpace(s); s != "" {
				all = append(all, s)
			}
		}
	}
	return all
}

// answer runs a statement and returns how many rows it gives.
func answer(ctx context.Context, t *testing.T, c *pgx.Conn, statement string) int {
	t.Helper()
	found, err := c.Query(ctx, statement)
	if err != nil {
		t.Errorf("%s: %v", statement, err)
		return 0
	}
	n := 0
	for found.Next() {
		n++
	}
	if err := found.Err(); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
	return n
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), address)
	must(t, err)
	t.Cleanup(func() { must(t, c.Close(context.Background())) })
	return c
}

// What the guide says to PostgreSQL is run: its settings start one, its role and database are enough for a server, its
// queries run on what the server makes, and those that must find nothing find nothing, unless something is wrong.
func TestOperatingGuide(t *testing.T) {
	g := readGuide(t)
	var settings []string
	for line := range strings.Lines(strings.Join(g.blocks(t, "ini"), "")) {
		if !strings.HasPrefix(line, "#") {
			settings = append(settings, strings.ReplaceAll(strings.TrimSpace(line), " ", ""))
		}
	}
	cluster := pgtest.Start(t, settings...)
	admin := connect(t, cluster.URL("postgres"))
	for _, s := range statements(g.blocks(t, "sql setup")) {
		answer(t.Context(), t, admin, strings.ReplaceAll(s, "daypass", "guide")) // the cluster has a daypass already
	}
	address := strings.Replace(cluster.URL("guide"), "daypass@", "guide@", 1)
	j, err := OpenPostgres(t.Context(), address, Options{})
	must(t, err)
	defer func() { must(t, j.Close()) }()
	must(t, j.Append(t.Context(), Batch{Entries: (&chain{team: "acme"}).fill(3)}))

	c := connect(t, address)
	for _, s := range statements(g.blocks(t, "sql")) {
		answer(t.Context(), t, c, s)
	}
	wrong := func(times int) (n int) {
		for _, s := range statements(g.blocks(t, "sql no rows")) {
			n += min(1, answer(t.Context(), t, c, s))
		}
		return n - times
	}
	if n := wrong(0); n != 0 {
		t.Errorf("%d queries that must find nothing find something", n)
	}
	answer(t.Context(), t, admin, `ALTER DATABASE guide SET synchronous_commit = off`)
	answer(t.Context(), t, c, `SET synchronous_commit = off`)
	answer(t.Context(), t, c, `CREATE TABLE misplaced (id BIGINT PRIMARY KEY, team TEXT)`)
	if n := wrong(3); n != 0 {
		t.Errorf("three things are wrong, and %d queries more or less find one", n)
	}
	answer(t.Context(), t, c, `DROP TABLE misplaced`)
	distributed(t, g, c)
}

// distributed compares the tables that the guide divides between nodes, or copies to them, with those that there are.
func distributed(t *testing.T, g guide, c *pgx.Conn) {
	t.Helper()
	var named []string
	for _, m := range regexp.MustCompile(`create_(?:distributed|reference)_table\('(\w+)'`).FindAllStringSubmatch(g.blocks(t, "sql citus")[0], -1) {
		named = append(named, m[1])
	}
	var there []string
	err := c.QueryRow(t.Context(), `SELECT array_agg(relname::text ORDER BY relname) FROM pg_class
		WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'goose_db_version'`).Scan(&there)
	must(t, err)
	slices.Sort(named)
	if diff := cmp.Diff(there, named); diff != "" {
		t.Errorf("docs/operating.md distributes other tables (+) than there are (-):\n%s", diff)
	}
}

// The guide's figures are the program's.
func TestOperatingGuideCountsConnections(t *testing.T) {
	text := strings.Join(strings.Fields(readGuide(t).text), " ")
	want := fmt.Sprintf("up to %d for writing, as many for reading as it has processors but at least 4, and up to %d more", postgresAppends, postgresTurns)
	if !strings.Contains(text, want) {
		t.Errorf("docs/operating.md does not say %q", want)
	}
}
