package license

import (
	"fmt"
	"testing"
	"time"
)

// mixedTeam is a team of n users and a catalogue of n products, with seats of products and of a collection, floating
// ones, groups, trials, lists, limits, live passes and many packs.
func mixedTeam(t testing.TB, n int) (*Team, *Catalog, []string, []string) {
	t.Helper()
	var c Catalog
	var users, products []string
	for i := range n {
		p := Product{Code: fmt.Sprintf("p%d", i), Name: "p", Kind: Daily, Flex: i%7 > 0, Rates: []Rate{{Tokens: Tokens(i+1) * 100}}}
		if i%5 == 0 {
			p.Versions = []string{"2026", "2025"}
		}
		if i%11 == 0 {
			p.Kind = Metered
		}
		c.Products = append(c.Products, p)
		products = append(products, p.Code)
		users = append(users, fmt.Sprintf("u%d", i))
	}
	c.Collections = []Collection{{Code: "suite", Products: products[:n/2]}}
	cat, err := NewCatalog(c)
	if err != nil {
		t.Fatal(err)
	}
	team, _, err := CreateTeam(1, "", TeamCreated{Team: "acme", Settings: DefaultSettings, PrimaryAdmin: "ada"})
	do := func(_ Effect, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	do(Effect{}, err)
	for _, u := range users {
		_, e, err := team.AddUsers(1, Caller{}, []UserAdded{{u, RoleUser}})
		do(e, err)
	}
	for i := range 20 {
		_, e, err := team.BuyPack(1, cat, BuyPack{Pack: fmt.Sprint("pack", i), Size: 500 * Token})
		do(e, err)
	}
	for i, kind := range []SeatKind{SingleUser, MultiUser, SingleUser} {
		what := []string{"suite", products[1], products[2]}[i]
		do(team.AddSubscription(1, cat, Caller{}, Subscription{ID: what, What: what, Kind: kind, Seats: n / 5, From: 0, Until: 300 * Day}))
	}
	do(team.MakeGroup(1, Caller{}, GroupMade{"all", "all"}))
	_, e, err := team.AddMembers(1, Caller{}, "all", users)
	do(e, err)
	do(team.Give(1, cat, Caller{}, "all", Gift{What: FlexCode}))
	do(team.Give(1, cat, Caller{}, "all", Gift{What: products[1], Kind: MultiUser}))
	for i, u := range users {
		if i < n/5 {
			do(team.Assign(1, cat, Caller{}, u, "suite", ""))
		}
		if i%9 == 0 {
			do(team.GrantTrial(1, cat, Caller{}, TrialGranted{u, products[i], Day}))
		}
		if i%13 == 0 {
			do(team.SetUserFlex(1, cat, Caller{}, u, &FlexList{Mode: FlexListed, Products: products[:i+1]}))
		}
		_, e, err := team.Open(1, cat, Open{Session: u, User: u, Product: products[1]})
		do(e, err)
	}
	do(team.SetLimits(1, Caller{}, []Limit{{Scope: ScopeTeam, Period: PerMonth, Tokens: MaxTokens, Action: ActionRefuse},
		{Scope: ScopeUser, Period: PerDay, Tokens: 9 * Token, Action: ActionRefuse}}))
	return team, cat, users, products
}

// A hundred users and a hundred products are asked about in far less than a tenth of a second.
func TestAccessIsQuick(t *testing.T) {
	team, cat, users, products := mixedTeam(t, 100)
	best := time.Hour
	codes := map[Code]int{}
	for range 5 {
		begin := time.Now()
		all := team.Access(3, cat, users, products)
		best = min(best, time.Since(begin))
		clear(codes)
		for _, a := range all {
			codes[a.Code]++
		}
	}
	t.Logf("10000 pairs in %v: %v", best, codes)
	if len(codes) < 7 {
		t.Errorf("the team is too simple: %v", codes)
	}
	if best > 100*time.Millisecond {
		t.Errorf("10000 pairs took %v, want less than 100ms", best)
	}
}

func BenchmarkAccess(b *testing.B) {
	team, cat, users, products := mixedTeam(b, 100)
	b.ReportAllocs()
	for b.Loop() {
		team.Access(3, cat, users, products)
	}
}
