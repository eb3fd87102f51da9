package journal

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// datasync is what a commit asks of the disk.
var datasync = (*os.File).Sync

// rows makes batches of charges of some teams.
type rows struct{ chains []chain }

func newRows(teams int) *rows {
	r := &rows{chains: make([]chain, teams)}
	for i := range r.chains {
		r.chains[i].team = fmt.Sprintf("team-%04d", i)
	}
	return r
}

func (r *rows) batch(n int) []Entry {
	at := rand.IntN(len(r.chains))
	batch := make([]Entry, 0, n)
	for i := range n {
		c := &r.chains[(at+i*len(r.chains)/n)%len(r.chains)]
		batch = append(batch, c.fill(1)...)
	}
	return batch
}

// syncCost is the median of writing 8 kB into a file that is there and syncing it: the least that a commit can cost.
func syncCost(b *testing.B) time.Duration {
	f, err := os.Create(filepath.Join(b.TempDir(), "sync"))
	must(b, err)
	defer f.Close()
	block := make([]byte, 8192)
	var took []time.Duration
	for round := range 2 {
		for i := range 200 {
			start := time.Now()
			_, err := f.WriteAt(block, int64(i)*int64(len(block)))
			must(b, err)
			must(b, datasync(f))
			if round == 1 {
				took = append(took, time.Since(start))
			}
		}
	}
	slices.Sort(took)
	return took[len(took)/2]
}

var sizes = []int{1, 32, 256, 1024}

// benchmark times write of batches; the rows are made outside the time. The medians bear a busy machine better
// than the rate, which has every checkpoint and every stall in it.
func benchmark(b *testing.B, teams int, write func(b *testing.B, j *Journal) func([]Entry) error) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			j, rows := opened(b, b.TempDir()), newRows(teams)
			do := write(b, j)
			for range 10 {
				must(b, do(rows.batch(1024)))
			}
			var took []time.Duration
			var all time.Duration
			for b.Loop() {
				batch := rows.batch(size)
				start := time.Now()
				must(b, do(batch))
				took = append(took, time.Since(start))
				all += took[len(took)-1]
			}
			slices.Sort(took)
			b.ReportMetric(0, "ns/op") // it has the making of the rows in it
			b.ReportMetric(float64(size)*float64(len(took))/all.Seconds(), "rows/s")
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			if size == 1 {
				b.ReportMetric(float64(syncCost(b).Microseconds()), "sync-µs")
			}
		})
	}
}

func benchmarkAppend(b *testing.B, j *Journal) func([]Entry) error {
	return func(batch []Entry) error { return j.Append(b.Context(), Batch{Entries: batch}) }
}

func BenchmarkAppend(b *testing.B)          { benchmark(b, 4, benchmarkAppend) }
func BenchmarkAppend1000Teams(b *testing.B) { benchmark(b, 1000, benchmarkAppend) }

// BenchmarkPlainInsert is the yardstick: the same rows in batches of the same size, with database/sql and a
// prepared statement per row.
func BenchmarkPlainInsert(b *testing.B) {
	benchmark(b, 4, func(b *testing.B, j *Journal) func([]Entry) error {
		return func(batch []Entry) error {
			tx, err := j.Writer().BeginTx(b.Context(), nil)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			insert, err := tx.PrepareContext(b.Context(), `INSERT INTO entry (team, seq, body, hash) VALUES ($1, $2, $3, $4)`)
			if err != nil {
				return err
			}
			for _, e := range batch {
				if _, err := insert.ExecContext(b.Context(), e.Team, e.Seq, string(e.Body), e.Hash[:]); err != nil {
					return err
				}
			}
			return tx.Commit()
		}
	})
}

// BenchmarkRead reads the journal of one team among a thousand, interleaved as they were written, and of one
// that is alone.
func BenchmarkRead(b *testing.B) {
	for _, teams := range []int{1, 1000} {
		b.Run(fmt.Sprintf("teams=%d", teams), func(b *testing.B) {
			j, rows := opened(b, b.TempDir()), newRows(teams)
			for range 100 {
				must(b, j.Append(b.Context(), Batch{Entries: rows.batch(1000)}))
			}
			n := 0
			for b.Loop() {
				team := fmt.Sprintf("team-%04d", rand.IntN(teams))
				must(b, j.Read(b.Context(), team, 0, func(Entry) error { n++; return nil }))
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkTeams(b *testing.B) {
	for _, teams := range []int{10, 10_000} {
		b.Run(fmt.Sprintf("teams=%d", teams), func(b *testing.B) {
			j, rows := opened(b, b.TempDir()), newRows(teams)
			for range 50 {
				must(b, j.Append(b.Context(), Batch{Entries: rows.batch(10_000)}))
			}
			for b.Loop() {
				got, err := j.Teams(b.Context())
				must(b, err)
				if len(got) != teams {
					b.Fatalf("got %d teams, want %d", len(got), teams)
				}
			}
		})
	}
}

func BenchmarkPack(b *testing.B) {
	for _, passes := range []int{3, 100, 20_000} {
		var body []byte
		for i := range passes {
			body = fmt.Appendf(body, `{"user":"user-%04d","product":"p%d","from":%d,"tokens":%d},`, rand.IntN(500), rand.IntN(40), 1767600000000+i*7919, rand.IntN(40000))
		}
		b.Run(fmt.Sprintf("bytes=%d", len(body)), func(b *testing.B) {
			for b.Loop() {
				packed, err := pack(body)
				must(b, err)
				b.ReportMetric(float64(len(body))/float64(len(packed)), "times-smaller")
			}
			b.SetBytes(int64(len(body)))
		})
	}
}
