package bench

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/daypass/daypass/journal/pgtest"
)

// tiny is a whole run in seconds; its figures mean nothing.
func tiny(t *testing.T) Options {
	return Options{Folder: t.TempDir(), Parts: []Part{Charges}, Rounds: 1, Duration: 50 * time.Millisecond, Callers: []int{8}, scale: 1,
		Shapes: []Shape{{"one hot team", 1, 20}, {"12 teams", 12, 2}}}
}

// A run measures every shape from every number of callers against every yardstick, checks all of it, and leaves
// nothing behind.
func TestRun(t *testing.T) {
	for _, test := range []struct {
		engine     string
		database   func() string
		yardsticks []string
	}{
		{sqlite, func() string { return "" }, []string{naive, queued, plainRows, synchronized}},
		{postgreSQL, func() string { return pgtest.URL(t) }, []string{naive, oneGo, pgbenchName, copyRows}},
	} {
		t.Run(test.engine, func(t *testing.T) {
			o := tiny(t)
			o.Database = test.database()
			var last Step
			o.Progress = func(s Step) { last = s }
			report, err := Run(t.Context(), o)
			must(t, err)
			if report.Engine != test.engine || len(report.Lines) != 2 {
				t.Fatalf("got %d lines of %s, want 2 of %s", len(report.Lines), report.Engine, test.engine)
			}
			for _, l := range report.Lines {
				checkLine(t, l, test.yardsticks)
			}
			if last.Done+1 != last.Of {
				t.Errorf("the last step was %d of %d", last.Done+1, last.Of)
			}
			if text := report.Markdown(); strings.Count(text, "\n|") != 1+1+2 {
				t.Errorf("the table has not two lines:\n%s", text)
			}
			nothingLeft(t, o)
		})
	}
}

func checkLine(t *testing.T, l Line, yardsticks []string) {
	t.Helper()
	var names []string
	for _, y := range l.Yardsticks {
		names = append(names, y.Name)
		if y.PerSecond <= 0 || y.Rate <= 0 {
			t.Errorf("%s: %s has no figures: %+v", l.Shape, y.Name, y)
		}
	}
	if diff := cmp.Diff(yardsticks, names); diff != "" {
		t.Errorf("%s: other yardsticks than wanted:\n%s", l.Shape, diff)
	}
	if d := l.Desk; d.PerSecond <= 0 || d.P50 <= 0 || d.P99 < d.P50 || l.Yardsticks[0].Half <= 0 || l.Yardsticks[0].Tail <= 0 {
		t.Errorf("%s: the desk has no figures: %+v", l.Shape, l)
	}
}

// nothingLeft looks for what a run should have removed.
func nothingLeft(t *testing.T, o Options) {
	t.Helper()
	files, err := os.ReadDir(o.Folder)
	must(t, err)
	if len(files) > 0 {
		t.Errorf("the run has left %v", files)
	}
	if o.Database != "" {
		if names := schemas(t, o.Database); len(names) > 0 {
			t.Errorf("the run has left the schemas %v", names)
		}
	}
}

func schemas(t *testing.T, database string) []string {
	t.Helper()
	rows, err := connect(t, database).Query(context.Background(), `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'daypass%'`)
	must(t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	return names
}

func connect(t *testing.T, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), database)
	must(t, err)
	t.Cleanup(func() { must(t, conn.Close(context.Background())) })
	return conn
}

// A run that is interrupted leaves nothing behind either, wherever it was.
func TestInterrupted(t *testing.T) {
	for _, step := range []int{0, 1, 2, 3} {
		o := tiny(t)
		o.Database, o.Shapes = pgtest.URL(t), o.Shapes[1:]
		ctx, cancel := context.WithCancel(t.Context())
		o.Progress = func(s Step) {
			if s.Done == step {
				cancel()
			}
		}
		report, err := Run(ctx, o)
		if report != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("interrupted at step %d: got %v and %v", step, report, err)
		}
		nothingLeft(t, o)
	}
}

// What a killed run has left is dropped by the next, and what a living one has is not.
func TestSweep(t *testing.T) {
	ctx, database := t.Context(), pgtest.URL(t)
	killed, err := openPostgres(ctx, database, 1)
	must(t, err)
	_, err = killed.schema(ctx)
	must(t, err)
	living, err := openPostgres(ctx, database, 1)
	must(t, err)
	kept, err := living.schema(ctx)
	must(t, err)
	_, err = connect(t, database).Exec(ctx, `CREATE SCHEMA daypass_bench_mine`) // a name alone does not make it ours
	must(t, err)
	must(t, killed.conn.Close(ctx))
	next, err := openPostgres(ctx, database, 1)
	must(t, err)
	if diff := cmp.Diff([]string{kept.name, "daypass_bench_mine"}, schemas(t, database)); diff != "" {
		t.Errorf("other schemas than wanted:\n%s", diff)
	}
	must(t, errors.Join(kept.drop(ctx), living.close(ctx), next.close(ctx)))
}

// A database that cannot be measured on is refused in words, without its password.
func TestRefused(t *testing.T) {
	database := pgtest.URL(t)
	admin := connect(t, database)
	for _, text := range []string{`DROP ROLE IF EXISTS bench_guest`, `CREATE ROLE bench_guest LOGIN`} {
		_, err := admin.Exec(t.Context(), text)
		must(t, err)
	}
	t.Cleanup(func() {
		_, err := admin.Exec(context.Background(), `DROP ROLE bench_guest`)
		must(t, err)
	})
	guest := strings.Replace(database, "://", "://bench_guest:geheim@", 1)
	if _, after, found := strings.Cut(database, "@"); found {
		guest = "postgres://bench_guest:geheim@" + after
	}
	for _, test := range []struct{ address, want string }{
		{"mysql://me:geheim@localhost/x", "that is no address"},
		{"postgres://me:geh%ZZeim@localhost/x", "that is no address"},
		{"postgres://me:geheim@127.0.0.1:1/x?connect_timeout=2", "no connection to the database x at 127.0.0.1"},
		{guest, "GRANT CREATE ON DATABASE"},
	} {
		o := tiny(t)
		o.Database = test.address
		_, err := Run(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want one line with %q", test.want, err, test.want)
		}
	}
}
