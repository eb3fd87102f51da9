package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// OpenStopped reads what no server has open, keeps servers out meanwhile, and tells what else can be in a folder.
func TestOpenStopped(t *testing.T) {
	dir := t.TempDir()
	refuse := func(when string, want error) {
		t.Helper()
		j, err := OpenStopped(t.Context(), dir)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", when, err, want)
		}
		if err == nil {
			j.Close()
		}
	}
	refuse("no database", fs.ErrNotExist)
	file := filepath.Join(dir, databaseFile)
	must(t, os.WriteFile(file, nil, 0o600))
	refuse("killed before the first byte", ErrEmpty)

	j, err := Open(t.Context(), dir, Options{})
	must(t, err)
	acme := chain{team: "acme"}
	must(t, j.Append(t.Context(), Batch{Entries: acme.fill(3)}))
	refuse("a server has it open", ErrInUse)
	must(t, j.Close())

	j, err = OpenStopped(t.Context(), dir)
	must(t, err)
	same(t, acme.all, read(t, j, "acme", 0))
	if _, err := Open(t.Context(), dir, Options{}); !errors.Is(err, ErrInUse) {
		t.Errorf("a server starts meanwhile: %v, want %v", err, ErrInUse)
	}
	must(t, j.Close())
	must(t, withoutLog(t.Context(), file))
	refuse("a database without a log", ErrNeverOpened)
	opened(t, dir) // each refusal has given the folder back
}

// A database that was killed before its tables were made has nothing in it, whatever the engine.
func TestEmptyDatabase(t *testing.T) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			j := e.open(t)
			for _, text := range []string{`DELETE FROM goose_db_version WHERE version_id > 0`, `DROP TABLE meta`} {
				_, err := j.Writer().ExecContext(t.Context(), text)
				must(t, err)
			}
			if err := checkVersion(t.Context(), j.Reader(), j.dialect); !errors.Is(err, ErrEmpty) {
				t.Errorf("before the first migration: %v, want %v", err, ErrEmpty)
			}
			_, err := j.Writer().ExecContext(t.Context(), `DROP TABLE goose_db_version`)
			must(t, err)
			if err := checkVersion(t.Context(), j.Reader(), j.dialect); !errors.Is(err, ErrEmpty) {
				t.Errorf("before anything: %v, want %v", err, ErrEmpty)
			}
		})
	}
}
