package license

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

func at(s string) Instant {
	v, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return InstantOf(v)
}

func sampleCatalog(t testing.TB) *Catalog {
	t.Helper()
	c, err := NewCatalog(Catalog{Products: []Product{
		{Code: "autocad", Name: "AutoCAD", Kind: Daily, Flex: true, Rates: []Rate{{Tokens: 7 * Token}}},
		{Code: "render", Name: "Rendering", Kind: Metered, Flex: true, Rates: []Rate{{Tokens: 100}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustEffect(t *testing.T, all *[]*Entry) func(Effect, error) {
	return func(e Effect, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		*all = append(*all, e.Entries...)
	}
}

// teamOfBen is a team with a pack, whose one user has Flex, on 5 January 2026 at seven.
func teamOfBen(cat *Catalog, do func(Effect, error)) *Team {
	now := at("2026-01-05 07:00")
	team, e, err := CreateTeam(now, "operator", TeamCreated{Team: "acme", Plan: Standard, Settings: DefaultSettings, PrimaryAdmin: "ada"})
	do(e, err)
	_, e, err = team.AddUsers(now, Caller{}, []UserAdded{{"ben", RoleUser}})
	do(e, err)
	do(team.Assign(now, cat, Caller{}, "ben", FlexCode, ""))
	_, e, err = team.BuyPack(now, cat, BuyPack{Pack: "small", Size: 500 * Token})
	do(e, err)
	return team
}

// TestWorkedExample is R5.3 to the letter, and shows that the journal alone gives the same state.
func TestWorkedExample(t *testing.T) {
	cat := sampleCatalog(t)
	var all []*Entry
	do := mustEffect(t, &all)
	team := teamOfBen(cat, do)
	open := func(when, session string) Grant {
		g, e, err := team.Open(at(when), cat, Open{Session: session, User: "ben", Product: "autocad"})
		do(e, err)
		return g
	}
	if g := open("2026-01-05 08:00", "s1"); g.Code != CodeTokensCharged || g.Charge.Tokens != 7*Token {
		t.Fatalf("Monday: %+v", g)
	}
	_, e, err := team.Close(at("2026-01-05 17:00"), Close{Session: "s1"})
	do(e, err)
	if g := open("2026-01-06 07:00", "s2"); g.Code != CodePassLive || g.Charge != nil {
		t.Fatalf("Tuesday 07:00: %+v", g)
	}
	do(team.WriteJoins([]Join{{Session: "s2", User: "ben", Product: "autocad", At: at("2026-01-06 07:00"), Pass: 5, Code: CodePassLive, Source: SourceTokens, LeaseUntil: at("2026-01-06 08:00")}}))
	g, e, err := team.Renew(at("2026-01-06 08:00"), cat, Renew{Session: "s2", InUse: true})
	do(e, err)
	if g.Code != CodeTokensCharged || g.Pass.From != at("2026-01-06 08:00") {
		t.Fatalf("Tuesday 08:00: %+v", g)
	}
	if got := team.Available(at("2026-01-06 08:00")); got != 486*Token {
		t.Fatalf("available %d", got)
	}
	again := NewTeam()
	for _, e := range all {
		b, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		d, err := DecodeEntry(b)
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Apply(d); err != nil {
			t.Fatal(err)
		}
	}
	one, _ := team.Save()
	two, _ := again.Save()
	if !bytes.Equal(one, two) {
		t.Fatalf("states differ:\n%s\n%s", one, two)
	}
	back, err := LoadTeam(one)
	if err != nil {
		t.Fatal(err)
	}
	three, _ := back.Save()
	if !bytes.Equal(one, three) {
		t.Fatalf("a snapshot changes the state:\n%s\n%s", one, three)
	}
	if err := team.Check(); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkOpenCharged(b *testing.B) {
	cat := sampleCatalog(b)
	team, _, _ := CreateTeam(0, "", TeamCreated{Team: "acme", Settings: DefaultSettings, PrimaryAdmin: "ada"})
	_, _, _ = team.BuyPack(0, cat, BuyPack{Pack: "p", Size: MaxTokens})
	_, _, _ = team.AddUsers(0, Caller{}, []UserAdded{{"ben", RoleUser}})
	_, _ = team.Assign(0, cat, Caller{}, "ben", FlexCode, "")
	now := Instant(0)
	id := []byte("session-0000000000")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%1000 == 0 {
			now += Day
		}
		for j := len(id) - 1; ; j-- {
			if id[j]++; id[j] <= '9' {
				break
			}
			id[j] = '0'
		}
		delete(team.uses, useKey{"ben", "autocad"})
		g, e, err := team.Open(now, cat, Open{Session: string(id), User: "ben", Product: "autocad"})
		if err != nil || g.Outcome != Granted {
			if g.Code == CodeTokensInsufficient {
				_, _, _ = team.BuyPack(now, cat, BuyPack{Pack: string(id), Size: MaxTokens})
				continue
			}
			b.Fatal(g, err)
		}
		for _, x := range e.Entries {
			if _, err := x.Encode(); err != nil {
				b.Fatal(err)
			}
		}
		delete(team.Sessions, string(id))
	}
}

func TestChargeIDIsWrittenInOneWay(t *testing.T) {
	var id ChargeID
	for _, text := range []string{"charge-1", "charge-9223372036854775807"} {
		if err := id.UnmarshalText([]byte(text)); err != nil || id.String() != text {
			t.Errorf("%s became %s: %v", text, id, err)
		}
	}
	for _, text := range []string{"", "1", "charge-", "charge-01", "charge-+1", "charge-9223372036854775808", "pass-1", "charge-1 "} {
		if err := id.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q became %s", text, id)
		}
	}
}

// The journals have had it as a text from the first.
func TestChargeGivenBackIsNamedByText(t *testing.T) {
	e := &Entry{At: 1, By: "operator", Body: &SessionClosed{Session: "s", Reversed: &Charge{ID: 5, Tokens: 7, Draws: []Draw{{Pack: "p", Tokens: 7}}}}}
	body, err := e.Encode()
	if err != nil || !strings.Contains(string(body), `"reversed":{"id":"charge-5","tokens":7,"draws":[{"pack":"p","tokens":7}]}`) {
		t.Fatalf("%s, %v", body, err)
	}
	if again, err := DecodeEntry(body); err != nil || !reflect.DeepEqual(again, e) {
		t.Errorf("%+v, %v", again, err)
	}
}
