package sim

import (
	"fmt"

	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/model"
)

func (w *World) startJob() {
	now := w.now()
	c := license.StartJob{Job: w.id("job"), User: w.user(), Service: pick(w.rng, []string{"render", "simulate", "viewer", "autocad", "nothing"}),
		Quantity: license.Quantity(1 + w.rng.IntN(40_000)), DryRun: w.rng.IntN(6) == 0}
	if len(w.jobs) > 0 && w.rng.IntN(4) == 0 {
		c = pick(w.rng, w.jobs[max(0, len(w.jobs)-4):])
	}
	var got, want model.JobAnswer
	var expires license.Instant
	w.both(fmt.Sprintf("job %s by %s: %d of %s, dry run %v", c.Job, c.User, c.Quantity, c.Service, c.DryRun), func() error {
		g, _, err := w.desk.StartJob(ctx, team, c)
		got, expires = jobAnswerOf(g, err), g.ExpiresAt
		return err
	}, func(m *model.World) {
		want = m.StartJob(now, c.Job, c.User, c.Service, int64(c.Quantity), c.DryRun)
		want.Draws = nil
		if want.Outcome != "granted" {
			want.ExpiresAt = 0
		}
	}, func() bool { return equal(got, want) }, func() string { return fmt.Sprintf("got %+v, want %+v", got, want) })
	if !c.DryRun {
		w.jobs = append(w.jobs, c)
	}
	w.expect(expires)
}

func (w *World) endJob() {
	if len(w.jobs) == 0 {
		return
	}
	now, j := w.now(), w.jobs[max(0, len(w.jobs)-1-w.rng.IntN(4))]
	used := license.Quantity(w.rng.IntN(int(j.Quantity) + 2000))
	state := pick(w.rng, []license.JobState{license.JobCompleted, license.JobCompleted, license.JobCancelled})
	type result struct {
		Charged, Returned int64
		Code              string
	}
	var got, want result
	w.both(fmt.Sprintf("job %s %s at %d", j.Job, state, used), func() error {
		e, err := w.desk.EndJob(ctx, team, license.EndJob{Job: j.Job, State: state, Used: used})
		got = result{int64(e.Charged), int64(e.Returned), code(err)}
		return err
	}, func(m *model.World) {
		verb := "complete"
		if state == license.JobCancelled {
			verb = "cancel"
		}
		want.Charged, want.Returned, want.Code = m.EndJob(now, j.Job, verb, int64(used))
	}, func() bool { return got == want }, func() string { return fmt.Sprintf("got %+v, want %+v", got, want) })
}
