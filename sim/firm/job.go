package firm

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/daypass/daypass/license"
)

// services are the cloud services that people use: about so often a month, of so many units at most.
var services = []struct {
	user, service string
	month, units  int
}{
	{"kenji", "cfd-cloud-service-simple-job", 6, 3},
	{"kenji", "cfd-cloud-service-complex-job", 1, 1},
	{"peter", "fusion-generative-design-study", 2, 1},
	{"leila", "moldflow-insight-analysis", 3, 3},
	{"hugo", "cloud-rendering-final-quality", 3, 24},
	{"hugo", "cloud-rendering-standard-quality-up-to-6-megapixels", 5, 1},
	{"daniel", "aps-model-derivative-complex-job", 4, 12},
	{"daniel", "aps-model-derivative-simple-job", 4, 30},
	{"lars", "aps-reality-capture", 1, 12},
}

// fate is how a job ends.
type fate struct {
	after time.Duration
	state license.JobState // empty: nobody ever ends it
	part  int              // per cent of what was asked for
}

func drawFate(dice *rand.Rand) fate {
	after := minutes(dice, 25, 400)
	switch dice.IntN(12) {
	case 0:
		return fate{after, license.JobCancelled, 0}
	case 1:
		return fate{after, license.JobCancelled, 50}
	case 2:
		return fate{after, license.JobCompleted, 50}
	}
	return fate{after, license.JobCompleted, 100}
}

// drawJobs draws the jobs of the year, and one on a Friday evening whose machine is set up anew: its hold runs
// out by itself (R7.4).
func (f *firm) drawJobs() {
	for _, s := range services {
		p := f.person(s.user)
		for _, d := range f.present(p, habit{}, First, End) {
			dice := f.dice("job", s.user, s.service, date(d))
			if dice.IntN(21) < s.month {
				at := d.Add(9*time.Hour + minutes(dice, 0, 420))
				f.job(at, s.user, s.service, 1+dice.IntN(s.units), drawFate(dice))
			}
		}
	}
	f.job(on("2025-08-29").Add(16*time.Hour+50*time.Minute), "kenji", "cfd-cloud-service-complex-job", 2, fate{})
}

// job notes a job's start, and its end if it gets that far.
func (f *firm) job(at time.Time, user, service string, units int, end fate) {
	id := "job-" + at.Format("2006-01-02-1504") + "-" + user + "-" + service
	quantity := license.Quantity(units) * 1000
	f.agenda.note(license.InstantOf(at), func(ctx context.Context) error {
		g, _, err := f.desk.StartJob(ctx, Team, license.StartJob{Caller: by(user), Job: id, User: user, Service: service, Quantity: quantity})
		if err != nil {
			return fmt.Errorf("starting %s: %w", id, err)
		}
		f.played.Commands++
		if g.Outcome == license.Refused {
			f.played.Refusals = append(f.played.Refusals, Refusal{f.desk.Now(), user, service, g.Code})
			return nil
		}
		if end.state != "" {
			used := quantity * license.Quantity(end.part) / 100
			f.ends(license.InstantOf(at.Add(end.after)), license.EndJob{Caller: by(user), Job: id, State: end.state, Used: used})
		}
		return nil
	})
}

func (f *firm) ends(at license.Instant, c license.EndJob) {
	f.agenda.note(at, func(ctx context.Context) error {
		done, err := f.desk.EndJob(ctx, Team, c)
		if err != nil {
			return fmt.Errorf("ending %s: %w", c.Job, err)
		}
		f.played.Jobs += done.Charged
		f.played.Commands++
		return nil
	})
}
