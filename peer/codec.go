package peer

import (
	"encoding/binary"
	"errors"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// What goes between servers is written field by field: numbers as varints, strings and lists behind their length. Writing
// and reading is much of what a passed call costs beside its decision, so package gob, which finds the fields by itself, is
// not used. Nothing in it says what comes next, so both sides have to know the same form: its number is in protocol, and a
// server of another release is not passed anything.

// protocol is what one server asks another for. Its number goes up with every change of the form.
const protocol = "daypass-servers-3"

// writer appends to a message.
type writer []byte

func (w *writer) uint(n uint64) { *w = binary.AppendUvarint(*w, n) }
func (w *writer) int(n int64)   { *w = binary.AppendVarint(*w, n) }
func (w *writer) bool(b bool) {
	var n uint64
	if b {
		n = 1
	}
	w.uint(n)
}

func (w *writer) string(s string) {
	w.uint(uint64(len(s)))
	*w = append(*w, s...)
}

// reader takes a message apart. After the first thing that is wrong everything is zero.
type reader struct {
	b   []byte
	err error
}

var errForm = errors.New("it says something that is not understood")

func (r *reader) fail() { r.b, r.err = nil, errForm }

func (r *reader) uint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) int() int64 {
	n, size := binary.Varint(r.b)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) bool() bool { return r.uint() == 1 }

func (r *reader) string() string {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

// list reads how many follow, of which each takes a byte at least.
func (r *reader) list() int {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return 0
	}
	return int(n)
}

// The kinds of messages. A call's kind says what is asked.
const (
	kindTick = iota
	kindOpen
	kindOpenAll
	kindRenew
	kindClose
)

func (w *writer) call(c *desk.Call) {
	switch {
	case c.Open != nil:
		w.uint(kindOpen)
		w.string(c.Team)
		w.open(c.Open)
	case c.Renew != nil:
		w.uint(kindRenew)
		w.string(c.Team)
		w.caller(&c.Renew.Caller)
		w.string(c.Renew.Session)
		w.bool(c.Renew.InUse)
	case c.Close != nil:
		w.uint(kindClose)
		w.string(c.Team)
		w.caller(&c.Close.Caller)
		w.string(c.Close.Session)
	default:
		w.uint(kindOpenAll)
		w.string(c.Team)
		w.uint(uint64(len(c.OpenAll)))
		for i := range c.OpenAll {
			w.open(&c.OpenAll[i])
		}
	}
}

func (w *writer) open(c *license.Open) {
	w.caller(&c.Caller)
	w.string(c.Session)
	w.string(c.User)
	w.string(c.Product)
	w.string(c.Version)
	w.string(c.Device)
	w.bool(c.DryRun)
}

func (w *writer) caller(c *license.Caller) {
	w.string(c.By)
	w.string(c.Key)
	w.string(c.Print)
	w.string(c.Reach.User)
	w.bool(c.Reach.Products != nil)
	w.uint(uint64(len(c.Reach.Products)))
	for _, p := range c.Reach.Products {
		w.string(p)
	}
}

func (r *reader) call() (c desk.Call) {
	kind := r.uint()
	c.Team = r.string()
	switch kind {
	case kindOpen:
		c.Open = new(license.Open)
		r.open(c.Open)
	case kindRenew:
		c.Renew = new(license.Renew)
		r.caller(&c.Renew.Caller)
		c.Renew.Session = r.string()
		c.Renew.InUse = r.bool()
	case kindClose:
		c.Close = new(license.Close)
		r.caller(&c.Close.Caller)
		c.Close.Session = r.string()
	case kindOpenAll:
		c.OpenAll = make([]license.Open, r.list())
		for i := range c.OpenAll {
			r.open(&c.OpenAll[i])
		}
	default:
		r.fail()
	}
	return c
}

func (r *reader) open(c *license.Open) {
	r.caller(&c.Caller)
	c.Session = r.string()
	c.User = r.string()
	c.Product = r.string()
	c.Version = r.string()
	c.Device = r.string()
	c.DryRun = r.bool()
}

func (r *reader) caller(c *license.Caller) {
	c.By = r.string()
	c.Key = r.string()
	c.Print = r.string()
	c.Reach.User = r.string()
	some := r.bool()
	n := r.list()
	if some {
		c.Reach.Products = make([]string, n)
	}
	for i := range c.Reach.Products {
		c.Reach.Products[i] = r.string()
	}
}

func (w *writer) reply(a *desk.Reply) {
	w.bool(a.Undone)
	w.bool(a.Alone)
	w.string(a.Failed)
	w.error(a.Error)
	w.answer(&a.Answer)
	w.uint(uint64(len(a.Answers)))
	for i := range a.Answers {
		w.answer(&a.Answers[i])
	}
	w.uint(uint64(len(a.Errors)))
	for i, e := range a.Errors {
		w.uint(uint64(i))
		w.error(&e)
	}
	w.int(int64(a.Closed.Reversed))
	w.bool(a.Closed.Replayed)
	w.int(a.Closed.Position)
}

func (r *reader) reply() (a desk.Reply) {
	a.Undone = r.bool()
	a.Alone = r.bool()
	a.Failed = r.string()
	a.Error = r.error()
	r.answer(&a.Answer)
	if n := r.list(); n > 0 {
		a.Answers = make([]desk.Answer, n)
	}
	for i := range a.Answers {
		r.answer(&a.Answers[i])
	}
	if n := r.list(); n > 0 {
		a.Errors = make(map[int]license.Error, n)
		for range n {
			i := int(r.uint())
			if e := r.error(); e != nil {
				a.Errors[i] = *e
			}
		}
	}
	a.Closed.Reversed = license.Tokens(r.int())
	a.Closed.Replayed = r.bool()
	a.Closed.Position = r.int()
	return a
}

func (w *writer) error(e *license.Error) {
	w.bool(e != nil)
	if e != nil {
		w.string(e.Code)
		w.string(e.Message)
	}
}

func (r *reader) error() *license.Error {
	if !r.bool() {
		return nil
	}
	return &license.Error{Code: r.string(), Message: r.string()}
}

func (w *writer) answer(a *desk.Answer) {
	w.string(a.Team)
	w.string(a.User)
	w.string(a.Product)
	w.string(a.Version)
	w.string(a.Device)
	w.int(int64(a.Available))
	w.int(a.Position)
	w.grant(&a.Grant)
}

func (r *reader) answer(a *desk.Answer) {
	a.Team = r.string()
	a.User = r.string()
	a.Product = r.string()
	a.Version = r.string()
	a.Device = r.string()
	a.Available = license.Tokens(r.int())
	a.Position = r.int()
	r.grant(&a.Grant)
}

func (w *writer) grant(g *license.Grant) {
	w.string(g.Session)
	w.string(string(g.Outcome))
	w.string(string(g.Code))
	w.string(string(g.Source))
	w.string(g.Pass.ID)
	w.int(int64(g.Pass.From))
	w.int(int64(g.Pass.Until))
	w.int(int64(g.LeaseUntil))
	w.int(int64(g.At))
	w.int(int64(g.Needed))
	w.int(int64(g.Available))
	w.bool(g.Replayed)
	w.bool(g.Charge != nil)
	if c := g.Charge; c != nil {
		w.int(int64(c.ID))
		w.int(int64(c.Tokens))
		w.uint(uint64(len(c.Draws)))
		for _, d := range c.Draws {
			w.string(d.Pack)
			w.int(int64(d.Tokens))
		}
	}
	w.bool(g.Limit != nil)
	if g.Limit != nil {
		w.limit(g.Limit)
	}
	w.uint(uint64(len(g.Limits)))
	for i := range g.Limits {
		l := &g.Limits[i]
		w.limit(&l.Limit)
		w.int(int64(l.Used))
		w.int(int64(l.Left))
		w.int(int64(l.Ends))
	}
}

func (r *reader) grant(g *license.Grant) {
	g.Session = r.string()
	g.Outcome = license.Outcome(r.string())
	g.Code = license.Code(r.string())
	g.Source = license.Source(r.string())
	g.Pass.ID = r.string()
	g.Pass.From = license.Instant(r.int())
	g.Pass.Until = license.Instant(r.int())
	g.LeaseUntil = license.Instant(r.int())
	g.At = license.Instant(r.int())
	g.Needed = license.Tokens(r.int())
	g.Available = license.Tokens(r.int())
	g.Replayed = r.bool()
	if r.bool() {
		g.Charge = &license.Charge{ID: license.ChargeID(r.int()), Tokens: license.Tokens(r.int())}
		g.Charge.Draws = make([]license.Draw, r.list())
		for i := range g.Charge.Draws {
			g.Charge.Draws[i] = license.Draw{Pack: r.string(), Tokens: license.Tokens(r.int())}
		}
	}
	if r.bool() {
		g.Limit = new(license.Limit)
		r.limit(g.Limit)
	}
	if n := r.list(); n > 0 {
		g.Limits = make([]license.LimitState, n)
	}
	for i := range g.Limits {
		l := &g.Limits[i]
		r.limit(&l.Limit)
		l.Used = license.Tokens(r.int())
		l.Left = license.Tokens(r.int())
		l.Ends = license.Instant(r.int())
	}
}

func (w *writer) limit(l *license.Limit) {
	w.string(string(l.Scope))
	w.string(l.Group)
	w.string(l.User)
	w.string(l.Product)
	w.string(string(l.Period))
	w.int(int64(l.Tokens))
	w.string(string(l.Action))
}

func (r *reader) limit(l *license.Limit) {
	l.Scope = license.Scope(r.string())
	l.Group = r.string()
	l.User = r.string()
	l.Product = r.string()
	l.Period = license.Period(r.string())
	l.Tokens = license.Tokens(r.int())
	l.Action = license.Action(r.string())
}
