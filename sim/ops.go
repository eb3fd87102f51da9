package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/model"
)

// step does one thing, drawn by how often it happens in the world.
func (w *World) step() {
	ops := []struct {
		weight int
		do     func()
	}{
		{30, w.openNew}, {12, w.openLike}, {8, w.openAgain}, {6, w.openDry}, {14, w.renew}, {14, w.close},
		{6, w.startJob}, {6, w.endJob}, {5, w.buy}, {3, w.withdraw},
		{4, w.assign}, {3, w.unassign}, {2, w.setFlex}, {2, w.setUserFlex}, {2, w.trial}, {2, w.setLimits},
		{1, w.setSettings}, {1, w.suspend}, {1, w.people}, {2, w.subscribe}, {2, w.changeCatalog},
		{40, w.advance}, {4, w.stepBack}, {3, w.settle}, {3, func() { w.Crashes++; w.restart("killed") }},
	}
	total := 0
	for _, op := range ops {
		total += op.weight
	}
	n := w.rng.IntN(total)
	for _, op := range ops {
		if n -= op.weight; n < 0 {
			op.do()
			return
		}
	}
}

// open asks the desk and the model the same question, with a fault on the way.
func (w *World) open(o license.Open) {
	now, f := w.now(), w.fault()
	tell := func(m *model.World) model.Answer {
		return m.Open(now, o.Session, o.User, o.Product, o.Version, o.Device, o.DryRun)
	}
	var a desk.Answer
	alive, kept, err := w.attempt(f, func() (err error) {
		a, err = w.desk.Open(ctx, team, o)
		return err
	})
	if !alive {
		w.note("open %s %s %s: the server died (kept: %v)", o.Session, o.User, o.Product, kept)
		if kept {
			w.tell(func(m *model.World) { tell(m) })
		}
		return
	}
	if w.excused(f, err) {
		return
	}
	want := tell(w.model)
	w.compare(fmt.Sprintf("open %s by %s: %s %s on %s, dry run %v", o.Session, o.User, o.Product, o.Version, o.Device, o.DryRun), answerOf(a, err), want)
	if a.Outcome == license.Granted && !o.DryRun {
		w.done = append(w.done, step{func(m *model.World) { tell(m) }, joinKey(a)})
		w.audit.acknowledge(w, o.Session, a)
	}
	w.expect(a.Pass.Until, a.LeaseUntil, a.Pass.From+w.short())
}

// joinKey names the session and pass that an answer stands on; the audit knows when the journal has them.
func joinKey(a desk.Answer) string {
	return a.Session + "@" + a.Pass.ID
}

// excused reports whether a fault explains the error, so that nothing has happened.
func (w *World) excused(f fault, err error) bool {
	if f == faultFull && code(err) == "storage_full" {
		w.note("the disk was full")
		return true
	}
	return false
}

func (w *World) openNew() {
	o := license.Open{Session: w.id("ses"), User: w.user(), Product: w.product(), Device: pick(w.rng, []string{"", "d1", "d2", "d3", "d4", "d5"})}
	if p := w.find(o.Product); p != nil && len(p.Versions) > 0 {
		o.Version = pick(w.rng, p.Versions[:min(len(p.Versions), 7)])
	}
	w.sessions = append(w.sessions, session{o, license.Instant(w.now())})
	w.open(o)
}

// openLike opens what a recent session has open, once more on the same device: mostly inside its pass.
func (w *World) openLike() {
	if len(w.sessions) == 0 {
		return
	}
	o := w.sessions[max(0, len(w.sessions)-1-w.rng.IntN(6))].Open
	o.Session = w.id("ses")
	w.sessions = append(w.sessions, session{o, license.Instant(w.now())})
	w.open(o)
}

// openAgain repeats an opening that was answered, refused or lost, soon or weeks later.
func (w *World) openAgain() {
	w.sessions = slices.DeleteFunc(w.sessions, func(s session) bool { return s.at+44*license.Day < license.Instant(w.now()) })
	if len(w.sessions) == 0 {
		return
	}
	w.open(pick(w.rng, w.sessions).Open)
}

func (w *World) openDry() {
	w.open(license.Open{Session: w.id("dry"), User: w.user(), Product: w.product(), Version: "2026", DryRun: true, Device: "d9"})
}

func (w *World) recent() string {
	if len(w.sessions) == 0 {
		return "ses-none"
	}
	return w.sessions[max(0, len(w.sessions)-1-w.rng.IntN(8))].Session
}

func (w *World) renew() {
	now, f, id, inUse := w.now(), w.fault(), w.recent(), w.rng.IntN(5) > 0
	tell := func(m *model.World) (model.Answer, string) { return m.Renew(now, id, inUse) }
	var a desk.Answer
	alive, kept, err := w.attempt(f, func() (err error) {
		a, err = w.desk.Renew(ctx, team, license.Renew{Session: id, InUse: inUse})
		return err
	})
	if !alive {
		w.note("renew %s: the server died (kept: %v)", id, kept)
		if kept {
			w.tell(func(m *model.World) { tell(m) })
		}
		return
	}
	if w.excused(f, err) {
		return
	}
	want, wantCode := tell(w.model)
	if wantCode != "" {
		want = model.Answer{Outcome: "error", Code: wantCode}
	}
	w.compare(fmt.Sprintf("renew %s in use %v", id, inUse), answerOf(a, err), want)
	if a.Outcome == license.Granted {
		w.done = append(w.done, step{func(m *model.World) { tell(m) }, joinKey(a)})
		w.audit.acknowledge(w, id, a)
	}
	w.expect(a.Pass.Until, a.LeaseUntil, a.Pass.From+w.short())
}

func (w *World) close() {
	now, id := w.now(), w.recent()
	type result struct {
		Reversed int64
		Code     string
	}
	var got, want result
	w.both(fmt.Sprint("close ", id), func() error {
		r, err := w.desk.CloseSession(ctx, team, license.Close{Session: id})
		got = result{int64(r.Reversed), code(err)}
		return err
	}, func(m *model.World) { want.Reversed, want.Code = m.Close(now, id) }, func() bool { return got == want },
		func() string { return fmt.Sprintf("got %+v, want %+v", got, want) })
	w.expect(license.Instant(now) + license.Day)
}

// both does a command on the desk and on the model, with a fault on the way, and compares what came of it. A
// command whose commit was lost has not happened; one whose server died after the commit has.
func (w *World) both(what string, command func() error, tell func(*model.World), same func() bool, differ func() string) {
	f := w.fault()
	alive, kept, err := w.attempt(f, command)
	if !alive {
		w.note("%s: the server died (kept: %v)", what, kept)
		if kept {
			w.tell(tell)
		}
		return
	}
	if w.excused(f, err) {
		return
	}
	w.note("%s: %s", what, code(err))
	w.tell(tell)
	if !same() {
		panic(w.fail("%s: %s", what, differ()))
	}
}

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
		end := m.CompleteJob
		if state == license.JobCancelled {
			end = m.CancelJob
		}
		want.Charged, want.Returned, want.Code = end(now, j.Job, int64(used))
	}, func() bool { return got == want }, func() string { return fmt.Sprintf("got %+v, want %+v", got, want) })
}

// buy adds a pack whose size is often a little around a rate, so that the balance stands at a charge, a
// thousandth more and a thousandth less.
func (w *World) buy() {
	now, id := w.now(), w.id("pack")
	size := pick(w.rng, []int64{500_000, 7_000, 6_999, 7_001, 10_000, 17_000, 16_999, 1, 100, 40_000, 21_000})
	w.both(fmt.Sprintf("buy %s of %d", id, size), func() error {
		_, _, err := w.desk.BuyPack(ctx, team, license.BuyPack{Pack: id, Size: license.Tokens(size)})
		return err
	}, func(m *model.World) { m.BuyPack(now, id, size) }, yes, no)
	w.packs = append(w.packs, id)
	w.expect(license.Instant(now) + license.PackLife)
}

func yes() bool  { return true }
func no() string { return "" }

func (w *World) withdraw() {
	now, id, key := w.now(), pick(w.rng, w.packs), w.id("withdrawal")
	tokens := int64(w.rng.IntN(12_000) - 1)
	var got, want bool
	w.both(fmt.Sprintf("withdraw %d from %s", tokens, id), func() error {
		_, _, err := w.desk.Withdraw(ctx, team, license.Withdraw{Caller: license.Caller{Key: key, Print: key}, Pack: id, Tokens: license.Tokens(tokens), Reason: "sim"})
		got = err == nil
		return err
	}, func(m *model.World) { want = m.Withdraw(now, id, tokens) }, func() bool { return got == want },
		func() string { return fmt.Sprintf("got %v, want %v", got, want) })
}

// seatKinds fixes which kind of seats each product or collection is sold in.
var seatKinds = map[string]license.SeatKind{"autocad": license.SingleUser, "suite": license.SingleUser, "revit": license.MultiUser}

func (w *World) what() string { return pick(w.rng, []string{"autocad", "suite", "revit"}) }

func (w *World) subscribe() {
	now, s := w.now(), license.Subscription{ID: w.id("sub"), What: w.what(), Seats: 1 + w.rng.IntN(2)}
	s.Kind = seatKinds[s.What]
	s.From = license.Instant(now) + license.Instant(w.rng.IntN(3)-1)*license.Day
	s.Until = s.From + license.Instant(1+w.rng.IntN(60))*license.Day
	w.both(fmt.Sprintf("subscription %+v", s), func() error {
		_, err := w.desk.AddSubscription(ctx, team, license.Caller{}, s)
		return err
	}, func(m *model.World) {
		m.Subscribe(s.ID, s.What, string(s.Kind), s.Seats, int64(s.From), int64(s.Until))
	}, yes, no)
	w.expect(s.From, s.Until)
}

func (w *World) assign() {
	if w.rng.IntN(3) == 0 {
		w.assignFlex(w.user(), true)
		return
	}
	now, user, what := w.now(), w.user(), w.what()
	var got, want bool
	w.both(fmt.Sprintf("assign %s to %s", what, user), func() error {
		_, err := w.desk.Assign(ctx, team, license.Caller{}, user, what, seatKinds[what])
		got = err == nil
		return err
	}, func(m *model.World) { want = m.Assign(now, user, what, string(seatKinds[what])) }, func() bool { return got == want },
		func() string { return fmt.Sprintf("got %v, want %v", got, want) })
}

func (w *World) assignFlex(user string, flex bool) {
	if !slices.Contains(w.users, user) {
		return
	}
	w.both(fmt.Sprintf("flex of %s: %v", user, flex), func() (err error) {
		if flex {
			_, err = w.desk.Assign(ctx, team, license.Caller{}, user, license.FlexCode, "")
		} else {
			_, err = w.desk.Unassign(ctx, team, license.Caller{}, user, license.FlexCode)
		}
		return err
	}, func(m *model.World) { m.SetFlexUser(user, flex) }, yes, no)
}

func (w *World) unassign() {
	user, what := w.member(), w.what()
	if w.rng.IntN(4) == 0 {
		w.assignFlex(user, false)
		return
	}
	w.both(fmt.Sprintf("unassign %s from %s", what, user), func() error {
		_, err := w.desk.Unassign(ctx, team, license.Caller{}, user, what)
		return err
	}, func(m *model.World) { m.Unassign(user, what) }, yes, no)
}

func (w *World) list() (license.FlexMode, []string) {
	if w.rng.IntN(2) == 0 {
		return license.FlexAll, nil
	}
	return license.FlexListed, []string{pick(w.rng, []string{"autocad", "revit", "render"}), "sketch"}
}

func (w *World) setFlex() {
	mode, products := w.list()
	w.both(fmt.Sprint("flex defaults ", mode, products), func() error {
		_, err := w.desk.SetFlexDefaults(ctx, team, license.Caller{}, license.FlexList{Mode: mode, Products: products})
		return err
	}, func(m *model.World) { m.SetFlex(string(mode), products) }, yes, no)
}

func (w *World) setUserFlex() {
	mode, products := w.list()
	user, list, word := w.member(), &license.FlexList{Mode: mode, Products: products}, string(mode)
	if w.rng.IntN(3) == 0 {
		list, word = nil, "default"
	}
	w.both(fmt.Sprint("flex list of ", user, word, products), func() error {
		_, err := w.desk.SetUserFlex(ctx, team, license.Caller{}, user, list)
		return err
	}, func(m *model.World) { m.SetUserFlex(user, word, products) }, yes, no)
}

func (w *World) trial() {
	user, product := w.member(), pick(w.rng, []string{"autocad", "revit", "sketch"})
	until := license.Instant(w.now()) + license.Instant(w.rng.IntN(4*86_400_000)) - license.Hour
	w.both(fmt.Sprint("trial of ", product, " for ", user, " until ", until), func() error {
		_, err := w.desk.GrantTrial(ctx, team, license.Caller{}, license.TrialGranted{User: user, Product: product, Until: until})
		return err
	}, func(m *model.World) { m.SetTrial(user, product, int64(until)) }, yes, no)
	w.expect(until)
}

func (w *World) setLimits() {
	var items []license.Limit
	var said []model.Limit
	for range w.rng.IntN(3) {
		l := license.Limit{Scope: pick(w.rng, []license.Scope{license.ScopeTeam, license.ScopeUser, license.ScopeProduct, license.ScopeUserProduct}),
			Period: pick(w.rng, []license.Period{license.PerDay, license.PerWeek, license.PerMonth}),
			Tokens: w.limit(), Action: pick(w.rng, []license.Action{license.ActionRefuse, license.ActionRefuse, license.ActionWarn})}
		if l.Scope == license.ScopeUser || l.Scope == license.ScopeUserProduct {
			l.User = w.member()
		}
		if l.Scope == license.ScopeProduct || l.Scope == license.ScopeUserProduct {
			l.Product = pick(w.rng, []string{"autocad", "revit"})
		}
		items = append(items, l)
		said = append(said, model.Limit{Scope: string(l.Scope), User: l.User, Product: l.Product, Period: string(l.Period), Tokens: int64(l.Tokens), Refuse: l.Action == license.ActionRefuse})
	}
	w.both(fmt.Sprintf("limits %+v", items), func() error {
		_, err := w.desk.SetLimits(ctx, team, license.Caller{}, items)
		return err
	}, func(m *model.World) { m.SetLimits(said) }, yes, no)
}

// limit is often what some charges come to, a thousandth more or less.
func (w *World) limit() license.Tokens {
	if w.rng.IntN(3) == 0 {
		return license.Tokens(w.rng.IntN(60_000))
	}
	return license.Tokens(pick(w.rng, []int{7_000, 10_000, 14_000, 17_000, 24_000}) + w.rng.IntN(3) - 1)
}

func (w *World) short() license.Instant { return 5 * license.Minute }

func (w *World) setSettings() {
	s := license.Settings{ShortLaunch: pick(w.rng, []license.Instant{0, 5 * license.Minute, 5 * license.Minute}), ShortLaunches: pick(w.rng, []int{0, 1, 3, 3}), Devices: pick(w.rng, []int{0, 1, 3, 3})}
	w.both(fmt.Sprintf("settings %+v", s), func() error {
		_, err := w.desk.SetSettings(ctx, team, license.Caller{}, s)
		return err
	}, func(m *model.World) { m.SetSettings(int64(s.ShortLaunch), s.ShortLaunches, s.Devices) }, yes, no)
}

func (w *World) suspend() {
	suspended := w.rng.IntN(2) == 0
	w.both(fmt.Sprint("suspended ", suspended), func() error {
		_, err := w.desk.Suspend(ctx, team, license.Caller{}, license.TeamSuspended{Suspended: suspended})
		return err
	}, func(m *model.World) { m.Suspend(suspended) }, yes, no)
}

// people adds somebody new, or takes somebody out.
func (w *World) people() {
	if w.rng.IntN(2) == 0 || len(w.users) < 3 {
		w.addUser(w.id("user"))
		return
	}
	user := pick(w.rng, w.users) // never the primary admin (R8.1)
	w.both("remove "+user, func() error {
		_, err := w.desk.RemoveUser(ctx, team, license.Caller{}, user)
		return err
	}, func(m *model.World) { m.RemoveUser(user) }, yes, no)
	if _, err := w.desk.View(ctx, team, func(v desk.View) error {
		if !v.Team.Users[user].Active {
			w.users = slices.DeleteFunc(w.users, func(u string) bool { return u == user })
		}
		return nil
	}); err != nil {
		panic(w.fail("view: %v", err))
	}
}

func (w *World) addUser(id string) {
	u := desk.AddUser{ID: id, Name: id, Email: id + "@acme.example", Role: license.RoleUser}
	w.both("add "+id, func() error {
		_, _, err := w.desk.AddUsers(ctx, team, license.Caller{}, []desk.AddUser{u})
		return err
	}, func(m *model.World) { m.AddUser(id) }, yes, no)
	if _, err := w.desk.View(ctx, team, func(v desk.View) error {
		if v.Team.Users[id] != nil {
			w.users = append(w.users, id)
		}
		return nil
	}); err != nil {
		panic(w.fail("view: %v", err))
	}
}

// settle writes what waits, as a server does when it has nothing else to do.
func (w *World) settle() {
	w.now()
	if err := w.desk.Settle(ctx); err != nil {
		panic(w.fail("settle: %v", err))
	}
}

// stepBack puts the clock back: a little, and the team's time stands still; too far, and nothing is decided.
func (w *World) stepBack() {
	now := w.now()
	if w.rng.IntN(2) == 0 {
		w.clock = license.Instant(now) - license.Instant(w.rng.IntN(int(5*license.Second)+1))
		w.note("the clock steps back to here")
		return
	}
	true_ := w.clock
	w.clock = license.Instant(now) - 5*license.Second - 1 - license.Instant(w.rng.IntN(1_000_000))
	_, err := w.desk.Open(ctx, team, license.Open{Session: w.id("early"), User: w.user(), Product: w.product()})
	if code(err) != "clock_behind" {
		panic(w.fail("a clock %d ms behind was answered with %v", license.Instant(now)-w.clock, err))
	}
	w.clock = true_
}

// advance moves the clock: mostly to just before, at or just after something that changes then.
func (w *World) advance() {
	from := license.Instant(w.now())
	switch n := w.rng.IntN(20); {
	case n < 11:
		w.edges = slices.DeleteFunc(w.edges, func(i license.Instant) bool { return i+1 < from })
		if len(w.edges) > 0 {
			w.clock = max(from, pick(w.rng, w.edges)+license.Instant(w.rng.IntN(3)-1))
			break
		}
		fallthrough
	case n < 16:
		w.clock = from + license.Instant(w.rng.IntN(int(6*license.Minute)))
	case n < 19:
		w.clock = from + license.Instant(w.rng.IntN(int(30*license.Hour)))
	default:
		w.clock = from + license.Instant(w.rng.IntN(int(40*license.Day)))
		if w.rng.IntN(6) == 0 {
			w.clock += 330 * license.Day
		}
	}
}

// expect notes instants that later steps are likely to meet.
func (w *World) expect(instants ...license.Instant) {
	for _, i := range instants {
		if i > license.Instant(w.now()) {
			w.edges = append(w.edges, i)
		}
	}
}

// member is somebody in the team.
func (w *World) member() string { return pick(w.rng, append([]string{"ada"}, w.users...)) }

func (w *World) user() string {
	if w.rng.IntN(30) == 0 {
		return "nobody"
	}
	return w.member()
}

func (w *World) product() string {
	return pick(w.rng, []string{"autocad", "autocad", "autocad", "revit", "revit", "sketch", "viewer", "legacy", "seatonly", "render", "nothing"})
}

func (w *World) find(code string) *license.Product {
	for i := range w.catalog.Products {
		if w.catalog.Products[i].Code == code {
			return &w.catalog.Products[i]
		}
	}
	return nil
}

func drawCatalog(rng *rand.Rand) license.Catalog {
	flat := func(t license.Tokens) []license.Rate { return []license.Rate{{From: 0, Tokens: t}} }
	return license.Catalog{
		Products: []license.Product{
			{Code: "autocad", Kind: license.Daily, Flex: true, Rates: flat(7_000), Versions: []string{"2026", "2025", "2024", "2023", "2022", "2021", "2020"}},
			{Code: "revit", Kind: license.Daily, Flex: true, Rates: flat(10_000)},
			{Code: "sketch", Kind: license.Daily, Flex: true, Rates: flat(license.Tokens(rng.IntN(2) * 100))},
			{Code: "seatonly", Kind: license.Daily, Flex: false, Rates: flat(1_000)},
			{Code: "legacy", Kind: license.Daily, Flex: true, Retired: true, Rates: flat(1_000)},
			{Code: "viewer", Kind: license.Free, Flex: true},
			{Code: "render", Kind: license.Metered, Flex: true, Rates: flat(license.Tokens(100 + rng.IntN(900))), Hold: license.Instant(rng.IntN(2)) * 3 * license.Hour},
			{Code: "simulate", Kind: license.Metered, Flex: true, CoveredBySeat: false, Rates: flat(333)},
		},
		Collections: []license.Collection{{Code: "suite", Products: []string{"autocad", "seatonly", "sketch"}}},
	}
}

// changeCatalog raises a rate, or retires a product and brings it back.
func (w *World) changeCatalog() {
	c := w.catalog
	c.Products = slices.Clone(c.Products)
	switch p := &c.Products[w.rng.IntN(3)]; w.rng.IntN(3) {
	case 0:
		p.Retired = !p.Retired
	default:
		from := license.Instant(w.now()) + license.Instant(w.rng.IntN(2))*license.Day
		p.Rates = append(slices.Clone(p.Rates), license.Rate{From: from, Tokens: p.Rates[0].Tokens + license.Tokens(w.rng.IntN(3)*500)})
		slices.SortStableFunc(p.Rates, func(a, b license.Rate) int { return int(a.From - b.From) })
		p.Rates = slices.CompactFunc(p.Rates, func(a, b license.Rate) bool { return a.From == b.From })
		w.expect(from)
	}
	w.setCatalog(c)
}

func (w *World) setCatalog(c license.Catalog) {
	if err := w.desk.SetCatalog(ctx, "operator", c); err != nil {
		panic(w.fail("catalogue: %v", err))
	}
	w.catalog = c
	w.note("the catalogue changes")
	said := modelCatalog(c)
	w.tell(func(m *model.World) { m.SetCatalog(said) })
}
