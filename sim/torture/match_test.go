package torture

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/daypass/daypass/api"
)

// finding is something that must not be.
type finding struct{ Check, What string }

// placed is an operation with its point in a ledger: where its own entry is, or after which entry it looked.
type placed struct {
	*op
	entry *entry // nil: it looked
	at    int64
}

// matched is a history whose operations have their points.
type matched struct {
	*history
	placed    []*placed
	forgotten int // joins that died with their server, as they may
	findings  []finding

	index   map[string][]*entry // by who asked for what
	claimed map[*entry]bool
}

func (m *matched) find(check, format string, args ...any) {
	m.findings = append(m.findings, finding{check, m.Team + ": " + fmt.Sprintf(format, args...)})
}

// match gives each operation that was answered its point, finds for each one that was not whether it happened, and
// holds that nothing is in the ledger that nobody asked for, or twice.
func match(h *history) *matched {
	m := &matched{history: h, index: map[string][]*entry{}, claimed: map[*entry]bool{}}
	m.read()
	ops := slices.Clone(h.Ops)
	slices.SortStableFunc(ops, func(a, b *op) int { return cmp.Compare(a.Call, b.Call) })
	for _, o := range ops {
		if o.Known {
			m.place(o)
		}
	}
	for _, o := range ops {
		if !o.Known {
			m.adopt(o)
		}
	}
	for _, o := range h.Moved {
		m.received(o)
	}
	m.nobodys()
	return m
}

// read indexes the ledger's entries by what they answer.
func (m *matched) read() {
	for i := range m.Ledger {
		e := &m.Ledger[i]
		if e.Position != int64(i)+1 {
			m.find("ledger", "entry %d follows entry %d", e.Position, i)
		}
		if e.Position <= m.Setup {
			continue
		}
		for _, key := range e.keys() {
			m.index[key] = append(m.index[key], e)
		}
	}
	for key, entries := range m.index {
		if once(key) && len(entries) > 1 {
			m.find("once", "%q is in the ledger %d times, at %d and %d", key, len(entries), entries[0].Position, entries[1].Position)
		}
	}
}

// once says that what a key names can be in a ledger only once.
func once(key string) bool {
	var v string
	_, _ = fmt.Sscan(key, &v) // it begins with a word
	return !slices.Contains([]string{"renew", "assign", "unassign", "join"}, v)
}

// keys are what an entry answers.
func (e *entry) keys() (keys []string) {
	switch e.Kind {
	case "pass_opened":
		return []string{map[bool]string{false: "open ", true: "renew "}[e.Renewal] + e.Session}
	case "sessions_joined":
		for _, j := range e.Joins {
			keys = append(keys, "join "+j.Session)
		}
	case "session_closed":
		return []string{"close " + e.Session}
	case "job_started":
		return []string{"start " + e.Job}
	case "job_ended":
		return []string{"end " + e.Job}
	case "pack_added":
		return []string{"buy " + e.Pack}
	case "tokens_withdrawn":
		return []string{"move " + e.ID}
	case "assigned", "unassigned":
		return []string{e.Kind[:len(e.Kind)-2] + " " + e.User + " " + e.What}
	}
	return keys
}

// key is what the entry of a request answers.
func (a ask) key() string {
	switch a.Verb {
	case completes, cancels:
		return "end " + a.ID
	case assigns, unassigns:
		return string(a.Verb) + " " + a.User + " " + a.What
	}
	return string(a.Verb) + " " + a.ID
}

// place finds the point of an operation that was answered.
func (m *matched) place(o *op) {
	switch {
	case o.Answer.Problem != "":
		m.problem(o)
		return
	case o.Answer.Outcome == api.OutcomeRefused:
		if e := m.free(o.Ask.key(), 0, o.Answer.Position); e != nil && o.Ask.Verb != renews {
			m.find("refused", "it was refused and is in the ledger at %d: %v", e.Position, o)
		}
	case o.Ask.Verb == balances:
	case !o.Ask.repeatable():
		if e := m.free(o.Ask.key(), m.told(o), o.Answer.Position); e != nil {
			m.claim(o, e)
			return
		}
	default:
		if m.first(o) {
			return
		}
	}
	m.placed = append(m.placed, &placed{o, nil, o.Answer.Position})
}

// told is the last position that the customer knew when it asked.
func (m *matched) told(o *op) (position int64) {
	for _, p := range m.Ops {
		if p.Customer == o.Customer && p.Return < o.Call {
			position = max(position, p.Answer.Position)
		}
	}
	return position
}

// first places the operation that made what it names. Whoever asks for it again only looks.
func (m *matched) first(o *op) bool {
	key := o.Ask.key()
	if e := m.free(key, 0, end); e != nil {
		m.claim(o, e)
		if e.Position > o.Answer.Position {
			m.find("order", "it was answered at a position before its own entry %d: %v", e.Position, o)
		}
		return true
	}
	if len(m.index[key]) > 0 {
		return false
	}
	if o.Ask.Verb != opens {
		m.find("lost", "it was acknowledged and is not in the ledger: %v", o)
		return true
	}
	joins := m.index["join "+o.Ask.ID]
	switch {
	case o.Answer.Charge != nil:
		m.find("lost", "the charge was acknowledged and is not in the ledger: %v", o)
	case len(joins) == 0 && (m.Shared || !m.died(o.Call, o.Return+3e9)):
		m.find("lost", "the session joined, and it is not in the ledger: %v", o)
	case len(joins) == 0:
		m.forgotten++
	}
	return false
}

// died says that a server was killed meanwhile, such as soon after it had answered: what a single one has noted in its
// memory alone may be gone. Such a session costs nothing, and asking for it again gives the same answer. The answer can
// be read after the death, so it is the question that has to be before it.
func (m *matched) died(from, until moment) bool {
	return slices.ContainsFunc(m.Deaths, func(d moment) bool { return from <= d && d < until })
}

// end is after every position.
const end = math.MaxInt64

// noted is the opening of a session that joined a live pass: a single server has it in its memory for a moment, and not
// in the ledger yet.
func (m *matched) noted(session string) *op {
	if m.Shared || len(m.index["open "+session]) > 0 {
		return nil
	}
	for _, o := range m.Ops {
		if o.Ask.Verb == opens && o.Ask.ID == session && o.Known && o.Answer.Outcome == api.OutcomeGranted {
			return o
		}
	}
	return nil
}

// free is an entry under a key that nobody has claimed, after one position and up to another.
func (m *matched) free(key string, after, upTo int64) *entry {
	for _, e := range m.index[key] {
		if !m.claimed[e] && after < e.Position && e.Position <= upTo {
			return e
		}
	}
	return nil
}

func (m *matched) claim(o *op, e *entry) {
	m.claimed[e] = true
	m.placed = append(m.placed, &placed{o, e, e.Position})
}

// adopt gives an operation without an answer an entry that is left, if there is one.
func (m *matched) adopt(o *op) {
	if e := m.free(o.Ask.key(), 0, end); e != nil {
		m.claim(o, e)
	}
}

// received places a movement into this team, whose entries are written together with those of the other.
func (m *matched) received(o *op) {
	e := m.free("buy "+o.Ask.ID+"-1", 0, end)
	switch {
	case e != nil:
		m.claim(o, e)
	case o.Known && o.Answer.Problem == "":
		m.find("lost", "the movement was acknowledged and is not in the ledger: %v", o)
	}
}

// problem looks at an answer that is a problem. A session that was forgotten is unknown.
func (m *matched) problem(o *op) {
	switch {
	case o.Answer.Problem == api.CodeNotFound:
		if first := m.noted(o.Ask.ID); first == nil || !m.died(first.Call, first.Return+3e9) {
			m.find("lost", "the session is unknown: %v", o)
		}
	case o.Answer.Problem == api.CodeSeatsShort && o.Ask.Verb == assigns:
	case o.Answer.Problem == api.CodeWithdrawTooMuch && o.Ask.Verb == moves:
	default:
		m.find("problem", "nobody would expect this: %v", o)
	}
}

// nobodys holds that somebody asked for each entry.
func (m *matched) nobodys() {
	asked := map[string]bool{}
	for _, o := range m.Ops {
		asked[o.Ask.ID] = true
	}
	for i := range m.Ledger {
		e := &m.Ledger[i]
		if e.Position <= m.Setup || m.claimed[e] || e.From != "" {
			continue
		}
		for _, j := range e.Joins {
			if !asked[j.Session] {
				m.find("nobody", "entry %d: nobody asked for session %s", e.Position, j.Session)
			}
		}
		if e.Kind != "sessions_joined" {
			m.find("nobody", "nobody asked for entry %d: %+v", e.Position, *e)
		}
	}
}

// order holds that a ledger's positions agree with real time: what was called after something else had returned comes
// after it.
func (m *matched) order() {
	byCall, byReturn := slices.Clone(m.placed), slices.Clone(m.placed)
	slices.SortStableFunc(byCall, func(a, b *placed) int { return cmp.Compare(a.Call, b.Call) })
	slices.SortStableFunc(byReturn, func(a, b *placed) int { return cmp.Compare(a.Return, b.Return) })
	var latest *placed
	next := 0
	for _, p := range byCall {
		for next < len(byReturn) && byReturn[next].Return < p.Call {
			if latest == nil || byReturn[next].at > latest.at {
				latest = byReturn[next]
			}
			next++
		}
		if latest != nil && (p.at < latest.at || p.at == latest.at && p.entry != nil) {
			m.find("order", "at %d: %v\nwas called after this had returned, at %d: %v", p.at, p.op, latest.at, latest.op)
		}
	}
}
