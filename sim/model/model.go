// Package model says the rules a second time, as naively as they can be said: the oracle that the real
// implementation is compared with. It shares no code with it, caches nothing, and goes over all that
// happened to answer anything. Amounts and quantities are thousandths, not negative, and within the bounds
// that commands have; instants are UTC milliseconds that never go backwards. Settings and assignments name
// users of the team; ids of packs and subscriptions are new. What is handed over is not changed afterwards.
package model

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

const day int64 = 24 * 60 * 60 * 1000

type Catalog struct {
	Products    []Product
	Collections []Collection
}
type Product struct {
	Code, Kind                   string   // Kind: daily, metered, free
	Flex, Retired, CoveredBySeat bool     // CoveredBySeat: of metered ones (R7.5)
	Versions                     []string // newest first; none accepts any
	Rates                        []Rate
	Hold                         int64 // of metered ones; 0 is 24 hours
}
type Rate struct{ From, Tokens int64 }
type Collection struct {
	Code     string
	Products []string
}
type Limit struct {
	Scope, User, Product, Period string // team, group, user, product, user_product; day, week, month
	Group                        string // as Join names it
	Tokens                       int64
	Refuse                       bool
}
type Draw struct {
	Pack   string
	Tokens int64
}
type Answer struct {
	Outcome, Code, Source                              string // Outcome: granted, refused, error
	From, Until, LeaseUntil, Tokens, Needed, Available int64  // Tokens: charged by this answer
	Draws                                              []Draw
}
type JobAnswer struct {
	Outcome, Code                      string
	Held, ExpiresAt, Needed, Available int64
	Draws                              []Draw
}
type Balance struct { // Bought is the sum of all the others
	Available, Held, Used, Expired, Bought, Withdrawn int64
	Packs                                             []PackState // in draw order
}
type PackState struct { // Size is the sum of all the others
	ID                                          string
	Size, Left, Held, Drawn, Expired, Withdrawn int64
}
type term struct { // of a subscription
	what, kind         string // kind: single_user, multi_user
	seats, from, until int64
}
type seat struct{ user, what, kind string } // of a gift, user can be a group
type pack struct {
	id           string
	size, expiry int64
}
type pair struct{ user, product string }
type asker struct { // a session, or the start of a job
	id, version, device string
	of                  pair
	job, closed         bool
	use                 *use // the latest
	first               Answer
	reversed, quantity  int64
	until               int64  // the end of the pass of a session that was closed, as it was then
	verb                string // how a job ended
}
type use struct { // a pass, or a job: what may cost tokens
	of                    pair
	from, until           int64
	why                   string // what began it
	tokens, charged, rate int64  // a pass is charged at once, until it is reversed; a job holds before
	draws                 []Draw // of tokens
	reversed, job         bool
	by                    *request // the approval that it needed
	groups                []string // of the user, when it began
}

// World is one team and the catalogue. Of a setting the last word counts, as nobody asks about the past.
type World struct {
	catalog                    Catalog
	users                      map[string]bool // known ids, false: removed
	suspended                  bool
	terms                      []term
	assigned                   []seat              // in the order of assignment
	gifts                      []seat              // what a user is given directly, or each member of a group; Flex as well
	members                    []pair              // of groups, which stand for the product
	lists                      map[string][]string // by user, "" is the team: all, listed or default, then products of Flex
	trials                     map[pair]int64
	limits                     []Limit
	shortMs, launches, devices int64 // devices 0: any number
	packs                      []pack
	withdrawn                  []Draw
	askers                     []*asker
	uses                       []*use
	requests                   []*request
	zone                       *time.Location // of the team's days
}

func New() *World {
	return &World{users: map[string]bool{}, lists: map[string][]string{"": {"all"}},
		trials: map[pair]int64{}, zone: time.UTC, shortMs: 300_000, launches: 3, devices: 3}
}
func (w *World) SetCatalog(c Catalog)                   { w.catalog = c }
func (w *World) AddUser(id string)                      { w.users[id] = true }
func (w *World) Suspend(suspended bool)                 { w.suspended = suspended }
func (w *World) SetLimits(limits []Limit)               { w.limits = limits }
func (w *World) SetFlex(mode string, products []string) { w.SetUserFlex("", mode, products) }
func (w *World) SetUserFlex(id, mode string, products []string) {
	w.lists[id] = append([]string{mode}, products...)
}
func (w *World) SetFlexUser(id string, assigned bool) {
	if w.Unassign(id, "flex"); assigned {
		w.Assign(0, id, "flex", "")
	}
}
func (w *World) SetTrial(id, product string, until int64) { w.trials[pair{id, product}] = until }
func (w *World) SetSettings(shortMs int64, launches, devices int) {
	w.shortMs, w.launches, w.devices = shortMs, int64(launches), int64(devices)
}
func (w *World) Subscribe(id, what, kind string, seats int, from, until int64) {
	w.terms = append(w.terms, term{what, kind, int64(seats), from, until})
}

// RemoveUser frees the user's seats, ends Flex, and keeps what happened (R8.9).
func (w *World) RemoveUser(now int64, id string) {
	w.lapse(now, id)
	if w.users[id] {
		w.users[id] = false
	}
	w.members = where(w.members, func(m pair) bool { return m.user != id })
	w.change(0, func() { w.gifts = where(w.gifts, func(g seat) bool { return g.user != id }) })
}

// Unassign takes away what a user has directly, or what a group gives.
func (w *World) Unassign(id, what string) {
	w.change(0, func() { w.gifts = where(w.gifts, func(g seat) bool { return g.user != id || g.what != what }) })
}

// Assign gives a seat or Flex to a user, or to each member of a group, which has "group " in front of its name.
func (w *World) Assign(now int64, id, what, kind string) (ok bool) {
	there := w.users[id] || strings.HasPrefix(id, "group ")
	return there && (slices.Contains(w.gifts, seat{id, what, kind}) || w.change(now, func() { w.gifts = append(w.gifts, seat{id, what, kind}) }))
}

// Join puts a user into a group, and Leave takes one out.
func (w *World) Join(now int64, id, group string) (ok bool) {
	return slices.Contains(w.members, pair{id, group}) || w.change(now, func() { w.members = append(w.members, pair{id, group}) })
}
func (w *World) Leave(id, group string) {
	w.change(0, func() { w.members = where(w.members, func(m pair) bool { return m != pair{id, group} }) })
}

// change does what changes who is given what, and then seats whoever is, the first names first. It is undone where a
// pool has too few seats, now and later, for those who are not seated yet (R8.8). Who has one gets no second (R8.3).
func (w *World) change(now int64, do func()) (ok bool) {
	old := *w
	do()
	given := func(id string) []seat {
		return where(w.gifts, func(g seat) bool { return g.user == id || slices.Contains(w.members, pair{id, g.user}) })
	}
	w.assigned = where(w.assigned, func(s seat) bool {
		return slices.ContainsFunc(given(s.user), func(g seat) bool { return g.what == s.what })
	})
	for _, id := range slices.Sorted(maps.Keys(w.users)) {
		for _, g := range given(id) {
			s, most := seat{id, g.what, g.kind}, int64(0)
			for _, t := range w.terms {
				most = max(most, w.seats(max(now, t.from), g.what, g.kind))
			}
			switch {
			case slices.Contains(w.assigned, s):
			case g.what == "flex" || int64(len(w.held(g.what, g.kind))) < most || g.kind == "multi_user" && most > 0:
				w.assigned = append(w.assigned, s)
			default:
				*w = old
				return false
			}
		}
	}
	return true
}

// Short tells whether a new term would begin with fewer single-user seats than are assigned.
func (w *World) Short(now int64, what, kind string, seats int, from, until int64) bool {
	at := max(now, from)
	return kind == "single_user" && at < until && int64(len(w.held(what, kind))) > w.seats(at, what, kind)+int64(seats)
}

// TakeFloating ends the passes that a floating seat of a user pays for, and tells in how many sessions it was in use.
func (w *World) TakeFloating(now int64, id, what string) int {
	all := where(w.askers, func(s *asker) bool { return s.in(now) && s.use.why == "floating_seat "+what && s.of.user == id })
	for _, s := range all {
		s.use.until = now
	}
	return len(all)
}

// seats are those of a product or collection that are in term at an instant; held those that are assigned.
func (w *World) seats(t int64, what, kind string) int64 {
	return sum(w.terms, func(s term) int64 {
		return when(s.what == what && s.kind == kind && s.from <= t && t < s.until, s.seats)
	})
}
func (w *World) held(what, kind string) []seat {
	return where(w.assigned, func(s seat) bool { return s.what == what && s.kind == kind })
}

// pools are what a seat of the product can be a seat of: itself, then its collections in order.
func (w *World) pools(product string) []string {
	pools := []string{product}
	for _, c := range where(w.catalog.Collections, func(c Collection) bool { return slices.Contains(c.Products, product) }) {
		pools = append(pools, c.Code)
	}
	return pools
}

// seated tells whether a single-user seat covers the user at an instant, by today's assignments.
func (w *World) seated(t int64, id, product string) bool {
	return slices.ContainsFunc(w.pools(product), func(what string) bool {
		rank := slices.Index(w.held(what, "single_user"), seat{id, what, "single_user"})
		return rank >= 0 && int64(rank) < w.seats(t, what, "single_user")
	})
}

// floating tells whether a pool has a seat for the user beside the others who use one at this moment.
func (w *World) floating(now int64, id, what string) bool {
	others := map[string]bool{}
	for _, s := range where(w.askers, func(s *asker) bool { return s.in(now) && s.use.why == "floating_seat "+what && s.of.user != id }) {
		others[s.of.user] = true
	}
	return slices.Contains(w.assigned, seat{id, what, "multi_user"}) && int64(len(others)) < w.seats(now, what, "multi_user")
}
func (s *asker) in(now int64) bool { return !s.job && !s.closed && now < s.use.until } // open in a live pass
// refusal is R4 lines 1 and 2. Using a product the wrong way is found as soon as the product is known.
func (w *World) refusal(s *asker, p Product) string {
	open := p.Versions[:min(6, len(p.Versions))]
	active, known := w.users[s.of.user]
	return cmp.Or(when(p.Code == "", "product_unknown"),
		when(p.Kind == "daily" && s.job || p.Kind == "metered" && !s.job, "kind_mismatch"),
		when(p.Retired, "product_retired"),
		when(!s.job && len(open) > 0 && !slices.Contains(open, s.version), "version_unsupported"),
		when(!known, "user_unknown"), when(!active, "user_inactive"), when(w.suspended, "team_suspended"))
}

// reasons are what lets the user in for nothing, as R4 lines 3 to 6 order it, or empty. A floating seat names its pool.
func (w *World) reasons(now int64, s *asker, p Product, pass *use) []string {
	seats, paid := !s.job || p.CoveredBySeat, pass.why == "tokens_charged"
	why := []string{when(p.Kind == "free", "free"), when(seats && w.seated(now, s.of.user, p.Code), "seat")}
	for _, what := range w.pools(p.Code) {
		why = append(why, when(seats && w.floating(now, s.of.user, what), "floating_seat "+what))
	}
	return append(why, when(!s.job && now < w.trials[s.of], "trial"), when(paid, "pass_live"), when(paid, pass.why))
}

// ask decides R4 and, unless it is only asked, lets the asker into a live pass or a new one. A live pass is joined while
// what began it would still let the user in, or by who is inside; otherwise the new one ends it.
func (w *World) ask(now int64, s *asker, dryRun bool) (a Answer) {
	p := find(w.catalog.Products, func(p Product) bool { return p.Code == s.of.product })
	if code := w.refusal(s, p); code != "" {
		return Answer{Outcome: cmp.Or(when(code == "kind_mismatch", "error"), "refused"), Code: code}
	}
	live := func(u *use) bool { return u.of == s.of && !s.job && !u.job && now < u.until }
	old := cmp.Or(find(w.uses, live), &use{why: "none"})
	reasons, pass, inside := w.reasons(now, s, p, old), old, old == s.use
	if inside && !slices.Contains(reasons, old.why) {
		reasons = []string{"pass_live", old.why}
	}
	why := cmp.Or(cmp.Or(reasons...), "tokens_charged")
	if why == "tokens_charged" {
		if a = w.pay(now, s, p); a.Outcome != "granted" {
			return a
		}
	}
	if !slices.Contains(reasons, old.why) {
		rate, _ := p.rate(now)
		pass = &use{s.of, now, now + cmp.Or(when(s.job, p.Hold), day), why, a.Tokens, when(!s.job, a.Tokens), rate, a.Draws, false, s.job, nil, w.groups(s.of.user)}
		if why == "tokens_charged" {
			pass.by = w.granting(now, s.of)
		}
	}
	devices := map[string]bool{}
	for _, o := range where(w.askers, func(o *asker) bool { return o.in(now) && o.of == s.of && o.device != "" }) {
		devices[o.device] = true
	}
	if !inside && s.device != "" && w.devices > 0 && !devices[s.device] && int64(len(devices)) >= w.devices {
		return Answer{Outcome: "refused", Code: "devices_exceeded"}
	}
	if s.use = pass; pass != old && !dryRun {
		w.uses, old.until = append(w.uses, pass), now
	}
	code, reason := strings.Fields(why)[0], strings.Fields(cmp.Or(when(why == "pass_live", pass.why), why))[0]
	source := cmp.Or(map[string]string{"floating_seat": "seat", "tokens_charged": "tokens"}[reason], reason)
	lease := when(why != "pass_live", w.leaseUntil(now, pass))
	return Answer{"granted", code, source, pass.from, pass.until, cmp.Or(lease, pass.until), a.Tokens, 0, 0, a.Draws}
}

// leaseUntil is what a pass gives to all inside while what began it holds; 0 is its own end.
func (w *World) leaseUntil(now int64, pass *use) int64 {
	seat := pass.from + 30*day
	for _, t := range where(w.terms, func(t term) bool { return now < t.until && !w.seated(t.until, pass.of.user, pass.of.product) }) {
		seat = min(seat, t.until)
	}
	return map[string]int64{"trial": min(pass.until, w.trials[pass.of]), "seat": seat}[pass.why]
}

// Open answers R4. An id that was granted before gets its first answer (R6.1).
func (w *World) Open(now int64, id, user, product, version, device string, dryRun bool) Answer {
	return w.begin(now, &asker{id: id, of: pair{user, product}, version: version, device: device, quantity: 1000}, dryRun)
}

// StartJob answers R4 for a metered service and holds its tokens, all of them or none (R7.2).
func (w *World) StartJob(now int64, id, user, service string, quantity int64, dryRun bool) JobAnswer {
	a := w.begin(now, &asker{id: id, of: pair{user, service}, quantity: quantity, job: true}, dryRun)
	code := cmp.Or(map[string]string{"tokens_charged": "tokens_held", "floating_seat": "seat"}[a.Code], a.Code)
	return JobAnswer{a.Outcome, code, a.Tokens, a.Until, a.Needed, a.Available, a.Draws}
}
func (w *World) begin(now int64, s *asker, dryRun bool) Answer {
	if known := w.asker(now, s.id, s.job); known != nil {
		return known.first
	}
	if s.first = w.ask(now, s, dryRun); s.use != nil && !dryRun {
		w.askers = append(w.askers, s)
	}
	return s.first
}
func (w *World) asker(now int64, id string, job bool) *asker {
	return find(w.askers, func(s *asker) bool { return s.id == id && s.job == job && now < cmp.Or(s.until, s.use.until)+45*day })
}

// Renew is free inside the session's own pass, whatever became of its reason, and asks anew after that (R5.3).
func (w *World) Renew(now int64, id string, inUse bool) (a Answer, errCode string) {
	s := w.asker(now, id, false)
	if s == nil || s.closed {
		return Answer{}, cmp.Or(when(s == nil, "session_unknown"), "session_closed")
	}
	if now >= s.use.until && !inUse {
		return Answer{Outcome: "refused", Code: "idle"}, ""
	}
	return w.ask(now, s, false), ""
}

// Close ends a session. The last one to be closed in a short launch reverses its charge (R5.6).
func (w *World) Close(now int64, id string) (reversed int64, errCode string) {
	s := w.asker(now, id, false)
	if s == nil {
		return 0, "session_unknown"
	}
	p := s.use
	lately := where(w.uses, func(u *use) bool { return u.reversed && u.of == p.of && now < u.until+day })
	others := slices.ContainsFunc(w.askers, func(o *asker) bool { return o != s && o.use == p && !o.closed })
	if !s.closed && !others && now < min(p.until, p.from+w.shortMs) && p.charged > 0 && int64(len(lately)) < w.launches {
		s.reversed, p.charged, p.until, p.reversed = p.charged, 0, now, true
	}
	if !s.closed {
		s.closed, s.until = true, p.until
	}
	return s.reversed, ""
}

// EndJob charges what was produced, up to what was held; the rest returns (R7.3). Its verb is complete or cancel.
func (w *World) EndJob(now int64, id, verb string, quantity int64) (charged, returned int64, errCode string) {
	j := w.asker(now, id, true)
	switch {
	case j == nil:
		return 0, 0, "job_unknown"
	case j.verb != "" && (j.verb != verb || j.quantity != quantity):
		return 0, 0, "job_ended"
	case j.verb == "" && now >= j.use.until && verb == "complete":
		return 0, 0, "hold_expired"
	case j.verb == "" && now < j.use.until:
		j.verb, j.quantity = verb, quantity
		j.use.until, j.use.charged = now, min(j.use.tokens, cost(j.use.rate, quantity))
	}
	return j.use.charged, j.use.tokens - j.use.charged, ""
}
func (w *World) BuyPack(now int64, id string, size int64) {
	w.packs = append(w.packs, pack{id, size, now + 365*day})
}
func (w *World) Withdraw(now int64, id string, tokens int64) (ok bool) {
	if ok = tokens > 0 && tokens <= find(w.Balance(now).Packs, func(p PackState) bool { return p.ID == id }).Left; ok {
		w.withdrawn = append(w.withdrawn, Draw{id, tokens})
	}
	return ok
}
func (w *World) Balance(now int64) (b Balance) {
	slices.SortFunc(w.packs, func(a, b pack) int { // R3.3
		return cmp.Or(cmp.Compare(a.expiry/day, b.expiry/day), cmp.Compare(a.size, b.size), cmp.Compare(a.expiry, b.expiry), cmp.Compare(a.id, b.id))
	})
	for _, p := range w.packs {
		of := func(draws []Draw) int64 {
			return sum(draws, func(d Draw) int64 { return when(d.Pack == p.id, d.Tokens) })
		}
		held := sum(w.uses, func(u *use) int64 { return of(first(u.draws, u.held(now))) })
		drawn := sum(w.uses, func(u *use) int64 { return of(first(u.draws, u.charged)) })
		rest := p.size - held - drawn - of(w.withdrawn)
		s := PackState{p.id, p.size, when(now < p.expiry, rest), held, drawn, when(now >= p.expiry, rest), of(w.withdrawn)}
		b = Balance{b.Available + s.Left, b.Held + s.Held, b.Used + s.Drawn, b.Expired + s.Expired, b.Bought + s.Size, b.Withdrawn + s.Withdrawn, append(b.Packs, s)}
	}
	return b
}
func (u *use) held(now int64) int64 { return when(u.job && now < u.until, u.tokens) }

// first is the part of draws that makes up the tokens.
func first(draws []Draw, tokens int64) (part []Draw) {
	for _, d := range draws {
		if n := min(d.Tokens, tokens); n > 0 {
			part, tokens = append(part, Draw{d.Pack, n}), tokens-n
		}
	}
	return part
}

// pay is R4 line 7: what it takes, or the refusal. It has no effect.
func (w *World) pay(now int64, s *asker, p Product) Answer {
	balance := w.Balance(now)
	rate, _ := p.rate(now)
	tokens := cost(rate, s.quantity)
	code := cmp.Or(w.barred(now, s, p), when(w.limited(now, s, tokens), "limit_reached"), when(tokens > balance.Available, "tokens_insufficient"))
	if poor := code == "tokens_insufficient"; code != "" {
		return Answer{Outcome: "refused", Code: code, Needed: when(poor, tokens), Available: when(poor, balance.Available)}
	}
	var left []Draw
	for _, s := range balance.Packs {
		left = append(left, Draw{s.ID, s.Left})
	}
	return Answer{Outcome: "granted", Tokens: tokens, Draws: first(left, tokens)}
}

// barred says why tokens may not open the product for the user, or nothing.
func (w *World) barred(now int64, s *asker, p Product) string {
	_, sold := p.rate(now)
	allowed := w.listed(s.of) || w.granting(now, s.of) != nil
	return cmp.Or(when(!w.hasFlex(s.of.user) && !allowed, "flex_not_assigned"), when(!p.Flex || !sold, "product_not_in_flex"),
		when(!allowed, "product_excluded"))
}

// rate is the latest one in force; before the first nothing is sold.
func (p Product) rate(now int64) (tokens int64, sold bool) {
	rates := where(p.Rates, func(r Rate) bool { return r.From <= now })
	slices.SortStableFunc(rates, func(a, b Rate) int { return cmp.Compare(b.From, a.From) })
	return find(rates, func(Rate) bool { return true }).Tokens, len(rates) > 0
}

// cost is rate × quantity rounded up to a thousandth; whole units and the rest apart, as together they do not fit.
func cost(rate, quantity int64) int64 {
	return rate*(quantity/1000) + (rate*(quantity%1000)+999)/1000
}

// limited tells whether the tokens would lead over a limit that refuses (R8.7).
func (w *World) limited(now int64, s *asker, tokens int64) bool {
	return slices.ContainsFunc(w.limits, func(l Limit) bool {
		return l.Refuse && l.concerns(s.of, w.groups(s.of.user)) && tokens > l.Tokens-w.spent(now, l)
	})
}
func (l Limit) concerns(of pair, groups []string) bool {
	return (l.User == of.user || !strings.Contains(l.Scope, "user")) && (l.Product == of.product || !strings.Contains(l.Scope, "product")) &&
		(l.Scope != "group" || slices.Contains(groups, l.Group))
}
func sum[T any](all []T, of func(T) int64) (total int64) {
	for _, x := range all {
		total += of(x)
	}
	return total
}
func when[T any](is bool, x T) (y T) {
	if is {
		y = x
	}
	return y
}
func where[T any](all []T, is func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(all), func(x T) bool { return !is(x) })
}
func find[T any](all []T, is func(T) bool) (found T) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		found = all[i]
	}
	return found
}
