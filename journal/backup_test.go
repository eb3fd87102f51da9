package journal

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// backedUp makes a backup of a journal.
func backedUp(t testing.TB, from *Journal, file string) error {
	t.Helper()
	part, err := Open(t.Context(), BackupFolder(file), Options{})
	must(t, err)
	copied(t, from, part)
	must(t, part.Close())
	return FinishBackup(t.Context(), file)
}

// A backup is one private file, from which either engine gets everything back.
func TestBackup(t *testing.T) {
	testCopies(t, func(t *testing.T, from, to func(testing.TB) *Journal) {
		source := stocked(t, from(t))
		dir := t.TempDir()
		file := filepath.Join(dir, "with 100% odd?name#1.backup")
		must(t, backedUp(t, source.j, file))
		there, err := os.ReadDir(dir)
		must(t, err)
		info, err := there[0].Info()
		must(t, err)
		if len(there) != 1 || info.Mode() != 0o600 {
			t.Errorf("the folder of the backup has %v, want one file that is its owner's alone", there)
		}
		must(t, os.Chmod(file, 0o400))
		backup, err := OpenBackup(t.Context(), file)
		must(t, err)
		defer backup.Close()
		target := to(t)
		copied(t, backup, target)
		sameHoldings(t, source, target)
		there, err = os.ReadDir(dir)
		must(t, err)
		if len(there) != 1 {
			t.Errorf("reading the backup has left %v", there)
		}
	})
}

func TestBackupReplacesNothing(t *testing.T) {
	j, file := opened(t, t.TempDir()), filepath.Join(t.TempDir(), "backup")
	must(t, os.WriteFile(file, []byte("dear to somebody"), 0o600))
	if err := backedUp(t, j, file); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a backup onto a file gives %v, want %v", err, fs.ErrExist)
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != "dear to somebody" {
		t.Errorf("the file holds %q now (%v)", content, err)
	}
}

// What is no backup is refused, whatever it is instead.
func TestNoBackup(t *testing.T) {
	dir := t.TempDir()
	j, err := Open(t.Context(), dir, Options{})
	must(t, err)
	stocked(t, j)
	used := filepath.Join(dir, databaseFile)
	refuse := func(name, file string, want error) {
		t.Helper()
		j, err := OpenBackup(t.Context(), file)
		if !errors.Is(err, want) {
			t.Errorf("%s gives %v, want %v", name, err, want)
		}
		if err == nil {
			j.Close()
		}
	}
	refuse("the database of a server", used, ErrNotWhole)
	must(t, j.Close())
	refuse("the database of a server that is stopped", used, ErrNotWhole)
	must(t, withoutLog(t.Context(), used))
	refuse("a database that no backup was made in", used, ErrNotWhole)
	refuse("a folder", dir, ErrNotWhole)
	refuse("nothing", filepath.Join(dir, "nothing"), fs.ErrNotExist)
	for _, content := range []string{"", "no database at all", "SQLite format 3\x00"} {
		file := filepath.Join(dir, "text")
		must(t, os.WriteFile(file, []byte(content), 0o600))
		refuse("a file of other bytes", file, ErrNotWhole)
	}

	part := filepath.Join(t.TempDir(), "backup")
	j, err = Open(t.Context(), BackupFolder(part), Options{})
	must(t, err)
	c, err := NewCopy(t.Context(), opened(t, t.TempDir()), j)
	must(t, err)
	must(t, c.begin(t.Context()))
	must(t, c.Close())
	must(t, j.Close())
	if err := FinishBackup(t.Context(), part); !errors.Is(err, ErrUnfinished) {
		t.Errorf("a part is finished with %v, want %v", err, ErrUnfinished)
	}
}

// A backup that is cut short or changed anywhere is refused by opening or by Verify, unless the change is where nothing
// is kept.
func TestDamagedBackup(t *testing.T) {
	source := stocked(t, opened(t, t.TempDir()))
	file := filepath.Join(t.TempDir(), "backup")
	must(t, backedUp(t, source.j, file))
	whole, err := os.ReadFile(file)
	must(t, err)
	want, err := source.j.Holdings(t.Context())
	must(t, err)
	try := func(name string, content []byte, at int) (refused bool) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "damaged")
		must(t, os.WriteFile(file, content, 0o600))
		j, err := OpenBackup(t.Context(), file)
		if errors.Is(err, ErrNotWhole) || errors.Is(err, ErrSchemaNewer) || errors.Is(err, ErrSchemaOlder) {
			return true
		}
		if err != nil {
			t.Fatalf("%s at %d: %v, want %v", name, at, err, ErrNotWhole)
		}
		defer j.Close()
		for _, c := range source.teams {
			r, err := Verify(t.Context(), j, c.team, nil)
			must(t, err)
			if r.BrokenAt > 0 {
				return true
			}
		}
		got, err := j.Holdings(t.Context())
		must(t, err)
		if !cmp.Equal(want, got) {
			t.Fatalf("%s at %d: it is taken for whole", name, at)
		}
		return false
	}
	for range 40 {
		if at := rand.IntN(len(whole)); !try("cut off", whole[:at], at) {
			t.Fatalf("a backup cut off at %d of %d bytes is taken for whole", at, len(whole))
		}
	}
	refused := 0
	for range 100 {
		changed, at := bytes.Clone(whole), rand.IntN(len(whole))
		changed[at] ^= 1 << rand.IntN(8)
		refused += btoi(try("changed", changed, at))
	}
	t.Logf("of 100 changes %d were found, the rest are where nothing is kept", refused)
	if refused < 50 {
		t.Errorf("of 100 changes only %d were found", refused)
	}
}

// A backup that was killed is gone on with.
func TestBackupGoesOn(t *testing.T) {
	source := stocked(t, opened(t, t.TempDir()))
	file := filepath.Join(t.TempDir(), "backup")
	part, err := Open(t.Context(), BackupFolder(file), Options{})
	must(t, err)
	c, err := NewCopy(t.Context(), source.j, part)
	must(t, err)
	must(t, c.begin(t.Context()))
	must(t, c.entries(t.Context(), func(Copied) {}))
	must(t, c.Close())
	must(t, part.Close())
	source.goOn(t)
	must(t, backedUp(t, source.j, file))
	backup, err := OpenBackup(t.Context(), file)
	must(t, err)
	defer backup.Close()
	sameHoldings(t, source, backup)
}

// later is the schema of a release to come, which has one more column and one more table.
func later(t *testing.T) {
	t.Helper()
	files := fstest.MapFS{"schema/sqlite/9999_later.sql": {Data: []byte(`-- +goose Up
		ALTER TABLE person ADD COLUMN phone TEXT NOT NULL DEFAULT 'none';
		CREATE TABLE note (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT;`)}}
	have, err := fs.Glob(embedded, "schema/sqlite/*.sql")
	must(t, err)
	for _, name := range have {
		text, err := fs.ReadFile(embedded, name)
		must(t, err)
		files[name] = &fstest.MapFile{Data: text}
	}
	now, then := tables, slices.Clone(tables)
	then[2].rest = append(slices.Clone(then[2].rest), "phone")
	then = append(then, table{name: "note", key: []string{"id"}, rest: []string{"body"}, page: pageSize})
	schemas, tables = files, then
	t.Cleanup(func() { schemas, tables = embedded, now })
}

// A backup is restored by later releases, too, which know whether it is whole, and leave it as it is.
func TestBackupOfAnEarlierRelease(t *testing.T) {
	source := stocked(t, opened(t, t.TempDir()))
	file, damaged := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "damaged")
	must(t, backedUp(t, source.j, file))
	whole, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(damaged, bytes.Replace(whole, []byte("ada@acme"), []byte("eve@acme"), 1), 0o600))
	t.Setenv("TMPDIR", t.TempDir())
	later(t)

	if _, err := OpenBackup(t.Context(), damaged); !errors.Is(err, ErrNotWhole) {
		t.Errorf("a damaged one gives %v, want %v", err, ErrNotWhole)
	}
	backup, err := OpenBackup(t.Context(), file)
	must(t, err)
	target := opened(t, t.TempDir())
	copied(t, backup, target)
	must(t, backup.Close())
	for _, c := range source.teams {
		same(t, c.all, read(t, target, c.team, 0))
	}
	var people int
	must(t, target.Reader().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM person WHERE phone = 'none'`).Scan(&people))
	if people != pageSize+1 {
		t.Errorf("%d people came along, want %d", people, pageSize+1)
	}
	if now, err := os.ReadFile(file); err != nil || !bytes.Equal(whole, now) {
		t.Errorf("the backup itself has changed (%v)", err)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("it has left %v (%v)", left, err)
	}
}

func TestSeal(t *testing.T) {
	got, err := sealedTables(seal(tables, nil))
	must(t, err)
	for i := range got {
		got[i].page = tables[i].page // which is nobody's but ours
	}
	if diff := cmp.Diff(tables, got, cmp.AllowUnexported(table{})); diff != "" {
		t.Errorf("what is sealed is read as something else (-want +got):\n%s", diff)
	}
	for _, bad := range []string{"x a(b)", "x a(b|c", "x a(b|c);", "x a;b(c|d)", `x "a"(b|c)`} {
		if got, err := sealedTables(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}
