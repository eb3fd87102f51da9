package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/license"
)

// storm is what as many at once came to.
type storm struct {
	mu      sync.Mutex
	spent   license.Tokens
	granted int
	codes   map[license.Code]int
}

func (s *storm) answered(t *testing.T, granted bool, code license.Code, tokens license.Tokens, limits []license.LimitState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[code]++
	if granted {
		s.granted++
		s.spent += tokens
	}
	for _, l := range limits {
		if l.Action == license.ActionRefuse && l.Used > l.Tokens {
			t.Errorf("an answer says that %d of %d were used of %+v", l.Used, l.Tokens, l.Limit)
		}
	}
}

const stormers = 200

// Two hundred at once open and start jobs: limits of the team, a group and users are used up exactly, on each engine,
// with one server and with two, and what warns is told of once.
func TestLimitsInAStorm(t *testing.T) {
	for name, servers := range map[string]int{"sqlite": 1, "postgres": 2} {
		t.Run(name, func(t *testing.T) {
			var kept []*journal.Journal
			address, dir := "", t.TempDir()
			if name == "postgres" {
				address = pgtest.URL(t)
			}
			var desks []*Desk
			clock := NewVirtualClock(start)
			for range servers {
				var j *journal.Journal
				var err error
				if address != "" {
					j, err = journal.OpenPostgres(t.Context(), address, journal.Options{})
				} else {
					j, err = journal.Open(t.Context(), dir, journal.Options{})
				}
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = j.Close() })
				kept = append(kept, j)
			}
			for _, j := range kept {
				d, err := New(context.Background(), j, Options{Clock: clock.Now})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(d.Close)
				desks = append(desks, d)
			}
			foundLimits(t, desks[0])
			s := blow(t, desks)
			// The team's 100 are used up but for less than the least that was asked for; those of the group as well.
			if s.spent > 100*license.Token || s.spent+3*license.Token <= 100*license.Token {
				t.Errorf("%d thousandths were spent of 100 tokens, so that another 3 would have fitted: %v", s.spent, s.codes)
			}
			if s.granted+s.codes[license.CodeLimitReached] != stormers {
				t.Errorf("%d were granted of %d: %v", s.granted, stormers, s.codes)
			}
			compareWithLedger(t, desks[0], kept[0], s)
		})
	}
}

// foundLimits makes a team of many with limits.
func foundLimits(t *testing.T, d *Desk) {
	t.Helper()
	ctx := context.Background()
	check := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(0, d.SetCatalog(ctx, "operator", license.Catalog{Products: []license.Product{
		{Code: "autocad", Kind: license.Daily, Flex: true, Rates: []license.Rate{{Tokens: 7 * license.Token}}},
		{Code: "render", Kind: license.Metered, Unit: "photo", Flex: true, Rates: []license.Rate{{Tokens: license.Token}}}}}))
	check(d.CreateTeam(ctx, "operator", NewTeam{ID: "acme", Name: "Acme", Plan: license.Standard, Admin: journal.Person{ID: "ada", Name: "Ada", Email: "ada@acme.example"}}))
	users, ids := make([]AddUser, stormers), make([]string, stormers)
	for i := range users {
		ids[i] = fmt.Sprint("u", i)
		users[i] = AddUser{ids[i], ids[i], ids[i] + "@acme.example", license.RoleUser}
	}
	_, _, err := d.AddUsers(ctx, "acme", license.Caller{}, users)
	check(0, err)
	check(d.MakeGroup(ctx, "acme", license.Caller{}, license.GroupMade{Group: "half", Name: "half"}))
	check(d.MakeGroup(ctx, "acme", license.Caller{}, license.GroupMade{Group: "all", Name: "all"}))
	check(d.Give(ctx, "acme", license.Caller{}, "all", license.Gift{What: license.FlexCode}))
	_, _, _, err = d.AddMembers(ctx, "acme", license.Caller{}, "half", ids[:stormers/2])
	check(0, err)
	_, _, _, err = d.AddMembers(ctx, "acme", license.Caller{}, "all", ids)
	check(0, err)
	_, _, err = d.BuyPack(ctx, "acme", license.BuyPack{Pack: "p1", Size: 10_000 * license.Token})
	check(0, err)
	limit := func(scope license.Scope, tokens license.Tokens, action license.Action) license.Limit {
		return license.Limit{Scope: scope, Period: license.PerDay, Tokens: tokens * license.Token, Action: action}
	}
	half, service := limit(license.ScopeGroup, 40, license.ActionRefuse), limit(license.ScopeProduct, 30, license.ActionWarn)
	half.Group, service.Product = "half", "autocad"
	check(d.SetLimits(ctx, "acme", license.Caller{}, []license.Limit{half, service,
		limit(license.ScopeTeam, 100, license.ActionRefuse), limit(license.ScopeTeam, 50, license.ActionWarn), limit(license.ScopeUser, 7, license.ActionRefuse)}))
}

// blow has everyone ask at once, every other one for a job.
func blow(t *testing.T, desks []*Desk) *storm {
	s := &storm{codes: map[license.Code]int{}}
	var ready, done sync.WaitGroup
	ready.Add(stormers)
	for i := range stormers {
		done.Go(func() {
			d, user := desks[i%len(desks)], fmt.Sprint("u", (i*7)%stormers)
			ready.Done()
			ready.Wait()
			if i/2%2 == 0 {
				a, err := d.Open(context.Background(), "acme", license.Open{Session: fmt.Sprint("s", i), User: user, Product: "autocad"})
				if err != nil {
					t.Error(err)
				}
				s.answered(t, a.Outcome == license.Granted, a.Code, 7*license.Token, a.Limits)
				return
			}
			g, _, err := d.StartJob(context.Background(), "acme", license.StartJob{Job: fmt.Sprint("j", i), User: user, Service: "render", Quantity: 3000})
			if err != nil {
				t.Error(err)
			}
			s.answered(t, g.Outcome == license.Granted, g.Code, g.Held, g.Limits)
		})
	}
	done.Wait()
	return s
}

// compareWithLedger adds up what was answered from the entries alone, group by group, and counts what was told.
func compareWithLedger(t *testing.T, d *Desk, j *journal.Journal, s *storm) {
	t.Helper()
	var team, half license.Tokens
	err := j.Read(t.Context(), "acme", 0, func(e journal.Entry) error {
		entry, err := license.DecodeEntry(e.Body)
		if err != nil {
			return err
		}
		var user string
		var tokens license.Tokens
		switch b := entry.Body.(type) {
		case *license.PassOpened:
			user, tokens = b.User, b.Rate
		case *license.JobStarted:
			user, tokens = b.User, license.Cost(b.Rate, b.Quantity)
		default:
			return nil
		}
		team += tokens
		i := 0
		if _, err := fmt.Sscanf(user, "u%d", &i); err != nil {
			return err
		}
		if i < stormers/2 {
			half += tokens
		}
		return nil
	})
	if err != nil || team != s.spent || half > 40*license.Token {
		t.Errorf("the ledger has %d, %d of them by the half, want %d, and 40 tokens at most: %v", team, half, s.spent, err)
	}
	b, _, err := d.Balance(t.Context(), "acme")
	if err != nil || b.Available != 10_000*license.Token-team {
		t.Errorf("the balance is %d after %d were taken: %v", b.Available, team, err)
	}
	told := map[string]int{}
	err = j.Outbox(t.Context(), "acme", func(n journal.Notice) error {
		if n.Kind == "invited" { // as everyone was
			return nil
		}
		var body license.LimitNotice
		if err := json.Unmarshal(n.Body, &body); err != nil || body.Used <= body.Tokens {
			t.Errorf("the notice %s says %s: %v", n.ID, n.Body, err)
		}
		told[n.Kind+" "+string(body.Scope)]++
		return nil
	})
	if err != nil || told["limit_exceeded team"] != 1 || len(told) > 2 || told["limit_exceeded product"] > 1 {
		t.Errorf("there are the notices %v, want one of the team's limit, and of the product's if it was exceeded: %v", told, err)
	}
}
