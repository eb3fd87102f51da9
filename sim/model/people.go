package model

import (
	"fmt"
	"slices"
	"time"
)

// request is one for access (R8.6).
type request struct {
	id           string
	of           pair
	state        string // open, approved, declined, lapsed
	days, passes int64  // of an approval; 0: for good, any number
	until        int64  // 0: without end
	decided      int64
}

// SetZone says in which time zone the team's days are (R10.1).
func (w *World) SetZone(zone *time.Location) { w.zone = zone }

// groups are those that a user is in.
func (w *World) groups(id string) (groups []string) {
	for _, m := range where(w.members, func(m pair) bool { return m.user == id }) {
		groups = append(groups, m.product)
	}
	return groups
}

// Ask asks for access to a product and answers with an error's code, or nothing.
func (w *World) Ask(now int64, id, user, product string) string {
	p := find(w.catalog.Products, func(p Product) bool { return p.Code == product })
	old := find(w.requests, func(r *request) bool { return r.id == id && !w.forgotten(now, r) })
	s := &asker{of: pair{user, product}, job: p.Kind == "metered"}
	open := func(r *request) bool { return r.state == "open" && r.of == s.of }
	switch {
	case old != nil && old.of == s.of:
		return ""
	case old != nil:
		return "idempotency_conflict"
	case !w.users[user]:
		return "user_unknown"
	case p.Code == "" || p.Retired:
		return "what_unknown"
	case slices.ContainsFunc(w.requests, open):
		return "request_open"
	case w.reason(now, s, p) != "" || w.barred(now, s, p) == "":
		return "already_allowed"
	}
	w.requests = append(w.requests, &request{id: id, of: s.of, state: "open"})
	return ""
}

// reason is what lets the user in for nothing but a live pass, or empty.
func (w *World) reason(now int64, s *asker, p Product) string {
	for _, why := range w.reasons(now, s, p, &use{why: "none"}) {
		if why != "" {
			return why
		}
	}
	return ""
}

// Decide approves or declines.
func (w *World) Decide(now int64, id string, approve bool, days, passes int64) string {
	r := find(w.requests, func(r *request) bool { return r.id == id && !w.forgotten(now, r) })
	if r == nil {
		return "request_unknown"
	}
	p := find(w.catalog.Products, func(p Product) bool { return p.Code == r.of.product })
	_, sold := p.rate(now)
	s := &asker{of: r.of, job: p.Kind == "metered"}
	same := r.state == "approved" && approve && r.passes == passes && r.days == days
	switch {
	case same, r.state == "declined" && !approve:
		return ""
	case r.state != "open" && (approve || !w.grants(now, r)):
		return "request_decided"
	case approve && (p.Code == "" || p.Retired):
		return "what_unknown"
	case approve && s.job && passes > 0:
		return "body_invalid"
	case approve && (!p.Flex || !sold) && w.reason(now, s, p) == "":
		return "seat_needed"
	}
	if !approve {
		r.end(now, "declined")
		return ""
	}
	w.exhaust(now, func(o *request) bool { return o.of == r.of })
	r.state, r.decided, r.days, r.passes, r.until = "approved", now, days, passes, when(days > 0, now+days*day)
	return ""
}

func (r *request) end(now int64, state string) {
	r.state, r.decided, r.days, r.passes, r.until = state, now, 0, 0, 0
}

// exhaust ends approvals for good: a pass that comes back to one does not open it again.
func (w *World) exhaust(now int64, which func(*request) bool) {
	for _, r := range where(w.requests, func(r *request) bool { return which(r) && r.state == "approved" && !w.forgotten(now, r) }) {
		if r.until == 0 || r.until > now {
			r.until = now
		}
	}
}

// grants tells whether an approval still lets tokens open its product.
func (w *World) grants(now int64, r *request) bool {
	used := int64(len(where(w.uses, func(u *use) bool { return u.by == r && !u.reversed })))
	return r.state == "approved" && (r.until == 0 || now < r.until) && (r.passes == 0 || used < r.passes)
}

func (w *World) forgotten(now int64, r *request) bool {
	return r.state != "open" && !w.grants(now, r) && now >= max(r.decided, r.until)+45*day
}

// granting is the approval without which tokens could not open the product, or nil.
func (w *World) granting(now int64, of pair) *request {
	if w.listed(of) {
		return nil
	}
	return find(w.requests, func(r *request) bool { return r.of == of && w.grants(now, r) })
}

// listed tells whether Flex opens the product for the user without any approval.
func (w *World) listed(of pair) bool {
	list := w.lists[of.user]
	if len(list) == 0 || list[0] == "default" {
		list = w.lists[""]
	}
	return w.hasFlex(of.user) && (list[0] == "all" || slices.Contains(list[1:], of.product))
}

func (w *World) hasFlex(id string) bool { return slices.Contains(w.assigned, seat{id, "flex", ""}) }

// lapse ends what a user who is removed has asked for.
func (w *World) lapse(now int64, id string) {
	for _, r := range where(w.requests, func(r *request) bool { return r.of.user == id && (r.state == "open" || w.grants(now, r)) }) {
		r.end(now, "lapsed")
	}
	w.exhaust(now, func(r *request) bool { return r.of.user == id })
}

// Left is what is left under each limit that counts what tokens pay for a user and product, in their order.
func (w *World) Left(now int64, user, product string) (left []int64) {
	s := &asker{of: pair{user, product}}
	for _, l := range w.limits {
		if l.concerns(s.of, w.groups(user)) {
			left = append(left, max(0, l.Tokens-w.spent(now, l)))
		}
	}
	return left
}

// spent is what counts towards a limit in the period that is running.
func (w *World) spent(now int64, l Limit) int64 {
	return sum(w.uses, func(u *use) int64 {
		return when(l.concerns(u.of, u.groups) && w.period(l.Period, u.from) == w.period(l.Period, now), u.charged+u.held(now))
	})
}

// period names the day, the ISO week or the month of an instant, in the team's time zone.
func (w *World) period(kind string, at int64) string {
	t := time.UnixMilli(at).In(w.zone)
	if kind == "week" {
		year, week := t.ISOWeek()
		return fmt.Sprint(year, " ", week)
	}
	return t.Format(map[string]string{"day": time.DateOnly, "month": "2006-01"}[kind])
}
