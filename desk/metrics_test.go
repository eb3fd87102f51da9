package desk

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// readings are the values of a registry that are not zero: of a histogram, how often it was observed.
func readings(t *testing.T, r prometheus.Gatherer) map[string]int {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, f := range families {
		for _, m := range f.Metric {
			name := strings.TrimPrefix(f.GetName(), "daypass_")
			for _, l := range m.Label {
				name += " " + l.GetValue()
			}
			if n := reading(f.GetType(), m); n != 0 {
				got[name] = n
			}
		}
	}
	return got
}

func reading(kind dto.MetricType, m *dto.Metric) int {
	switch kind {
	case dto.MetricType_HISTOGRAM:
		return int(m.Histogram.GetSampleCount())
	case dto.MetricType_COUNTER:
		return int(m.Counter.GetValue())
	}
	return int(m.Gauge.GetValue())
}

// since is what has been added, of the metrics whose name begins so.
func since(before, after map[string]int, prefixes ...string) map[string]int {
	added := map[string]int{}
	for name, n := range after {
		for _, p := range prefixes {
			if strings.HasPrefix(name, p) && n != before[name] {
				added[name] = n - before[name]
			}
		}
	}
	return added
}

func TestMetricsCountAnswers(t *testing.T) {
	ctx, r, clock := context.Background(), prometheus.NewRegistry(), NewVirtualClock(start)
	d := opened(t, newMemory(), clock, Options{Metrics: NewMetrics(r)})
	before := readings(t, r)
	open := func(session, user, product string) (Answer, error) {
		return d.Open(ctx, "acme", license.Open{Session: session, User: user, Product: product})
	}
	open("s1", "ben", "autocad")                                                               // charged
	open("s1", "ben", "autocad")                                                               // the same again: the first answer
	open("s2", "ben", "autocad")                                                               // inside the live pass
	open("s3", "ada", "autocad")                                                               // has no Flex
	open("s4", "ben", "word")                                                                  // unknown
	d.Open(ctx, "acme", license.Open{Session: "s1", User: "ben", Product: "revit"})            // the id with another content
	d.Open(ctx, "nobody", license.Open{Session: "s1", User: "ben", Product: "revit"})          // no such team
	d.Renew(ctx, "acme", license.Renew{Session: "s1", InUse: true})                            // inside the live pass
	d.Renew(ctx, "acme", license.Renew{Session: "s9", InUse: true})                            // no such session
	d.OpenAll(ctx, "acme", []license.Open{{Session: "s5", User: "ben", Product: "revit"}, {}}) // charged, and unknown
	d.Move(ctx, "acme", "acme", license.Withdraw{})                                            // to itself
	gone, cancel := context.WithCancel(ctx)
	cancel()
	d.SetLimits(gone, "acme", license.Caller{}, nil) // whoever asked is gone
	d.SetLimits(ctx, "acme", license.Caller{}, nil)  // no opening, no error
	want := map[string]int{
		"decisions_total tokens_charged granted": 3, "decisions_total pass_live granted": 2,
		"decisions_total flex_not_assigned refused": 1, "decisions_total product_unknown refused": 2,
		"decisions_total idempotency_conflict error": 1, "decisions_total not_found error": 1, "decisions_total session_unknown error": 1,
		"decisions_total body_invalid error": 1, "decisions_total canceled error": 1,
	}
	if diff := cmp.Diff(want, since(before, readings(t, r), "decisions")); diff != "" {
		t.Error(diff)
	}
}

func TestMetricsCountCommits(t *testing.T) {
	ctx, r, clock, j := context.Background(), prometheus.NewRegistry(), NewVirtualClock(start), newMemory()
	d := opened(t, j, clock, Options{Metrics: NewMetrics(r)})
	before := readings(t, r)
	opens := 0
	open := func() {
		opens++
		d.Open(ctx, "acme", license.Open{Session: fmt.Sprint(opens), User: "ben", Product: "autocad"})
		clock.Advance(24 * time.Hour)
	}
	once := func(err error) func(journal.Batch) error {
		return func(journal.Batch) error {
			j.fail = nil
			return err
		}
	}
	open()
	for _, err := range []error{journal.ErrConflict, fmt.Errorf("adding: %w", journal.ErrStorageFull), errors.New("the line was cut")} {
		j.fail = once(err)
		open()
	}
	j.fail = func(journal.Batch) error { return errors.New("for good") }
	open()
	want := map[string]int{
		"commits_total kept": 3, "commits_total conflict": 1, "commits_total storage_full": 1, "commits_total failed": 1 + attempts,
		"races_lost_total": 1, "commit_duration_seconds": 3 + 1 + 1 + 1 + attempts, "batch_commands": 5,
		"team_load_duration_seconds": 3 + attempts - 1, "decisions_total storage_full error": 1, "decisions_total failed error": 1,
		"decisions_total tokens_charged granted": 3,
	}
	got := since(before, readings(t, r), "commit", "races", "batch", "decisions", "team_load")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// One command in sixteen has its wait measured, and one that waits long is seen to.
func TestMetricsSampleTheQueue(t *testing.T) {
	ctx, r, j := context.Background(), prometheus.NewRegistry(), newMemory()
	m := NewMetrics(r)
	d := opened(t, j, NewVirtualClock(start), Options{Metrics: m, Committers: 1, Batch: sample})
	before := readings(t, r)
	seen := func(name string) int { return since(before, readings(t, r), name)[name] }
	j.mu.Lock() // commits wait
	var all sync.WaitGroup
	send := func() {
		all.Go(func() {
			_, err := d.SetLimits(ctx, "acme", license.Caller{}, []license.Limit{{Scope: license.ScopeTeam, Period: license.PerDay, Tokens: 1, Action: license.ActionRefuse}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	for send(); seen("batch_commands") == 0; { // until it is taken: what comes now has to wait
	}
	for range 5 * sample {
		send()
	}
	for seen("queue_commands") == 0 {
	}
	j.mu.Unlock()
	all.Wait()
	got := since(before, readings(t, r), "queue_age")
	if n := got["queue_age_seconds"]; n < 5 || n > 6 {
		t.Errorf("%d commands had their wait measured, want 5 or 6", n)
	}
}

func TestMetricsWatchTheDesk(t *testing.T) {
	r, j := prometheus.NewRegistry(), newMemory()
	d := opened(t, j, NewVirtualClock(start), Options{Metrics: NewMetrics(r), Inline: true})
	got := readings(t, r)
	if got["teams_in_memory"] != 1 || got["teams_in_memory_bytes"] != int(d.memory.Load()) || got["snapshot_lag_entries"] == 0 {
		t.Errorf("%v", got)
	}
	d.keeper.ask("acme")
	if n := readings(t, r)["snapshot_queue_teams"]; n != 1 {
		t.Errorf("%d teams wait for a snapshot", n)
	}
	if err := d.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := readings(t, r)["snapshot_queue_teams"]; n != 0 {
		t.Errorf("%d teams wait for a snapshot after there was one", n)
	}
}

// Every code that an answer can have is counted from zero on, under its outcome.
func TestMetricsKnowEveryCode(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../license/access.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	m, found := NewMetrics(prometheus.NewRegistry()), 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Code") {
			return true
		}
		found++
		if code := license.Code(strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`)); m.answers[code] == nil {
			t.Errorf("the code %s is not counted", code)
		}
		return true
	})
	if found < 20 || found != len(m.answers) {
		t.Errorf("%d codes in the rules, %d are counted", found, len(m.answers))
	}
}

// A span is of what waits, for another server too, and of nothing that is answered at once.
func TestSpans(t *testing.T) {
	type key struct{}
	ctx := context.WithValue(context.Background(), key{}, "this request")
	var begun, done []any
	opts := Options{Inline: true, Span: func(ctx context.Context) func() {
		begun = append(begun, ctx.Value(key{}))
		return func() { done = append(done, ctx.Value(key{})) }
	}}
	clock := NewVirtualClock(start)
	d := opened(t, newMemory(), clock, opts)
	begun, done = nil, nil
	d.Open(ctx, "acme", license.Open{Session: "s1", User: "ben", Product: "autocad"})
	clock.Advance(time.Hour)
	d.Open(ctx, "acme", license.Open{Session: "s2", User: "ben", Product: "autocad"})
	d.opts.Others = &other{desk: opened(t, newMemory(), clock, Options{})}
	d.crossed.note("acme", 0)
	d.Open(ctx, "acme", license.Open{Session: "s3", User: "ben", Product: "revit"})
	if want := []any{"this request", "this request"}; !cmp.Equal(begun, want) || !cmp.Equal(done, want) {
		t.Errorf("began %v, done %v, want %v", begun, done, want)
	}
}

// What is asked of a journal that others write to, and what is lost to them, is seen.
func TestMetricsOfSharedJournals(t *testing.T) {
	ctx, j, r := context.Background(), newShared(), prometheus.NewRegistry()
	a, _ := pair(t, j)
	b, err := New(ctx, j, Options{Clock: a.opts.Clock, Metrics: NewMetrics(r)})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	open := func(d *Desk, session, product string) {
		t.Helper()
		if _, err := d.Open(ctx, "acme", license.Open{Session: session, User: "ben", Product: product}); err != nil {
			t.Error(err)
		}
	}
	open(b, "s1", "autocad") // loads the team
	before := readings(t, r)
	open(a, "s2", "revit")
	open(b, "s3", "word") // refused, on what is no longer so; then refused again
	want := map[string]int{"races_lost_total": 1, "check_duration_seconds": 2, "decisions_total product_unknown refused": 1}
	if diff := cmp.Diff(want, since(before, readings(t, r), "races", "check", "commits", "decisions")); diff != "" {
		t.Error(diff)
	}
}
