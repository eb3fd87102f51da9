package desk

import (
	"context"
	"errors"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// watch makes d the desk that is measured.
func (m *Metrics) watch(d *Desk) {
	if m != nil {
		m.desk.Store(d)
	}
}

// answered counts an answer to an opening, a renewal or a job. Its error was counted where it was made.
func (m *Metrics) answered(code license.Code, err error) {
	if m == nil || err != nil {
		return
	}
	if c := m.answers[code]; c != nil {
		c.Inc()
	}
}

// erred counts an error.
func (m *Metrics) erred(err error) {
	if m != nil && err != nil {
		m.decisions.WithLabelValues("error", errorCode(err)).Inc()
	}
}

// errorCode is one of few words: those of the rules, or canceled, or failed.
func errorCode(err error) string {
	var answer *license.Error
	var failure *Failure
	switch {
	case errors.As(err, &answer):
		return answer.Code
	case !errors.As(err, &failure) && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)):
		return "canceled"
	}
	return "failed"
}

// sample is one in how many commands has its wait measured: a look at the clock for each would cost more than all
// else that is measured of it.
const sample = 16

// queued is the instant at which a command of the sample began to wait; 0 for all others.
func (m *Metrics) queued() time.Duration {
	if m == nil || m.commands.Add(1)%sample != 1 {
		return 0
	}
	return time.Since(m.began)
}

// filled notes how many commands are committed together.
func (m *Metrics) filled(commands int) {
	if m != nil && commands > 0 {
		m.batch.Observe(float64(commands))
	}
}

// taken notes commands that are about to be decided.
func (m *Metrics) taken(batch []*command) {
	if m == nil || len(batch) == 0 {
		return
	}
	var now time.Duration
	for _, cmd := range batch {
		if cmd.queued == 0 {
			continue
		}
		if now == 0 {
			now = time.Since(m.began)
		}
		m.waited.Observe((now - cmd.queued).Seconds())
	}
}

// commit is r.commit, measured.
func (d *Desk) commit(r *round) (lost map[string]bool, err error) {
	m := d.opts.Metrics
	if m == nil || r.empty() {
		return r.commit(d.journal)
	}
	begin := time.Now()
	lost, err = r.commit(d.journal)
	m.committed(len(r.batch.Entries) == 0, time.Since(begin), err)
	return lost, err
}

// committed notes what became of a batch, or of the question whether what it was answered from is still so.
func (m *Metrics) committed(asked bool, took time.Duration, err error) {
	lost := errors.Is(err, journal.ErrConflict)
	if lost {
		m.races.Inc()
	}
	if asked {
		m.check.Observe(took.Seconds())
		return
	}
	m.commit.Observe(took.Seconds())
	switch {
	case err == nil:
		m.kept.Inc()
	case lost:
		m.conflicts.Inc()
	case errors.Is(err, journal.ErrStorageFull):
		m.full.Inc()
	default:
		m.failed.Inc()
	}
}

// loading measures the loading of teams until done is called: each took its part of the time.
func (m *Metrics) loading(teams int) (done func()) {
	if m == nil {
		return func() {}
	}
	begin := time.Now()
	return func() {
		each := time.Since(begin).Seconds() / float64(teams)
		for range teams {
			m.load.Observe(each)
		}
	}
}

// snapshot notes what became of one.
func (m *Metrics) snapshot(took time.Duration, err error) {
	switch {
	case m == nil:
	case err != nil:
		m.noSnapshots.Inc()
	default:
		m.snapshots.Inc()
		m.keeping.Observe(took.Seconds())
	}
}

// passedOn counts what another server has decided for this one.
func (m *Metrics) passedOn() {
	if m != nil {
		m.passed.Inc()
	}
}
