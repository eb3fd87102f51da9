package license

import (
	"fmt"
	"slices"
)

// JobState is where a job of a metered service is (R7).
type JobState string

// The states of jobs.
const (
	JobHeld      JobState = "held"
	JobCompleted JobState = "completed"
	JobCancelled JobState = "cancelled"
	JobLapsed    JobState = "expired" // the hold ran out
)

// Job is one use of a metered service: its tokens are held, then charged or returned.
type Job struct {
	ID        string   `json:"id"`
	User      string   `json:"user"`
	Service   string   `json:"service"`
	Quantity  Quantity `json:"quantity"`
	Rate      Tokens   `json:"rate"` // per unit, recorded when it began
	Code      Code     `json:"code"`
	Source    Source   `json:"source"`
	Draws     []Draw   `json:"draws,omitempty"` // what is held, in draw order
	At        Instant  `json:"at"`
	ExpiresAt Instant  `json:"expires_at"`
	Groups    []string `json:"groups,omitempty"` // of the user when it began, whose limits it counts for (R8.7)
	State     JobState `json:"state"`
	EndedAt   Instant  `json:"ended_at,omitempty"`
	Used      Quantity `json:"used,omitempty"` // what it produced
	Charge    *Charge  `json:"charge,omitempty"`
	Returned  Tokens   `json:"returned,omitempty"`
}

// Job returns a job that is remembered, or nil. It must not be changed, nor kept: of one that ended long ago it is a copy.
func (t *Team) Job(id string) *Job { return t.jobs.get(id) }

// job returns a job that is remembered at an instant (R14.3), or nil.
func (t *Team) job(id string, at Instant) *Job {
	j := t.jobs.get(id)
	if j == nil || at >= j.end()+Retention {
		return nil
	}
	return j
}

// end is when the job ended, or will at the latest.
func (j *Job) end() Instant {
	if j.State == JobHeld {
		return j.ExpiresAt
	}
	return j.EndedAt
}

// Held is what the job held when it began.
func (j *Job) Held() Tokens { return sum(j.Draws) }

// JobStarted holds the tokens of a job (R7.2).
type JobStarted struct {
	Job       string   `json:"job"`
	User      string   `json:"user"`
	Service   string   `json:"service"`
	Quantity  Quantity `json:"quantity"`
	Rate      Tokens   `json:"rate"`
	Code      Code     `json:"code"`
	Source    Source   `json:"source"`
	Draws     []Draw   `json:"draws,omitempty"`
	ExpiresAt Instant  `json:"expires_at"`
	Access    string   `json:"access,omitempty"` // the approval that let tokens pay (R8.6)
}

// Kind implements Body.
func (*JobStarted) Kind() string { return "job_started" }

func (b *JobStarted) apply(t *Team, e *Entry) error {
	if t.job(b.Job, e.At) != nil {
		return fmt.Errorf("the job %q began before", b.Job)
	}
	if b.Source == SourceTokens && sum(b.Draws) != Cost(b.Rate, b.Quantity) {
		return fmt.Errorf("draws of %d for a hold of %d (R7.2)", sum(b.Draws), Cost(b.Rate, b.Quantity))
	}
	if err := t.purse().shift(b.Draws, left, held); err != nil {
		return err
	}
	j := &Job{ID: b.Job, User: b.User, Service: b.Service, Quantity: b.Quantity, Rate: b.Rate, Code: b.Code,
		Source: b.Source, Draws: b.Draws, At: e.At, ExpiresAt: b.ExpiresAt, State: JobHeld}
	t.jobs.keep(j)
	t.holding[b.Job] = j
	t.expect(j.ExpiresAt)
	if b.Source == SourceTokens {
		j.Groups = t.groupsOf(b.User)
		t.spend(t.use(b.User, b.Service), b.User, b.Service, j.Groups, j.Held(), e.At)
	}
	return nil
}

// JobEnded charges what a job produced and returns the rest to its packs (R7.3).
type JobEnded struct {
	Job      string   `json:"job"`
	State    JobState `json:"state"` // completed or cancelled
	Used     Quantity `json:"used"`
	Charged  []Draw   `json:"charged,omitempty"`
	Returned []Draw   `json:"returned,omitempty"`
}

// Kind implements Body.
func (*JobEnded) Kind() string { return "job_ended" }

func (b *JobEnded) apply(t *Team, e *Entry) error {
	j := t.holding[b.Job]
	if j == nil || sum(b.Charged)+sum(b.Returned) != j.Held() {
		return fmt.Errorf("the job %q holds nothing, or not what ends it", b.Job)
	}
	if err := t.purse().shift(b.Charged, held, drawn); err != nil {
		return err
	}
	if err := t.purse().giveBack(b.Returned, held, e.At); err != nil {
		return err
	}
	j.State, j.EndedAt, j.Used, j.Returned = b.State, e.At, b.Used, sum(b.Returned)
	if len(b.Charged) > 0 {
		j.Charge = chargeOf(t.Position, sum(b.Charged), b.Charged)
	}
	delete(t.holding, b.Job)
	t.jobs.await(j) // a hold lasts up to a year
	t.unspend(j.User, j.Service, j.Groups, j.Returned, j.At)
	return nil
}

// JobExpired returns the tokens of a hold that has run out (R7.4), dated at that instant.
type JobExpired struct {
	Job      string  `json:"job"`
	Due      Instant `json:"due"`
	Returned []Draw  `json:"returned,omitempty"`
}

// Kind implements Body.
func (*JobExpired) Kind() string { return "job_expired" }

func (b *JobExpired) dueAt() Instant { return b.Due }

func (b *JobExpired) settle(w purse) error { return w.giveBack(b.Returned, held, b.Due) }

func (b *JobExpired) apply(t *Team, e *Entry) error {
	j := t.holding[b.Job]
	if j == nil || b.Due != j.ExpiresAt || b.Due != e.At || !slices.Equal(b.Returned, j.Draws) {
		return fmt.Errorf("the hold of job %q does not run out so (R7.4)", b.Job)
	}
	if err := b.settle(t.purse()); err != nil {
		return err
	}
	j.State, j.EndedAt, j.Returned = JobLapsed, e.At, j.Held()
	delete(t.holding, b.Job)
	t.unspend(j.User, j.Service, j.Groups, j.Returned, j.At)
	return nil
}

// StartJob holds the tokens for a quantity of a metered service (R7.2); a dry run is the quote (R7.1).
type StartJob struct {
	Caller
	Job      string
	User     string
	Service  string
	Quantity Quantity
	DryRun   bool
}

// JobGrant is the answer to StartJob.
type JobGrant struct {
	Outcome   Outcome
	Code      Code
	Source    Source
	Held      Tokens
	ExpiresAt Instant
	// Required is what the quantity costs, Available what the team had before, Remaining what it has
	// after (R7.1).
	Required, Available, Remaining Tokens
	Limit                          *Limit
	Limits                         []LimitState // see Grant
	Replayed                       bool
}

var errQuantity = fail(ErrInvalid, "a quantity is 0 to 1000000000 units")

// StartJob decides.
func (t *Team) StartJob(now Instant, cat *Catalog, c StartJob) (JobGrant, Effect, error) {
	if c.Quantity < 0 || c.Quantity > MaxQuantity {
		return JobGrant{}, Effect{}, errQuantity
	}
	if err := c.Reach.serves(c.Service); err != nil {
		return JobGrant{}, Effect{}, err
	}
	o := t.at(now)
	has := available(o.packs, now)
	if j := t.job(c.Job, now); j != nil && !c.DryRun {
		if !c.Reach.has(j.User, j.Service) {
			return JobGrant{}, Effect{}, fail(ErrConflict, "the job id %q was used for another job", j.ID)
		}
		if j.User != c.User || j.Service != c.Service || j.Quantity != c.Quantity {
			return JobGrant{}, Effect{}, fail(ErrConflict, "the job id %q was used for another job: %s by %s", j.ID, j.Service, j.User)
		}
		return JobGrant{Outcome: Granted, Code: j.Code, Source: j.Source, Held: j.Held(), ExpiresAt: j.ExpiresAt,
			Required: j.Held(), Available: has, Remaining: has, Limits: t.limitsOf(j.Source, j.User, j.Service, now, o),
			Replayed: true}, Effect{}, nil
	}
	if p := cat.Product(c.Service); p != nil && p.Kind == Daily {
		return JobGrant{}, Effect{}, fail(ErrKindMismatch, "%s is paid by the day: open it instead of starting a job", c.Service)
	}
	v, rate := t.decideJob(now, cat, c, o)
	g := JobGrant{Outcome: Granted, Code: v.way.code, Source: v.way.source, Held: sum(v.draws),
		ExpiresAt: now, Required: max(v.needed, sum(v.draws)), Available: has, Remaining: has - sum(v.draws), Limits: v.limits}
	if v.refusal != "" {
		g = JobGrant{Outcome: Refused, Code: v.refusal, Required: Cost(rate, c.Quantity), Available: has, Remaining: has, Limit: v.limit, Limits: v.limits}
		return g, Effect{}, nil
	}
	g.ExpiresAt += cat.Product(c.Service).hold()
	if c.DryRun {
		return g, Effect{}, nil
	}
	effect, err := t.record(now, c.Caller, nil, o.due, &JobStarted{Job: c.Job, User: c.User, Service: c.Service,
		Quantity: c.Quantity, Rate: rate, Code: v.way.code, Source: v.way.source, Draws: v.draws, ExpiresAt: g.ExpiresAt, Access: v.access})
	effect.Notices = t.warnings(v.limits, c.User, c.Service, now)
	return g, effect, err
}

// decideJob answers R4 for a metered or free service.
func (t *Team) decideJob(now Instant, cat *Catalog, c StartJob, o outlook) (verdict, Tokens) {
	p := cat.Product(c.Service)
	u, code := t.admit(p, question{user: c.User, product: c.Service})
	if code != "" {
		return refuse(code), 0
	}
	if p.Kind == Free {
		return verdict{way: way{code: CodeFree, source: SourceFree}}, 0
	}
	if p.CoveredBySeat && (t.seatUntil(now, cat, p, u) > now || t.floatingOf(now, cat, p, u) != "") {
		return verdict{way: way{code: CodeSeat, source: SourceSeat}}, 0
	}
	rate, code := t.mayPay(now, p, u)
	if code != "" {
		return refuse(code), rate
	}
	v := t.pay(now, u, p.Code, Cost(rate, c.Quantity), o)
	v.access = t.approvedFor(now, u, p.Code)
	v.way = way{code: CodeTokensHeld, source: SourceTokens}
	return v, rate
}

// EndJob completes or cancels a job that produced Used of its quantity (R7.3).
type EndJob struct {
	Caller
	Job   string
	State JobState // JobCompleted or JobCancelled
	Used  Quantity
}

// EndJob returns what was charged and what went back to the packs. The same end again gives the first
// answer.
func (t *Team) EndJob(now Instant, c EndJob) (charged, returned Tokens, _ Effect, _ error) {
	if c.Used < 0 || c.Used > MaxQuantity {
		return 0, 0, Effect{}, errQuantity
	}
	j := t.job(c.Job, now)
	if j == nil || !c.Reach.has(j.User, j.Service) {
		return 0, 0, Effect{}, fail(ErrJobUnknown, "there is no job %q", c.Job)
	}
	if j.State == c.State && j.Used == c.Used {
		return j.charged(), j.Returned, Effect{}, nil
	}
	lapsed := j.State == JobLapsed || (j.State == JobHeld && now >= j.ExpiresAt)
	switch {
	case lapsed && c.State == JobCancelled:
		return 0, j.Held(), Effect{}, nil
	case lapsed:
		return 0, 0, Effect{}, fail(ErrHoldExpired, "the hold of job %q ran out at %s: its tokens went back", j.ID,
			j.ExpiresAt.Time().Format("2006-01-02 15:04:05.000 MST"))
	case j.State != JobHeld:
		return 0, 0, Effect{}, fail(ErrJobEnded, "the job %q was %s before", j.ID, j.State)
	}
	o := t.at(now)
	body := &JobEnded{Job: j.ID, State: c.State, Used: c.Used}
	body.Charged, body.Returned = part(j.Draws, min(Cost(j.Rate, c.Used), j.Held()))
	effect, err := t.record(now, c.Caller, nil, o.due, body)
	return sum(body.Charged), sum(body.Returned), effect, err
}

func (j *Job) charged() Tokens {
	if j.Charge == nil {
		return 0
	}
	return j.Charge.Tokens
}

// part splits draws after an amount: the first ones up to it, and the rest.
func part(draws []Draw, amount Tokens) (first, rest []Draw) {
	for _, d := range draws {
		take := min(d.Tokens, amount)
		amount -= take
		if take > 0 {
			first = append(first, Draw{d.Pack, take})
		}
		if take < d.Tokens {
			rest = append(rest, Draw{d.Pack, d.Tokens - take})
		}
	}
	return first, rest
}
