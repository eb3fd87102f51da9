package overload

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/daypass/daypass/sim/page"
)

// storms are what they came to, load by load.
type storms struct {
	levels []level
	normal []time.Duration
}

func (s *storms) add(l level) { s.levels = append(s.levels, l) }

// write writes the table: medians over the rounds.
func (s *storms) write(t *testing.T, file string) {
	var b strings.Builder
	b.WriteString("| offered, × peak | goodput, × peak | goodput/s | openings p50 | openings p99 | refused, of what was sent | p99 of a refusal | kept away | renewals done | renewals p99 |\n")
	b.WriteString("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	var seen []level
	for _, l := range s.levels {
		if !hasRow(seen, l) {
			seen = append(seen, l)
			b.WriteString(s.row(l))
		}
	}
	fmt.Fprintf(&b, "\nAs before %s after the storm of callers that do not stay away.\n", round(median(s.normal)))
	write(t, file, "storm", b.String())
}

func hasRow(rows []level, l level) bool {
	for _, r := range rows {
		if r.times == l.times && r.deaf == l.deaf {
			return true
		}
	}
	return false
}

// row is the line of a load.
func (s *storms) row(of level) string {
	over := func(value func(level) float64) float64 {
		var all []float64
		for _, l := range s.levels {
			if l.times == of.times && l.deaf == of.deaf {
				all = append(all, value(l))
			}
		}
		return median(all)
	}
	goodput := func(l level) float64 { return l.opens.perSecond() + l.kept.perSecond() }
	times := func(which func(level) *tally, is func(done) bool, since func(done) time.Duration, at int) string {
		return round(time.Duration(over(func(l level) float64 { return float64(percentile(which(l).among(is), since, at)) })))
	}
	opens, kept := func(l level) *tally { return l.opens }, func(l level) *tally { return l.kept }
	name := fmt.Sprint(of.times)
	if of.deaf {
		name += ", not staying away"
	}
	return fmt.Sprintf("| %s | %.2f | %.0f | %s | %s | %.1f %% | %s | %.1f %% | %.1f %% | %s |\n", name,
		over(func(l level) float64 { return goodput(l) / l.peak }), over(goodput),
		times(opens, accepted, sinceSent, 50), times(opens, accepted, sinceSent, 99),
		100*over(func(l level) float64 { return share(len(l.opens.among(refused)), l.opens.sent) }),
		times(opens, refused, sinceSent, 99),
		100*over(func(l level) float64 { return share(l.opens.offered-l.opens.sent, l.opens.offered) }),
		100*over(func(l level) float64 { return share(len(l.kept.among(accepted)), l.kept.offered) }),
		times(kept, accepted, sinceDue, 99))
}

// neighbours is what the spells with and without a noisy team came to, by the part of the peak that the others took.
type neighbours struct {
	peak          int
	without, with map[int][]beside
}

func (n *neighbours) add(part int, with bool, b beside) {
	if n.with == nil {
		n.without, n.with = map[int][]beside{}, map[int][]beside{}
	}
	if with {
		n.with[part] = append(n.with[part], b)
	} else {
		n.without[part] = append(n.without[part], b)
	}
}

// write writes the table, of all rounds together: what seldom happens, such as a collection of garbage or a disk that stands
// still for a moment, is in some rounds and not in others, and in them decides the 99th percentile.
func (n *neighbours) write(t *testing.T, file string) {
	var b strings.Builder
	b.WriteString("| the others take | | without | with a noisy team | ratio | done/s of the noisy team's | refused/s |\n|---|---|---:|---:|---:|---:|---:|\n")
	for _, part := range parts {
		if len(n.with[part]) > 0 {
			n.rows(&b, part)
		}
	}
	fmt.Fprintf(&b, "\nThe peak was %d/s. Of the %d/s that the noisy team offered, what was neither done nor refused found all its callers waiting or staying away.\n",
		n.peak, 10*n.peak)
	write(t, file, "neighbour", b.String())
}

func (n *neighbours) rows(b *strings.Builder, part int) {
	var done, refusals []float64
	for _, s := range n.with[part] {
		done = append(done, s.noisy.perSecond())
		refusals = append(refusals, float64(len(s.noisy.among(refused)))/s.noisy.spell.Seconds())
	}
	took := fmt.Sprintf("1/%d of the peak", part)
	noise := fmt.Sprintf("%.0f | %.0f", median(done), median(refusals))
	calm, others := func(s beside) *tally { return s.calm }, func(s beside) *tally { return s.others }
	for _, row := range []struct {
		name string
		of   func(beside) *tally
		at   int
	}{{"the calm team, p50", calm, 50}, {"the calm team, p99", calm, 99}, {"the others, p50", others, 50}, {"the others, p99", others, 99}} {
		without := percentile(pool(n.without[part], row.of), sinceDue, row.at)
		with := percentile(pool(n.with[part], row.of), sinceDue, row.at)
		fmt.Fprintf(b, "| %s | %s | %s | %s | %.2f | %s |\n", took, row.name, round(without), round(with), float64(with)/float64(without), noise)
		took, noise = "", " | "
	}
	without, with := slow(pool(n.without[part], calm)), slow(pool(n.with[part], calm))
	fmt.Fprintf(b, "|  | the calm team, slower than %v | %.2f %% | %.2f %% |  |  |  |\n", slowFrom, without, with)
}

// pool are the answers of all rounds to what was accepted.
func pool(rounds []beside, of func(beside) *tally) (all []done) {
	for _, s := range rounds {
		all = append(all, of(s).among(accepted)...)
	}
	return all
}

// slowFrom is what only a stall takes: times jump there, and a percentile of about as many requests as meet one jumps too.
const slowFrom = 20 * time.Millisecond

// slow is how many of a hundred took as long.
func slow(all []done) (percent float64) {
	n := 0
	for _, d := range all {
		if sinceDue(d) >= slowFrom {
			n++
		}
	}
	return 100 * float64(n) / float64(len(all))
}

func round(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d >= 10*time.Millisecond:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Microsecond).String()
}

// write puts figures into a page, between <!-- name engine --> and <!-- end -->, or into the test's log.
func write(t *testing.T, file, name, figures string) {
	engine := "sqlite"
	if *database {
		engine = "postgres"
	}
	t.Logf("%s, %s:\n%s", name, engine, figures)
	if file == "" || t.Failed() {
		return
	}
	where := fmt.Sprintf("%d cores (server and callers on the same)", runtime.NumCPU())
	if *serverCPUs != "" { // the callers are then kept to some, and see no others
		where = fmt.Sprintf("the server on processor %s, the callers on %d other", *serverCPUs, runtime.NumCPU())
	}
	setup := fmt.Sprintf("%s, %d rounds of %v each", where, *rounds, *spell)
	if err := page.Put(t.Context(), file, name+" "+engine, setup, figures); err != nil {
		t.Fatal(err)
	}
}
