package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daypass/daypass/journal/pgtest"
)

// TestManyOpenAtOnce opens an empty database from eight servers at the same time: one makes the tables.
func TestManyOpenAtOnce(t *testing.T) {
	address := pgtest.URL(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			j, err := OpenPostgres(t.Context(), address, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if err := j.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	j := openedPostgres(t, address)
	var applied, different int
	must(t, j.Reader().QueryRowContext(t.Context(), `SELECT COUNT(*), COUNT(DISTINCT version_id) FROM goose_db_version`).Scan(&applied, &different))
	if applied != different || applied < 3 { // the empty schema is one of them
		t.Errorf("got %d migrations of %d versions, want each once", applied, different)
	}
}

// TestMigrationInterrupted cuts the connections of servers that migrate, as their death does, and opens again.
func TestMigrationInterrupted(t *testing.T) {
	for after := time.Duration(0); after < 60*time.Millisecond; after += 6 * time.Millisecond {
		address := pgtest.URL(t)
		ctx, cancel := context.WithTimeout(t.Context(), after)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if j, err := OpenPostgres(ctx, address, Options{}); err == nil {
					_ = j.Close()
				}
			})
		}
		wg.Wait()
		cancel()
		j := openedPostgres(t, address)
		must(t, j.Append(t.Context(), Batch{Entries: (&chain{team: "acme"}).fill(2)}))
		if _, err := j.Claim(t.Context(), Task{"acme", "snapshot", "a"}, time.UnixMilli(1), time.Second); err != nil {
			t.Errorf("interrupted after %v: %v", after, err)
		}
	}
}

// TestNewerSchema refuses to start on a newer schema; who runs already goes on, since a schema only grows.
func TestNewerSchema(t *testing.T) {
	ctx, address, acme := t.Context(), pgtest.URL(t), chain{team: "acme"}
	j := openedPostgres(t, address)
	must(t, j.Append(ctx, Batch{Entries: acme.fill(2)}))
	for _, text := range []string{`CREATE TABLE news (team TEXT NOT NULL PRIMARY KEY)`, `ALTER TABLE entry ADD COLUMN extra TEXT`,
		`ALTER TABLE api_key ADD COLUMN extra TEXT NOT NULL DEFAULT ''`, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)`} {
		_, err := j.Writer().ExecContext(ctx, text)
		must(t, err)
	}
	must(t, j.Append(ctx, Batch{Entries: acme.fill(2)}))
	same(t, acme.all, read(t, j, "acme", 0))
	if _, err := OpenPostgres(ctx, address, Options{}); !errors.Is(err, ErrSchemaNewer) {
		t.Errorf("open gives %v, want %v", err, ErrSchemaNewer)
	}
	if _, err := OpenPostgresReadOnly(ctx, address); !errors.Is(err, ErrSchemaNewer) {
		t.Errorf("open for reading gives %v, want %v", err, ErrSchemaNewer)
	}
}

func TestReadOnlyPostgres(t *testing.T) {
	address := pgtest.URL(t)
	if _, err := OpenPostgresReadOnly(t.Context(), address); err == nil {
		t.Error("an empty database was opened for reading")
	}
	acme := chain{team: "acme"}
	must(t, openedPostgres(t, address).Append(t.Context(), Batch{Entries: acme.fill(3)}))
	j, err := OpenPostgresReadOnly(t.Context(), address)
	must(t, err)
	defer j.Close()
	same(t, acme.all, read(t, j, "acme", 0))
	if err := j.Append(t.Context(), Batch{Entries: acme.fill(1)}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("append gives %v, want %v", err, ErrReadOnly)
	}
}

// TestBadDatabases: each fault has its name, and no message has the password in it.
func TestBadDatabases(t *testing.T) {
	const secret = "geheim-4711"
	c := pgtest.Start(t)
	admin := c.URL("postgres")
	pg := openedPostgres(t, admin)
	for _, text := range []string{`CREATE ROLE weak LOGIN PASSWORD '` + secret + `'`, `CREATE DATABASE theirs`, `CREATE DATABASE ours`} {
		_, err := pg.Writer().ExecContext(t.Context(), text)
		must(t, err)
	}
	host := fmt.Sprintf("127.0.0.1:%d", c.Port)
	for name, bad := range map[string]struct {
		address string
		want    error
	}{
		"no address":       {secret, ErrAddress},
		"another protocol": {"mysql://u:" + secret + "@h/x", ErrAddress},
		"no port":          {"postgres://u:" + secret + "@127.0.0.1:notaport/x", ErrAddress},
		"a wrong part":     {"postgres://u:" + secret + "@127.0.0.1/x?sslmode=perhaps", ErrAddress},
		"nobody answers":   {"postgres://u:" + secret + "@127.0.0.1:1/x", ErrUnreachable},
		"no TLS":           {"postgres://weak:" + secret + "@" + host + "/theirs?sslmode=require", ErrUnreachable},
		"no database":      {"postgres://weak:" + secret + "@" + host + "/missing", ErrNoDatabase},
		"no role":          {"postgres://nobody-here:" + secret + "@" + host + "/theirs", ErrDenied},
		"no rights":        {"postgres://weak:" + secret + "@" + host + "/theirs", ErrDenied},
		"read-only":        {"postgres://daypass:" + secret + "@" + host + "/ours?default_transaction_read_only=on", ErrReplica},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := OpenPostgres(t.Context(), bad.address, Options{})
			if !errors.Is(err, bad.want) {
				t.Errorf("got %v, want %v", err, bad.want)
			}
			if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "\n")) {
				t.Errorf("the message shows the password, or is not one line: %v", err)
			}
		})
	}
}

// TestSilentDatabase has an address that takes connections and never answers.
func TestSilentDatabase(t *testing.T) {
	begin := time.Now()
	_, err := OpenPostgres(t.Context(), "postgres://u@"+silent(t)+"/x?connect_timeout=1", Options{})
	if !errors.Is(err, ErrUnreachable) || time.Since(begin) > 20*time.Second {
		t.Errorf("after %v: %v, want %v within the connect time-out", time.Since(begin), err, ErrUnreachable)
	}
}

// TestDatabaseGoesAway: appends fail while it is away and work again when it is back, without anything being opened
// anew.
func TestDatabaseGoesAway(t *testing.T) {
	ctx, c, acme := t.Context(), pgtest.Start(t), chain{team: "acme"}
	j := openedPostgres(t, c.URL("postgres"))
	must(t, j.Append(ctx, Batch{Entries: acme.fill(5)}))
	for _, mode := range []pgtest.Mode{pgtest.Fast, pgtest.Immediate, pgtest.Kill} {
		must(t, c.Stop(mode))
		for begin := time.Now(); j.Ping(ctx) == nil; { // connections of a killed server live on for a moment
			if time.Since(begin) > 10*time.Second {
				t.Fatal("it is ready while the database is away")
			}
		}
		if err := j.Append(ctx, Batch{Entries: (&chain{team: "zeta"}).fill(1)}); err == nil || errors.Is(err, ErrBroken) {
			t.Errorf("append gives %v while the database is away", err)
		}
		must(t, c.Start())
		for try := 0; ; try++ { // the first uses of old connections find them dead
			before := len(acme.all)
			if err := j.Append(ctx, Batch{Entries: acme.fill(1)}); err == nil {
				break
			} else if try > 20 {
				t.Fatal(err)
			}
			acme.all = acme.all[:before]
		}
		must(t, j.Ping(ctx))
	}
	same(t, acme.all, read(t, j, "acme", 0))
}

// TestServersRace lets servers write to the same teams at once, deciding again when they lose: no position is lost, none
// is there twice, and each chain holds.
func TestServersRace(t *testing.T) {
	ctx, address := t.Context(), pgtest.URL(t)
	teams := []string{"acme", "bolt", "cone"}
	var wg sync.WaitGroup
	var kept atomic.Int64
	for server := range 3 {
		j := openedPostgres(t, address)
		for writer := range 2 {
			wg.Go(func() {
				for i := range 40 {
					n, err := race(ctx, j, teams, fmt.Sprintf("%d-%d-%d", server, writer, i))
					if err != nil {
						t.Error(err)
						return
					}
					kept.Add(n)
				}
			})
		}
	}
	wg.Wait()
	found := verified(t, openedPostgres(t, address), teams)
	if want := kept.Load(); found != want || want != 3*2*40*3*2 {
		t.Errorf("got %d entries, %d were acknowledged, want %d", found, want, 3*2*40*3*2)
	}
}

// race writes two entries to each team, those teams again whose race was lost, and returns how many were kept.
func race(ctx context.Context, j *Journal, teams []string, what string) (kept int64, err error) {
	todo := slices.Clone(teams)
	for len(todo) > 0 {
		var b Batch
		for _, team := range todo {
			seq, hash, err := j.Head(ctx, team)
			if err != nil {
				return kept, err
			}
			b.Heads = append(b.Heads, Head{Team: team, Seq: seq, Hash: hash})
			for _, part := range []string{"a", "b"} {
				seq++
				body := []byte(what + part)
				hash = Chain(hash, body)
				b.Entries = append(b.Entries, Entry{team, seq, body, hash})
			}
		}
		err := j.Append(ctx, b)
		var lost *Conflict
		switch {
		case err == nil:
			return kept + int64(2*len(todo)), nil
		case errors.As(err, &lost) && len(lost.Teams) > 0:
			kept += int64(2 * (len(todo) - len(lost.Teams)))
			todo = lost.Teams
		default:
			return kept, err
		}
	}
	return kept, nil
}

// TestTurns: who has the turn writes, others wait and learn of it, and a server that stands still loses it.
func TestTurns(t *testing.T) {
	ctx, address, acme := t.Context(), pgtest.URL(t), chain{team: "acme"}
	a, b := openedPostgres(t, address), openedPostgres(t, address)
	must(t, a.Append(ctx, Batch{Entries: acme.fill(1)}))
	turn, err := a.TakeTurns(ctx, []string{"acme"})
	must(t, err)
	must(t, a.Append(ctx, Batch{Entries: acme.fill(1), Held: []string{"acme"}}))

	waited := make(chan error, 1)
	var rivals []string
	go func() {
		waited <- b.Append(ctx, Batch{Entries: (&chain{"acme", slices.Clone(acme.all)}).fill(1), Rivals: &rivals})
	}()
	select {
	case err := <-waited:
		t.Errorf("out of turn: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	must(t, turn.End())
	if err := <-waited; err != nil || !slices.Equal(rivals, []string{"acme"}) {
		t.Errorf("after the turn: %v, with the rivals %v", err, rivals)
	}

	begin := time.Now()
	if _, err := a.TakeTurns(ctx, []string{"acme"}); err != nil { // and never ends it
		t.Fatal(err)
	}
	turn, err = b.TakeTurns(ctx, []string{"acme"})
	if took := time.Since(begin); err != nil || took > turnWait {
		t.Errorf("a turn that nobody ends: %v after %v", err, took)
	}
	must(t, turn.End())
	must(t, b.EndTurns(ctx, "acme"))
}

// TestLaxDatabase: a database whose commits do not wait for the disk is made to wait for those that are answered, on
// whatever connection they come.
func TestLaxDatabase(t *testing.T) {
	ctx, address, acme := t.Context(), pgtest.URL(t), chain{team: "acme"}
	j := openedPostgres(t, address)
	for _, text := range []string{
		`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`,
		`CREATE TABLE seen (setting TEXT)`,
		`CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$`,
		`CREATE CONSTRAINT TRIGGER see AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION see()`,
	} {
		_, err := j.Writer().ExecContext(ctx, text)
		must(t, err)
	}
	lax := openedPostgres(t, address)
	_, err := lax.Writer().ExecContext(ctx, `SET synchronous_commit TO off`) // as a pooler's connection that another has used
	must(t, err)
	for range 6 {
		must(t, lax.Append(ctx, Batch{Entries: acme.fill(2)}))
		must(t, lax.Append(ctx, Batch{Entries: acme.fill(2), People: []Person{{"acme", "ann", "Ann", ""}}, Whole: true}))
		last := Head{Team: "acme", Seq: int64(len(acme.all)), Hash: acme.head(), Mine: true}
		must(t, lax.Append(ctx, Batch{Heads: []Head{last}, Last: last, Entries: acme.fill(streamsFrom)}))
	}
	var on, other int
	must(t, j.Reader().QueryRowContext(ctx, `SELECT COUNT(*) FILTER (WHERE setting = 'on'), COUNT(*) FILTER (WHERE setting <> 'on') FROM seen`).Scan(&on, &other))
	if on != 6*(4+streamsFrom) || other != 0 {
		t.Errorf("%d entries waited for the disk and %d did not", on, other)
	}
}

// TestStoppedBetweenMigrations: a database that has its first tables and nothing in them is empty, and one that holds something
// is older.
func TestStoppedBetweenMigrations(t *testing.T) {
	ctx, address := t.Context(), pgtest.URL(t)
	j := openedPostgres(t, address)
	_, err := j.Writer().ExecContext(ctx, `DELETE FROM goose_db_version WHERE version_id > 2`)
	must(t, err)
	if _, err := OpenPostgresReadOnly(ctx, address); !errors.Is(err, ErrEmpty) {
		t.Errorf("open for reading gives %v, want %v", err, ErrEmpty)
	}
	must(t, j.Append(ctx, Batch{Entries: (&chain{team: "acme"}).fill(2)}))
	if _, err := OpenPostgresReadOnly(ctx, address); !errors.Is(err, ErrSchemaOlder) {
		t.Errorf("open for reading gives %v, want %v", err, ErrSchemaOlder)
	}
}

// verified holds that each team's chain is whole, and counts their entries.
func verified(t *testing.T, j *Journal, teams []string) (entries int64) {
	t.Helper()
	for _, team := range teams {
		r, err := Verify(t.Context(), j, team, nil)
		if err != nil || r.BrokenAt != 0 {
			t.Errorf("verify: %+v %v", r, err)
		}
		entries += r.Entries
	}
	return entries
}
