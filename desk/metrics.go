package desk

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/daypass/daypass/license"
)

// Metrics is what a desk measures of itself. Nothing of it names a team, a user or a product. A nil Metrics measures
// nothing. One belongs to one desk at a time: a desk that is made with it takes the place of the one before.
type Metrics struct {
	decisions *prometheus.CounterVec
	answers   map[license.Code]prometheus.Counter // of decisions: granted and refused, found without a lock

	batch   prometheus.Histogram
	waited  prometheus.Histogram
	commit  prometheus.Histogram
	check   prometheus.Histogram
	load    prometheus.Histogram
	keeping prometheus.Histogram

	kept, conflicts, full, failed prometheus.Counter
	races, passed                 prometheus.Counter
	snapshots, noSnapshots        prometheus.Counter

	commands atomic.Uint64 // queued so far, for the sample
	began    time.Time     // instants of the sample are counted from here
	desk     atomic.Pointer[Desk]
}

// NewMetrics registers what a desk measures.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{began: time.Now(), answers: map[license.Code]prometheus.Counter{}}
	m.decisions = counters("daypass_decisions_total", "Answers to openings, renewals and jobs (outcome granted or refused), and errors of any command or reading (outcome error), by code. Repetitions and dry runs count like others.", "outcome", "code")
	for outcome, codes := range answerCodes {
		for _, code := range codes {
			m.answers[code] = m.decisions.WithLabelValues(string(outcome), string(code))
		}
	}
	commits := counters("daypass_commits_total", "Batches appended to teams' ledgers, by result: kept, conflict (another server was first: decided again), storage_full, failed (decided again, or given up).", "result")
	m.kept, m.conflicts = commits.WithLabelValues("kept"), commits.WithLabelValues("conflict")
	m.full, m.failed = commits.WithLabelValues("storage_full"), commits.WithLabelValues("failed")
	snapshots := counters("daypass_snapshots_total", "Snapshots that the background was to write, by result: kept or failed.", "result")
	m.snapshots, m.noSnapshots = snapshots.WithLabelValues("kept"), snapshots.WithLabelValues("failed")
	m.races = prometheus.NewCounter(prometheus.CounterOpts{Name: "daypass_races_lost_total",
		Help: "Batches that were decided again, because another server had written to one of their teams before."})
	m.passed = prometheus.NewCounter(prometheus.CounterOpts{Name: "daypass_calls_passed_total",
		Help: "Openings, renewals and closings that were passed on to another server of the same database, and decided there."})
	m.batch = histogram("daypass_batch_commands", "Commands that were decided and committed together.", prometheus.ExponentialBuckets(1, 2, 12))
	m.waited = histogram("daypass_queue_age_seconds", "How long a command waited before it was decided. One command in 16 is measured.", quick)
	m.commit = histogram("daypass_commit_duration_seconds", "How long a batch's transaction took, until it was durable or had failed.", quick)
	m.check = histogram("daypass_check_duration_seconds", "How long it took to ask a database with several servers whether what a batch that writes nothing was answered from is still so.", quick)
	m.load = histogram("daypass_team_load_duration_seconds", "How long it took to load a team that was not in memory.", quick)
	m.keeping = histogram("daypass_snapshot_duration_seconds", "How long it took to make and write a snapshot.", slow)
	r.MustRegister(m.decisions, commits, snapshots, m.races, m.passed, m.batch, m.waited, m.commit, m.check, m.load, m.keeping)
	r.MustRegister(m.gauges()...)
	return m
}

// quick and slow are buckets of durations, in seconds.
var (
	quick = []float64{0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}
	slow  = []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60}
)

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
}

// answerCodes are the codes of answers, so that each is counted from zero on.
var answerCodes = map[license.Outcome][]license.Code{
	license.Granted: {license.CodeFree, license.CodeSeat, license.CodeFloatingSeat, license.CodeTrial, license.CodePassLive,
		license.CodeTokensCharged, license.CodeTokensHeld},
	license.Refused: {license.CodeProductUnknown, license.CodeProductRetired, license.CodeVersionUnsupported, license.CodeUserUnknown,
		license.CodeUserInactive, license.CodeTeamSuspended, license.CodeFlexNotAssigned, license.CodeProductNotInFlex,
		license.CodeProductExcluded, license.CodeLimitReached, license.CodeTokensInsufficient, license.CodeDevicesExceeded, license.CodeIdle},
}

// gauges are read when somebody asks, and cost nothing until then.
func (m *Metrics) gauges() (all []prometheus.Collector) {
	gauge := func(name, help string, read func(*Desk) int64) {
		all = append(all, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			if d := m.desk.Load(); d != nil {
				return float64(read(d))
			}
			return 0
		}))
	}
	gauge("daypass_teams_in_memory", "Teams whose state is in memory.", func(d *Desk) int64 { return int64(len(d.inMemory())) })
	gauge("daypass_teams_in_memory_bytes", "What the teams in memory take, by estimate.", func(d *Desk) int64 { return d.memory.Load() })
	gauge("daypass_queue_commands", "Commands that wait to be decided.", func(d *Desk) int64 { w := d.Waiting(); return int64(w.Sooner + w.Later) })
	gauge("daypass_snapshot_lag_entries", "Entries after the last snapshot that was asked for, of the team in memory that has most of them.", (*Desk).unsnapped)
	gauge("daypass_snapshot_queue_teams", "Teams that wait for the background to write their snapshot.", func(d *Desk) int64 { return int64(len(d.keeper.teams)) })
	return all
}

// inMemory lists the books, so that they can be looked at without stopping who needs them.
func (d *Desk) inMemory() (books []*book) {
	for _, c := range d.committers {
		c.mu.RLock()
		for _, b := range c.books {
			books = append(books, b)
		}
		c.mu.RUnlock()
	}
	return books
}

func (d *Desk) unsnapped() (most int64) {
	for _, b := range d.inMemory() {
		b.mu.Lock()
		most = max(most, b.fresh)
		b.mu.Unlock()
	}
	return most
}
