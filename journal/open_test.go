package journal

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestOpenAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made by it", "with 100% odd?name#1")
	acme := chain{team: "acme"}
	for range 3 {
		j, err := Open(t.Context(), dir, Options{})
		must(t, err)
		must(t, j.Append(t.Context(), Batch{Entries: acme.fill(3)}))
		same(t, acme.all, read(t, j, "acme", 0))
		must(t, j.Close())
	}
	info, err := os.Stat(dir)
	must(t, err)
	if got := info.Mode().Perm(); got != 0o700 {
		t.Errorf("the folder's mode is %o, want 700", got)
	}
	if _, err := os.Stat(filepath.Join(dir, databaseFile+"-wal")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("closing left the write-ahead log: %v", err)
	}
}

// Each connection of both pools has its settings: those of a statement would hold for one only.
func TestSettingsOfEveryConnection(t *testing.T) {
	j := opened(t, t.TempDir())
	for name, pool := range map[string]struct {
		db   *sql.DB
		want []pragma
	}{"writer": {j.Writer(), sqliteWriter.pragmas}, "reader": {j.Reader(), sqliteReader.pragmas}} {
		size := pool.db.Stats().MaxOpenConnections
		if name == "writer" && size != 1 {
			t.Errorf("there are %d writers, want 1", size)
		}
		for range size {
			conn, err := pool.db.Conn(t.Context())
			must(t, err)
			defer conn.Close() // held, so that the next is another one
			for _, p := range pool.want {
				var got string
				must(t, conn.QueryRowContext(t.Context(), "PRAGMA "+p.name).Scan(&got))
				if got != p.answer {
					t.Errorf("%s: %s is %s, want %s", name, p.name, got, p.answer)
				}
			}
			_, err = conn.ExecContext(t.Context(), `INSERT INTO meta (name, value) VALUES ($1, '')`, name)
			if (err == nil) != (name == "writer") {
				t.Errorf("writing with the %s: %v", name, err)
			}
		}
	}
}

// A connection on which a setting does not hold is refused.
func TestSettingRefused(t *testing.T) {
	p := profile{pragmas: []pragma{{"synchronous", "NORMAL", "2"}}}
	db, err := openPool(filepath.Join(t.TempDir(), databaseFile), p, 1)
	must(t, err)
	defer db.Close()
	if err := db.PingContext(t.Context()); err == nil || !strings.Contains(err.Error(), "synchronous is 1, not 2") {
		t.Errorf("the connection was not refused: %v", err)
	}
}

func TestSecondServerRefused(t *testing.T) {
	dir := t.TempDir()
	first := opened(t, dir)
	_, err := Open(t.Context(), dir, Options{})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second server gets %v, want %v with the folder", err, ErrInUse)
	}
	must(t, first.Close())
	opened(t, dir)
}

func TestNewerSchemaRefused(t *testing.T) {
	dir := t.TempDir()
	j, err := Open(t.Context(), dir, Options{})
	must(t, err)
	_, err = j.Writer().ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
	must(t, err)
	must(t, j.Close())
	before, err := os.ReadFile(filepath.Join(dir, databaseFile))
	must(t, err)

	if _, err := Open(t.Context(), dir, Options{}); !errors.Is(err, ErrSchemaNewer) {
		t.Errorf("open gives %v, want %v", err, ErrSchemaNewer)
	}
	if _, err := OpenReadOnly(t.Context(), dir); !errors.Is(err, ErrSchemaNewer) {
		t.Errorf("open for reading gives %v, want %v", err, ErrSchemaNewer)
	}
	after, err := os.ReadFile(filepath.Join(dir, databaseFile))
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("a database that was refused has changed")
	}
}

// TestOlderSchemaRefusedForReading: what an older release has written is for the server to bring up to date; what was
// stopped between its first migrations holds nothing, and is told from it.
func TestOlderSchemaRefusedForReading(t *testing.T) {
	dir := t.TempDir()
	older := func(entries int, want error) {
		t.Helper()
		j, err := Open(t.Context(), dir, Options{})
		must(t, err)
		if entries > 0 {
			must(t, j.Append(t.Context(), Batch{Entries: (&chain{team: "acme"}).fill(entries)}))
		}
		_, err = j.Writer().ExecContext(t.Context(), `DELETE FROM goose_db_version WHERE version_id > 4`)
		must(t, err)
		for _, column := range []string{"used_at", "old_until", "old_hash", "made_by", "person"} {
			_, err = j.Writer().ExecContext(t.Context(), `ALTER TABLE api_key DROP COLUMN `+column)
			must(t, err)
		}
		must(t, j.Close())
		if _, err := OpenReadOnly(t.Context(), dir); !errors.Is(err, want) {
			t.Errorf("open for reading gives %v, want %v", err, want)
		}
	}
	older(0, ErrEmpty)
	older(2, ErrSchemaOlder)
}

func TestWhatIsNoJournal(t *testing.T) {
	for name, test := range map[string]struct {
		make func(dir string) error // makes dir
		want string
	}{
		"a file for a folder": {
			func(dir string) error { return os.WriteFile(dir, nil, 0o600) }, "not a directory"},
		"garbage": {func(dir string) error {
			garbage := bytes.Repeat([]byte("garbage "), 2000)
			return errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, databaseFile), garbage, 0o600))
		}, "is not a Daypass database"},
		"a folder for a file": {
			func(dir string) error { return os.MkdirAll(filepath.Join(dir, databaseFile), 0o700) }, "unable to open"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			must(t, test.make(dir))
			for range 2 { // the first leaves no lock
				_, err := Open(t.Context(), dir, Options{})
				if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), dir) {
					t.Errorf("open gives %q, want %q and the folder", err, test.want)
				}
			}
			if _, err := OpenReadOnly(t.Context(), dir); err == nil {
				t.Error("it was opened for reading")
			}
		})
	}
}

// A folder without a database is not made into one by a reader.
func TestNothingToRead(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenReadOnly(t.Context(), dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("open for reading gives %v, want %v", err, os.ErrNotExist)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("it left %v (%v)", files, err)
	}
}

func TestReadOnlyBesideTheServer(t *testing.T) {
	ctx, dir, acme := t.Context(), t.TempDir(), chain{team: "acme"}
	server, err := Open(ctx, dir, Options{})
	must(t, err)
	must(t, server.Append(ctx, Batch{Entries: acme.fill(3)}))

	reader, err := OpenReadOnly(ctx, dir)
	must(t, err)
	must(t, server.Append(ctx, Batch{Entries: acme.fill(3)}))
	same(t, acme.all, read(t, reader, "acme", 0))
	must(t, reader.Ping(ctx))
	if err := reader.Append(ctx, Batch{Entries: acme.fill(1)}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("append gives %v, want %v", err, ErrReadOnly)
	}
	if err := reader.SetMeta(ctx, "clock", "real"); !errors.Is(err, ErrReadOnly) {
		t.Errorf("set meta gives %v, want %v", err, ErrReadOnly)
	}
	must(t, reader.Close())
	must(t, server.Append(ctx, Batch{Entries: acme.all[6:]}))
	must(t, server.Close())

	alone, err := OpenReadOnly(ctx, dir)
	must(t, err)
	same(t, acme.all, read(t, alone, "acme", 0))
	must(t, alone.Close())
}

// What was erased is in no file once the server has stopped.
func TestErasedFromTheFiles(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	j, err := Open(ctx, dir, Options{})
	must(t, err)
	must(t, j.Append(ctx, Batch{People: []Person{{"acme", "ada", "Ada Lovelace", "ada@acme.example"}, {"acme", "ben", "Ben", ""}}}))
	must(t, j.ErasePerson(ctx, "acme", "ada"))
	must(t, j.Close())
	files, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(dir, f.Name()))
		must(t, err)
		if bytes.Contains(content, []byte("Lovelace")) {
			t.Errorf("the name is still in %s", f.Name())
		}
	}
}

// A full database refuses the whole batch, goes on reading, and goes on writing when there is space.
func TestStorageFull(t *testing.T) {
	ctx, acme := t.Context(), chain{team: "acme"}
	j := opened(t, t.TempDir())
	must(t, j.Append(ctx, Batch{Entries: acme.fill(10)}))
	limit := func(pages string) {
		var got string
		must(t, j.Writer().QueryRowContext(ctx, `PRAGMA max_page_count = `+pages).Scan(&got))
	}
	limit("60")
	written, refused := len(acme.all), 0
	for size := 500; refused < 20; size = max(1, size/2) {
		batch := acme.fill(size)
		switch err := j.Append(ctx, Batch{Entries: batch, People: []Person{{"acme", "ada", "Ada", ""}}}); {
		case err == nil:
			written += size
		case errors.Is(err, ErrStorageFull):
			refused++
			acme.all = acme.all[:written]
		default:
			t.Fatal(err)
		}
		same(t, acme.all, read(t, j, "acme", 0))
	}
	big := Snapshot{Team: "acme", Seq: 1, Hash: acme.all[0].Hash, Body: random(1 << 20)}
	if err := j.SaveSnapshot(ctx, big); !errors.Is(err, ErrStorageFull) {
		t.Errorf("save snapshot gives %v, want %v", err, ErrStorageFull)
	}
	limit("100000")
	must(t, j.Append(ctx, Batch{Entries: acme.fill(500)}))
	must(t, j.SaveSnapshot(ctx, big))
	wholeFile(t, j)
	if r, err := Verify(ctx, j, "acme", nil); err != nil || r.Entries != int64(written)+500 {
		t.Errorf("verify: %+v %v", r, err)
	}
}

// wholeFile runs SQLite's own check.
func wholeFile(t testing.TB, j *Journal) {
	t.Helper()
	var got string
	must(t, j.Reader().QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&got))
	if got != "ok" {
		t.Fatalf("the file is damaged: %s", got)
	}
}

// The list of teams takes as long as there are teams, not entries.
func TestTeamsAreFast(t *testing.T) {
	ctx := t.Context()
	j := opened(t, t.TempDir())
	const entries = 30_000
	_, err := j.Writer().ExecContext(ctx, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		INSERT INTO entry (team, seq, body, hash) SELECT 'team-' || (i % 3), i, '', $2 FROM n`, entries, make([]byte, 32))
	must(t, err)
	start := time.Now()
	teams, err := j.Teams(ctx)
	must(t, err)
	if len(teams) != 3 {
		t.Errorf("got %d teams, want 3", len(teams))
	}
	var all int64
	leap := time.Since(start)
	start = time.Now()
	must(t, j.Reader().QueryRowContext(ctx, `SELECT COUNT(DISTINCT team) FROM entry`).Scan(&all))
	if scan := time.Since(start); leap > scan/2 {
		t.Errorf("three teams took %v, going through %d entries %v", leap, entries, scan)
	}
}
