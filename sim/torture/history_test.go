package torture

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/daypass/daypass/api"
)

// moment is on the one monotonic clock of a run, in nanoseconds since it began.
type moment int64

// unreturned is the return of an operation whose outcome nobody knows.
const unreturned moment = math.MaxInt64

// verb is what a customer asks for.
type verb string

const (
	opens     verb = "open"
	renews    verb = "renew"
	closes    verb = "close"
	starts    verb = "start"
	completes verb = "complete"
	cancels   verb = "cancel"
	buys      verb = "buy"
	moves     verb = "move"
	assigns   verb = "assign"
	unassigns verb = "unassign"
	balances  verb = "balance"
)

// ask is a request; fields that its verb has no use for are empty.
type ask struct {
	Verb     verb
	ID       string // of the session, job, pack or movement, made by the customer
	Again    bool   // a session that was granted before is opened once more
	User     string
	Product  string // or service
	Device   string
	What     string // is assigned
	Quantity api.Quantity
	Tokens   api.Tokens
	To       string // the team that tokens move to
}

// repeatable says that asking twice does it once.
func (a ask) repeatable() bool {
	switch a.Verb {
	case renews, assigns, unassigns, balances:
		return false
	}
	return true
}

// answer is what came back.
type answer struct {
	Position int64
	Problem  api.Code // set when the answer is one
	Outcome  api.Outcome
	Code     api.Code
	Source   api.Source
	Pass     string
	From     api.Instant
	Until    api.Instant
	Lease    api.Instant // its end
	Charge   *api.Charge
	Needed   *api.Tokens
	Has      *api.Tokens // available to a charge that was refused
	Balance  *api.Tokens // available at Position
	Account  *api.Balance
	Held     api.Tokens
	Charged  api.Tokens
	Returned api.Tokens // by a job, or by closing a short launch
	Signed   string     // the lease
}

// op is one operation: asked once, or again and again until somebody answers.
type op struct {
	Customer int
	Team     string
	Ask      ask
	Answer   answer
	Known    bool // it was answered
	Sent     int  // how often
	Call     moment
	Return   moment
}

func (o *op) String() string {
	if !o.Known {
		return fmt.Sprintf("customer %d, called %v, never answered, sent %d times: %+v", o.Customer, time.Duration(o.Call), o.Sent, o.Ask)
	}
	return fmt.Sprintf("customer %d, called %v, answered %v, sent %d times: %+v: %+v", o.Customer, time.Duration(o.Call), time.Duration(o.Return), o.Sent, o.Ask, o.Answer)
}

// history is what happened to one team: what its customers saw, and its ledger.
type history struct {
	Team   string
	Simple bool  // only what a linearization can be searched for with one shared balance
	Shared bool  // several servers write it: whatever was answered is durable
	Setup  int64 // the position of the ledger before the first operation
	Ops    []*op
	Moved  []*op // of another team, into this one
	Ledger []entry
	Deaths []moment // of servers that were killed
	Rates  []*rated // of the product whose rate changes, in force for all teams
}

// rated is one change of the catalogue, and with it of a product's rate. No two set the same.
type rated struct {
	Rate   api.Tokens
	Call   moment
	Return moment // of the first answer
	Late   bool   // a try had no answer: it may come into force at any later time
}

// recorder notes operations as they begin. Each is filled in by its customer alone.
type recorder struct {
	began time.Time
	mu    sync.Mutex
	ops   []*op
}

func (r *recorder) now() moment { return moment(time.Since(r.began)) }

func (r *recorder) begin(customer int, team string, a ask) *op {
	o := &op{Customer: customer, Team: team, Ask: a, Call: r.now(), Return: unreturned}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ops = append(r.ops, o)
	return o
}

// of are the operations of a team that reached a server. An unanswered read is nobody's.
func (r *recorder) of(team string) (ops []*op) {
	for _, o := range r.ops {
		if o.Team == team && o.Sent > 0 && (o.Known || o.Ask.Verb != balances) {
			ops = append(ops, o)
		}
	}
	return ops
}

// forget drops what was checked.
func (r *recorder) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ops = nil
}
