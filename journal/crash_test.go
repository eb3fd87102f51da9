package journal

import (
	"bufio"
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Sizes of SQLite's write-ahead log with the smallest page, so that there are few bytes to cut at.
const (
	smallPage = 512
	frameSize = 24 + smallPage
)

// openedSmall is a journal with the smallest page.
func openedSmall(t *testing.T, dir string) *Journal {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, databaseFile)+"?_pragma=page_size(512)")
	must(t, err)
	_, err = db.ExecContext(t.Context(), `PRAGMA user_version = 1`)
	must(t, err)
	must(t, db.Close())
	return opened(t, dir)
}

// image is what a crash leaves on the disk.
type image struct{ db, wal []byte }

func imageOf(t *testing.T, dir string) image {
	t.Helper()
	db, err := os.ReadFile(filepath.Join(dir, databaseFile))
	must(t, err)
	wal, err := os.ReadFile(filepath.Join(dir, databaseFile+"-wal"))
	must(t, err)
	return image{db, wal}
}

// write puts the image into a folder; the log's index is not kept, as after a power cut.
func (i image) write(t *testing.T, dir string) {
	t.Helper()
	file := filepath.Join(dir, databaseFile)
	_ = os.Remove(file + "-shm")
	must(t, os.WriteFile(file, i.db, 0o600))
	must(t, os.WriteFile(file+"-wal", i.wal, 0o600))
}

// commits is what was appended, batch by batch, and how long the log was when each had returned.
type commits struct {
	batches [][]Entry
	ends    []int
}

// upTo is what must be there when the first bytes of the log are whole: exactly the batches that end in them.
func (c commits) upTo(bytes int) map[string][]Entry {
	want := map[string][]Entry{}
	for i, batch := range c.batches {
		if c.ends[i] > bytes {
			break
		}
		for _, e := range batch {
			want[e.Team] = append(want[e.Team], e)
		}
	}
	return want
}

// Whatever the crash leaves of the log, exactly the batches are there whose bytes all are.
func TestCrashImages(t *testing.T) {
	dir := t.TempDir()
	j := openedSmall(t, dir)
	teams := []*chain{{team: "acme"}, {team: "zeta"}, {team: "mid"}}
	var done commits
	images := 0
	for i := range 8 {
		var batch []Entry
		for k, c := range teams[:1+i%3] {
			batch = append(batch, c.next(fmt.Sprintf(`{"n":%d,"k":%d}`, i, k))...)
		}
		must(t, j.Append(t.Context(), Batch{Entries: batch}))
		img := imageOf(t, dir)
		done.batches, done.ends = append(done.batches, batch), append(done.ends, len(img.wal))
		images += cutEverywhere(t, img, done, i == 7)
	}
	t.Logf("%d images", images)
}

// cutEverywhere tries the log cut, and each of its bytes flipped, in the last two frames: at every byte, or at a
// sample of them. A cut log may also have the older bytes of a longer one after it.
func cutEverywhere(t *testing.T, img image, done commits, every bool) (images int) {
	dir := t.TempDir()
	step := func() int { return 1 + rand.IntN(80) }
	if every && !testing.Short() {
		step = func() int { return 1 }
	}
	from := len(img.wal) - 2*frameSize
	for at := from; at <= len(img.wal); at += step() {
		cut := image{img.db, img.wal[:at]}
		cut.check(t, dir, done.upTo(at), fmt.Sprintf("cut at %d of %d", at, len(img.wal)))
		if at%50 == 0 {
			cut.checkWhole(t)
		}
		images++
	}
	for at := from; at < len(img.wal); at += 5 * step() {
		flipped := bytes.Clone(img.wal)
		flipped[at] ^= 1 << rand.IntN(8)
		image{img.db, flipped}.check(t, dir, done.upTo(at), fmt.Sprintf("flipped at %d of %d", at, len(img.wal)))
		images++
	}
	image{img.db, append(bytes.Clone(img.wal), bytes.Repeat([]byte{0xa5}, frameSize)...)}.
		check(t, dir, done.upTo(len(img.wal)), "garbage at the end")
	image{img.db, img.wal}.checkWhole(t)
	return images + 2
}

// check opens the image as it is and compares every entry.
func (i image) check(t *testing.T, dir string, want map[string][]Entry, what string) {
	t.Helper()
	i.write(t, dir)
	db, err := openPool(filepath.Join(dir, databaseFile), sqliteReadOnly, 1)
	must(t, err)
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `SELECT team, seq, body, hash FROM entry ORDER BY team, seq`)
	must(t, err)
	defer rows.Close()
	got := map[string][]Entry{}
	for rows.Next() {
		var e Entry
		var hash []byte
		must(t, rows.Scan(&e.Team, &e.Seq, &e.Body, &hash))
		e.Hash = Hash(hash)
		got[e.Team] = append(got[e.Team], e)
	}
	must(t, rows.Err())
	if !sameEntries(want, got) {
		t.Fatalf("%s (-want +got):\n%s", what, cmp.Diff(want, got))
	}
}

func sameEntries(a, b map[string][]Entry) bool {
	return fmt.Sprint(a) == fmt.Sprint(b)
}

// checkWhole opens the image as the next server does, checks it and appends.
func (i image) checkWhole(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	i.write(t, dir)
	j := opened(t, dir)
	wholeFile(t, j)
	teams, err := j.Teams(t.Context())
	must(t, err)
	for _, team := range teams {
		r, err := Verify(t.Context(), j, team, nil)
		if err != nil || r.BrokenAt != 0 {
			t.Fatalf("verify: %+v %v", r, err)
		}
		next := Entry{Team: team, Seq: r.Entries + 1, Body: []byte("next"), Hash: Chain(r.Head, []byte("next"))}
		must(t, j.Append(t.Context(), Batch{Entries: []Entry{next}}))
	}
}

// A byte of an entry's text that changes in the file itself is found, with its position.
func TestFlippedBytes(t *testing.T) {
	dir, acme := t.TempDir(), chain{team: "acme"}
	j, err := Open(t.Context(), dir, Options{})
	must(t, err)
	for i := range 50 {
		must(t, j.Append(t.Context(), Batch{Entries: acme.next(fmt.Sprintf(`{"entry":"number %04d"}`, i+1))}))
	}
	must(t, j.Close())
	whole, err := os.ReadFile(filepath.Join(dir, databaseFile))
	must(t, err)
	for seq := int64(1); seq <= 50; seq += 7 {
		text := acme.all[seq-1].Body
		flipped := bytes.Clone(whole)
		flipped[bytes.Index(whole, text)+rand.IntN(len(text))] ^= 1 << rand.IntN(8)
		must(t, os.WriteFile(filepath.Join(dir, databaseFile), flipped, 0o600))
		j, err := OpenReadOnly(t.Context(), dir)
		must(t, err)
		if r, err := Verify(t.Context(), j, "acme", nil); err != nil || r.BrokenAt != seq || r.Entries != seq-1 {
			t.Errorf("verify: %+v %v, want the first break at %d", r, err, seq)
		}
		must(t, j.Close())
	}
}

// A server that is killed has kept all that it said, and nothing by halves.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("JOURNAL_TEST_APPEND"); dir != "" {
		appendForEver(t, dir)
	}
	dir := t.TempDir()
	said := map[string]int64{}
	kills := 6
	if testing.Short() {
		kills = 2
	}
	for range kills {
		runUntilKilled(t, dir, said)
		j, err := Open(t.Context(), dir, Options{})
		must(t, err)
		wholeFile(t, j)
		for team, least := range said {
			r, err := Verify(t.Context(), j, team, nil)
			if err != nil || r.BrokenAt != 0 || r.Entries < least || r.Entries%appendedAtOnce != 0 {
				t.Fatalf("verify: %+v %v, want whole batches and at least %d", r, err, least)
			}
		}
		must(t, j.Close())
	}
	t.Logf("kept after %d kills: %v", kills, said)
}

const appendedAtOnce = 5

// appendForEver appends to two teams and says what it has, until it is killed.
func appendForEver(t *testing.T, dir string) {
	j, err := Open(t.Context(), dir, Options{})
	must(t, err)
	chains := []*chain{{team: "acme"}, {team: "zeta"}}
	for _, c := range chains {
		c.all = read(t, j, c.team, 0)
	}
	fmt.Println("ready")
	for {
		var batch []Entry
		for _, c := range chains {
			batch = append(batch, c.fill(appendedAtOnce)...)
		}
		must(t, j.Append(t.Context(), Batch{Entries: batch}))
		for _, c := range chains {
			fmt.Println(c.team, len(c.all))
		}
	}
}

// runUntilKilled runs appendForEver in a process of its own and notes what it has said.
func runUntilKilled(t *testing.T, dir string, said map[string]int64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "JOURNAL_TEST_APPEND="+dir)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "ready" {
			time.AfterFunc(time.Duration(20+rand.IntN(150))*time.Millisecond, func() { _ = cmd.Process.Kill() })
			continue
		}
		var team string
		var n int64
		if _, err := fmt.Sscan(lines.Text(), &team, &n); err == nil { // the last line may be cut
			said[team] = max(said[team], n)
		}
	}
	_ = cmd.Wait() // it was killed
}
