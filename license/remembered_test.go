package license

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func fill(t *rapid.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.SampledFrom([]string{"", "a", "bé\x00", "a longer one"}).Draw(t, "text"))
	case reflect.Int64:
		v.SetInt(rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1, 1)).Draw(t, "number"))
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "one") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem())
		}
	case reflect.Uint8:
		v.SetUint(rapid.Uint64Range(0, 255).Draw(t, "byte"))
	case reflect.Slice:
		if n := rapid.IntRange(-1, 2).Draw(t, "items"); n >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fill(t, v.Index(i))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	default:
		t.Fatalf("what is a session with a %s?", v.Type())
	}
}

// TestRemembered: what is stowed is found as it was, whatever is stowed, taken out and forgotten, and whichever ids have the same
// hash; and what a snapshot has of it follows from it alone.
func TestRemembered(t *testing.T) {
	t.Run("sessions", func(t *testing.T) {
		testRemembered(t, readSession, func(id string, ended Instant, s *Session) { s.ID, s.Until = id, ended })
	})
	t.Run("receipts", func(t *testing.T) {
		testRemembered(t, readReceipt, func(id string, ended Instant, r *Receipt) { r.Key, r.At = id, ended })
	})
	t.Run("jobs", func(t *testing.T) {
		testRemembered(t, readJob, func(id string, ended Instant, j *Job) { j.ID, j.State, j.EndedAt = id, JobCompleted, ended })
	})
}

func testRemembered[S any, T interface {
	*S
	lasting
}](t *testing.T, read func(*stowReader, Instant) T, set func(string, Instant, T)) {
	rapid.Check(t, func(t *rapid.T) {
		blunt := rapid.SampledFrom([]uint64{0, ^uint64(1), ^uint64(0)}).Draw(t, "bits of hashes that are missing")
		empty := func() *remembered[T] {
			m := newRemembered("one", map[string]T{}, read)
			m.blunt = blunt
			return &m
		}
		p, want := empty(), map[string]T{}
		anID := rapid.Map(rapid.IntRange(0, 20), func(n int) string { return fmt.Sprint("ses-", n) })
		anHour := rapid.Int64Range(0, 3)
		t.Repeat(map[string]func(*rapid.T){
			"stow": func(t *rapid.T) {
				hour, some := anHour.Draw(t, "hour"), []T{}
				for _, id := range rapid.SliceOfDistinct(anID, rapid.ID).Draw(t, "ids") {
					if want[id] == nil {
						one := T(new(S)) // with something in every field, also those that it may get one day
						fill(t, reflect.ValueOf(one).Elem())
						set(id, Instant(hour)*Hour+Instant(rapid.Int64Range(0, int64(Hour)-1).Draw(t, "in the hour")), one)
						want[id] = one
						some = append(some, one)
					}
				}
				if len(some) > 0 {
					p.stow(hour, some)
				}
			},
			"drop": func(t *rapid.T) {
				id := anID.Draw(t, "id")
				p.drop(id)
				delete(want, id)
			},
			"forget": func(t *rapid.T) {
				before := anHour.Draw(t, "before")
				p.forget(before)
				maps.DeleteFunc(want, func(_ string, one T) bool { return one.end().hour() < before })
			},
			"save": func(t *rapid.T) {
				byHour, other := map[int64][]T{}, empty()
				for _, one := range want {
					byHour[one.end().hour()] = append(byHour[one.end().hour()], one)
				}
				for hour, some := range byHour {
					other.stow(hour, some)
				}
				one, two := p.saved(), other.saved()
				if !slices.EqualFunc(one, two, func(a, b *stowedHour) bool { return a.Hour == b.Hour && bytes.Equal(a.Stowed, b.Stowed) }) {
					t.Fatal("another history has stowed the same otherwise")
				}
				if p = empty(); !p.load(one, nil) {
					t.Fatal("what was saved is taken for damaged")
				}
			},
			"": func(t *rapid.T) {
				for n := range 21 {
					id := fmt.Sprint("ses-", n)
					if got := p.stowed(id); !reflect.DeepEqual(got, want[id]) {
						t.Fatalf("%s is %+v, want %+v", id, got, want[id])
					}
				}
				if err := p.check(); err != nil || p.count() != len(want) {
					t.Fatalf("%d are stowed, want %d: %v", p.count(), len(want), err)
				}
				var bytes int64
				for _, h := range p.hours {
					bytes += int64(cap(h.Stowed))
				}
				if bytes != p.bytes {
					t.Fatalf("%d bytes are counted as %d", bytes, p.bytes)
				}
			},
		})
	})
}

// TestRememberedDamaged: hours that do not follow each other, or have a session of another hour or twice, are damaged.
func TestRememberedDamaged(t *testing.T) {
	empty := func() *remembered[*Session] {
		m := newRemembered("session", map[string]*Session{}, readSession)
		return &m
	}
	hour := func(n int64, ends Instant, ids ...string) *stowedHour {
		p, some := empty(), []*Session{}
		for _, id := range ids {
			some = append(some, &Session{ID: id, Until: ends})
		}
		p.stow(n, some)
		return &stowedHour{Hour: n, Stowed: p.hours[n].Stowed}
	}
	a, b := hour(1, Hour, "a"), hour(2, 2*Hour, "b")
	for what, hours := range map[string][]*stowedHour{
		"in another order":          {b, a},
		"an hour twice":             {a, a},
		"a session in two hours":    {a, hour(2, 2*Hour, "a")},
		"a session twice":           {hour(1, Hour, "a", "a")},
		"a session of another hour": {hour(1, 2*Hour, "a")},
		"a session that is here":    {hour(1, Hour, "here")},
		"an hour without sessions":  {hour(1, Hour)},
		"before the first hour":     {hour(-1, -Hour, "a")},
		"behind the last hour":      {{Hour: mostHour + 1, Stowed: a.Stowed}},
		"with a byte more":          {{Hour: 1, Stowed: append(slices.Clone(a.Stowed), 0)}},
	} {
		if empty().load(hours, map[string]*Session{"here": {}}) {
			t.Errorf("%s: it is loaded", what)
		}
	}
	for n := range a.Stowed {
		if empty().load([]*stowedHour{{Hour: 1, Stowed: a.Stowed[:n]}}, nil) {
			t.Errorf("the first %d bytes of %d are loaded", n, len(a.Stowed))
		}
	}
	if !empty().load([]*stowedHour{a, b}, nil) {
		t.Error("two hours as they should be are not loaded")
	}
	from, to := newRemembered("job", nil, readJob), newRemembered("job", nil, readJob)
	from.stow(1, []*Job{{ID: "j", State: JobHeld, ExpiresAt: Hour}})
	if to.load(from.saved(), nil) {
		t.Error("a job that holds tokens still is loaded")
	}
}

// TestRememberedSession: a session that was stowed answers as before, is closed once, and goes on in a new pass.
func TestRememberedSession(t *testing.T) {
	cat := sampleCatalog(t)
	var all []*Entry
	do := mustEffect(t, &all)
	team := teamOfBen(cat, do)
	begin := at("2026-01-05 08:00")
	firsts := map[string]Grant{}
	for _, id := range []string{"opened again", "renewed", "closed", "closed before"} {
		g, e, err := team.Open(begin, cat, Open{Session: id, User: "ben", Product: "autocad", Version: "2026", Device: id[:6]})
		do(e, err)
		firsts[id] = g
	}
	_, e, err := team.Close(begin+Hour, Close{Session: "closed before"})
	do(e, err)
	now := begin + 3*Day
	_, e, err = team.AddUsers(now, Caller{}, []UserAdded{{"cy", RoleUser}})
	do(e, err)
	if len(team.Sessions) > 0 || team.sessions.count() != len(firsts) {
		t.Fatalf("%d sessions are stowed, and not %v", team.sessions.count(), team.Sessions)
	}

	for id, want := range firsts {
		got, e, err := team.Open(now, cat, Open{Session: id, User: "ben", Product: "autocad", Version: "2026", Device: id[:6]})
		do(e, err)
		want.Replayed, want.Limits = true, nil
		if !reflect.DeepEqual(got, want) || len(e.Entries) > 0 {
			t.Errorf("%s again is %+v, want %+v", id, got, want)
		}
	}
	if _, _, err := team.Open(now, cat, Open{Session: "renewed", User: "ben", Product: "revit"}); codeOf(err) != ErrConflict {
		t.Errorf("an id for another product: %v", err)
	}
	if _, _, err := team.Renew(now, cat, Renew{Session: "closed before", InUse: true}); codeOf(err) != ErrSessionClosed {
		t.Errorf("renewing what was closed: %v", err)
	}
	if g, _, err := team.Renew(now, cat, Renew{Session: "renewed"}); err != nil || g.Code != CodeIdle {
		t.Errorf("renewing what nobody uses: %+v, %v", g, err)
	}
	g, e, err := team.Renew(now, cat, Renew{Session: "renewed", InUse: true})
	do(e, err)
	if g.Code != CodeTokensCharged || team.Sessions["renewed"].Until != now+Day {
		t.Errorf("renewing is %+v", g)
	}
	for i := range 2 {
		back, e, err := team.Close(now, Close{Session: "closed"})
		do(e, err)
		if back != 0 || len(e.Entries) != 1-i || team.Session("closed").Closed != now {
			t.Errorf("closing gives %d back, with %d entries, and leaves %+v", back, len(e.Entries), team.Session("closed"))
		}
	}
	check(t, team.Check())

	fold := NewTeam()
	for _, e := range all {
		check(t, fold.Apply(e))
	}
	one, err := team.Save()
	check(t, err)
	two, err := fold.Save()
	check(t, err)
	if !bytes.Equal(one, two) || len(team.Sessions) != 1 {
		t.Errorf("%d sessions are not stowed, and the fold has another state: %v", len(team.Sessions), !bytes.Equal(one, two))
	}
}

// TestRememberedJob: a job that was stowed answers as before, cannot end otherwise, and its id begins another only when it is over.
func TestRememberedJob(t *testing.T) {
	cat := sampleCatalog(t)
	var all []*Entry
	do := mustEffect(t, &all)
	team := teamOfBen(cat, do)
	var service string
	for _, p := range cat.Products {
		if p.Kind == Metered && p.Flex {
			service = p.Code
		}
	}
	begin := at("2026-01-05 08:00")
	start := StartJob{Job: "j", User: "ben", Service: service, Quantity: 2000}
	first, e, err := team.StartJob(begin, cat, start)
	do(e, err)
	charged, _, e, err := team.EndJob(begin+Minute, EndJob{Job: "j", State: JobCompleted, Used: 1000})
	do(e, err)
	kept := *team.Job("j")
	now := begin + 3*Day
	_, e, err = team.AddUsers(now, Caller{}, []UserAdded{{"cy", RoleUser}})
	do(e, err)
	if len(team.Jobs) > 0 || !reflect.DeepEqual(*team.Job("j"), kept) {
		t.Errorf("%+v is stowed, want %+v", team.Job("j"), kept)
	}
	again, e, err := team.StartJob(now, cat, start)
	do(e, err)
	if !again.Replayed || again.Held != first.Held || again.ExpiresAt != first.ExpiresAt || len(e.Entries) > 0 {
		t.Errorf("starting again is %+v, want %+v", again, first)
	}
	if got, _, e, err := team.EndJob(now, EndJob{Job: "j", State: JobCompleted, Used: 1000}); err != nil || got != charged || len(e.Entries) > 0 {
		t.Errorf("ending again charges %d, want %d: %v", got, charged, err)
	}
	if _, _, _, err := team.EndJob(now, EndJob{Job: "j", State: JobCancelled}); codeOf(err) != ErrJobEnded {
		t.Errorf("ending otherwise: %v", err)
	}
	check(t, team.Check())
	over, e, err := team.StartJob(begin+Minute+Retention, cat, start)
	do(e, err)
	if over.Replayed || len(e.Entries) == 0 || team.jobs.count() > 0 {
		t.Errorf("when the first is over, starting is %+v, and %d are stowed", over, team.jobs.count())
	}
	check(t, team.Check())
}

// TestRememberedLongHold: a job that ended months before its hold would have is stowed and forgotten by when it ended, once,
// also when no entry came between.
func TestRememberedLongHold(t *testing.T) {
	for _, meanwhile := range []Instant{3 * Day, 30 * Day, 100 * Day} {
		cat, err := NewCatalog(Catalog{Products: []Product{{Code: "render", Kind: Metered, Flex: true, Hold: 90 * Day, Rates: []Rate{{Tokens: Token}}}}})
		check(t, err)
		var all []*Entry
		do := mustEffect(t, &all)
		team := teamOfBen(cat, do)
		begin := at("2026-01-05 08:00")
		_, e, err := team.StartJob(begin, cat, StartJob{Job: "j", User: "ben", Service: "render", Quantity: 1000})
		do(e, err)
		_, _, e, err = team.EndJob(begin+Minute, EndJob{Job: "j", State: JobCompleted, Used: 1000})
		do(e, err)
		for _, after := range []Instant{meanwhile, max(meanwhile, 46*Day) + Hour, 101 * Day} {
			_, e, err = team.AddUsers(begin+after, Caller{}, []UserAdded{{"u" + after.Time().Format("01021504"), RoleUser}})
			do(e, err)
			check(t, team.CheckForgotten())
			check(t, team.Check())
			stowed := after < Retention
			if len(team.Jobs) > 0 || (team.jobs.count() == 1) != stowed {
				t.Errorf("after %v hours, %v is here and %d are stowed", after/Hour, team.Jobs, team.jobs.count())
			}
		}
	}
}

// TestRememberedAnswer: a first answer that was stowed is given again, and its key is free when it is over.
func TestRememberedAnswer(t *testing.T) {
	cat := sampleCatalog(t)
	var all []*Entry
	do := mustEffect(t, &all)
	team := teamOfBen(cat, do)
	begin := at("2026-01-05 08:00")
	_, e, err := team.Open(begin, cat, Open{Session: "s", User: "ben", Product: "autocad"})
	do(e, err)
	c := Renew{Caller: Caller{Key: "k", Print: "renew s"}, Session: "s", InUse: true}
	first, e, err := team.Renew(begin+Day, cat, c)
	do(e, err)
	now := begin + 4*Day
	_, e, err = team.AddUsers(now, Caller{}, []UserAdded{{"cy", RoleUser}})
	do(e, err)
	if len(team.Receipts) > 0 || team.receipts.count() != 1 {
		t.Errorf("%d answers are stowed, and not %v", team.receipts.count(), team.Receipts)
	}
	again, e, err := team.Renew(now, cat, c)
	do(e, err)
	if first.Replayed = true; !reflect.DeepEqual(again, first) || len(e.Entries) > 0 {
		t.Errorf("renewing again is %+v, want %+v", again, first)
	}
	other := c
	other.Print = "renew another"
	if _, _, err := team.Renew(now, cat, other); codeOf(err) != ErrConflict || !team.Repeats(now, c.Caller) {
		t.Errorf("a key for another request: %v", err)
	}
	over := begin + Day + Retention
	if team.Repeats(over, c.Caller) {
		t.Error("the answer is remembered for too long")
	}
	g, e, err := team.Renew(over, cat, c)
	do(e, err)
	if g.Replayed || g.Code != CodeTokensCharged || team.receipts.count() > 0 {
		t.Errorf("when the first is over, renewing is %+v, and %d are stowed", g, team.receipts.count())
	}
	check(t, team.Check())
}
