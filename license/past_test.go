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

// anySession has other values in all fields, those that a session may get one day included.
func anySession(t *rapid.T, id string, hour int64) *Session {
	s := &Session{}
	fill(t, reflect.ValueOf(s).Elem())
	s.ID, s.Until = id, Instant(hour)*Hour+Instant(rapid.Int64Range(0, int64(Hour)-1).Draw(t, "in the hour"))
	return s
}

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

// TestPast: packed sessions are found as they were, whatever is packed, taken out and forgotten, and whichever ids have the
// same hash; and what a snapshot has of them follows from them alone.
func TestPast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &past{blunt: rapid.SampledFrom([]uint64{0, ^uint64(1), ^uint64(0)}).Draw(t, "bits of hashes that are missing")}
		want := map[string]*Session{}
		anID := rapid.Map(rapid.IntRange(0, 20), func(n int) string { return fmt.Sprint("ses-", n) })
		anHour := rapid.Int64Range(0, 3)
		t.Repeat(map[string]func(*rapid.T){
			"pack": func(t *rapid.T) {
				hour, some := anHour.Draw(t, "hour"), []*Session{}
				for _, id := range rapid.SliceOfDistinct(anID, rapid.ID).Draw(t, "ids") {
					if want[id] == nil {
						want[id] = anySession(t, id, hour)
						some = append(some, want[id])
					}
				}
				if len(some) > 0 {
					p.pack(hour, some)
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
				maps.DeleteFunc(want, func(_ string, s *Session) bool { return s.ended() < before })
			},
			"save": func(t *rapid.T) {
				byHour, other := map[int64][]*Session{}, &past{}
				for _, s := range want {
					byHour[s.ended()] = append(byHour[s.ended()], s)
				}
				for hour, some := range byHour {
					other.pack(hour, some)
				}
				one, two := p.saved(), other.saved()
				if !slices.EqualFunc(one, two, func(a, b *pastHour) bool { return a.Hour == b.Hour && bytes.Equal(a.Packed, b.Packed) }) {
					t.Fatal("another history has packed the same sessions otherwise")
				}
				again := &past{blunt: p.blunt}
				if !again.load(one) {
					t.Fatal("what was saved is taken for damaged")
				}
				p = again
			},
			"": func(t *rapid.T) {
				for n := range 21 {
					id := fmt.Sprint("ses-", n)
					if got := p.get(id); !reflect.DeepEqual(got, want[id]) {
						t.Fatalf("%s is %+v, want %+v", id, got, want[id])
					}
				}
				if err := p.check(); err != nil || p.count() != len(want) {
					t.Fatalf("%d are packed, want %d: %v", p.count(), len(want), err)
				}
				var bytes int64
				for _, h := range p.hours {
					bytes += int64(cap(h.Packed))
				}
				if bytes != p.bytes {
					t.Fatalf("%d bytes are counted as %d", bytes, p.bytes)
				}
			},
		})
	})
}

// TestPastDamaged: hours that do not follow each other, or have a session of another hour or twice, are damaged.
func TestPastDamaged(t *testing.T) {
	hour := func(n int64, ends Instant, ids ...string) *pastHour {
		var p past
		var some []*Session
		for _, id := range ids {
			some = append(some, &Session{ID: id, Until: ends})
		}
		p.pack(n, some)
		return &pastHour{Hour: n, Packed: p.hours[n].Packed}
	}
	a, b := hour(1, Hour, "a"), hour(2, 2*Hour, "b")
	for what, hours := range map[string][]*pastHour{
		"in another order":          {b, a},
		"an hour twice":             {a, a},
		"a session in two hours":    {a, hour(2, 2*Hour, "a")},
		"a session twice":           {hour(1, Hour, "a", "a")},
		"a session of another hour": {hour(1, 2*Hour, "a")},
		"an hour without sessions":  {hour(1, Hour)},
		"before the first hour":     {hour(-1, -Hour, "a")},
		"behind the last hour":      {{Hour: mostHour + 1, Packed: a.Packed}},
		"with a byte more":          {{Hour: 1, Packed: append(slices.Clone(a.Packed), 0)}},
	} {
		if (&past{}).load(hours) {
			t.Errorf("%s: it is loaded", what)
		}
	}
	for n := range a.Packed {
		if (&past{}).load([]*pastHour{{Hour: 1, Packed: a.Packed[:n]}}) {
			t.Errorf("the first %d bytes of %d are loaded", n, len(a.Packed))
		}
	}
	if !(&past{}).load([]*pastHour{{Hour: 1, Packed: a.Packed}, {Hour: 2, Packed: b.Packed}}) {
		t.Error("two hours as they should be are not loaded")
	}
}

// TestPastSession: a session that was packed answers as before, is closed once, and goes on in a new pass.
func TestPastSession(t *testing.T) {
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
	if len(team.Sessions) > 0 || team.past.count() != len(firsts) {
		t.Fatalf("%d sessions are packed, and not %v", team.past.count(), team.Sessions)
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
		t.Errorf("%d sessions are not packed, and the fold has another state: %v", len(team.Sessions), !bytes.Equal(one, two))
	}
}
