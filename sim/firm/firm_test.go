package firm_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/firm"
	"github.com/daypass/daypass/sim/yearbook"
)

// played is a year and what reads it.
type played struct {
	firm.Played
	journal *journal.Journal
	desk    *desk.Desk
	year    *yearbook.Year
}

// play plays a year, or its first weeks, on a disk.
func play(t testing.TB, seed uint64, until time.Time) played {
	t.Helper()
	ctx, clock := context.Background(), desk.NewVirtualClock(firm.Founded)
	j, err := journal.Open(ctx, t.TempDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	p, err := firm.Play(ctx, j, clock, firm.Options{Seed: seed, Until: until})
	if err != nil {
		t.Fatal(err)
	}
	d, err := desk.New(ctx, j, desk.Options{Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	year, err := yearbook.Read(ctx, d, firm.Team)
	if err != nil {
		t.Fatal(err)
	}
	return played{p, j, d, year}
}

// entries reads the whole ledger.
func (p played) entries(t *testing.T) []desk.Record {
	t.Helper()
	records, _, err := p.desk.Ledger(context.Background(), firm.Team, 0, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// TestOneSeedIsOneYear plays half a year twice: the hash of the last entry stands for all of them.
func TestOneSeedIsOneYear(t *testing.T) {
	t.Parallel()
	half := firm.First.AddDate(0, 6, 0)
	a, b := play(t, 1, half), play(t, 1, half)
	if a.year.Head != b.year.Head || a.year.Entries < 10_000 {
		t.Errorf("%d entries end with %s, and %d with %s", a.year.Entries, a.year.Head, b.year.Entries, b.year.Head)
	}
	if !reflect.DeepEqual(a.Played, b.Played) || !reflect.DeepEqual(a.year, b.year) {
		t.Error("two years of one seed have other figures")
	}
	until := firm.First.AddDate(0, 1, 0)
	if c, d := play(t, 1, until), play(t, 2, until); c.year.Head == d.year.Head || c.year.Balance.Used == d.year.Balance.Used {
		t.Error("two seeds give one year")
	}
}

// TestYears holds for years of several seeds: the ledger verifies, its figures are those that were answered, the
// three people whose habits are told in numbers keep to them, and everything promised happens.
func TestYears(t *testing.T) {
	for _, seed := range []uint64{1, 18} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			p := play(t, seed, time.Time{})
			findings, _, err := desk.Verify(context.Background(), p.journal, func(desk.Checked) {})
			if err != nil || len(findings) > 0 {
				t.Errorf("%v, %v", findings, err)
			}
			p.checkFigures(t)
			p.checkThree(t)
			p.checkEvents(t)
		})
	}
}

func (p played) checkFigures(t *testing.T) {
	var months, products, users, jobs license.Tokens
	for _, m := range p.year.Months {
		months += m.Tokens
	}
	for _, u := range p.year.Products {
		products += u.Tokens
	}
	for _, u := range p.year.Users {
		users += u.Tokens
	}
	for _, j := range p.year.Jobs {
		jobs += j.Charged
	}
	used := p.year.Balance.Used
	if months != used || products != used || users != used || p.Charged-p.GivenBack+p.Jobs != used {
		t.Errorf("%d are used; months %d, products %d, people %d, answers %d", used, months, products, users,
			p.Charged-p.GivenBack+p.Jobs)
	}
	if jobs != p.Jobs || p.year.GivenBack.Tokens != p.GivenBack {
		t.Errorf("jobs %d and %d, given back %d and %d", jobs, p.Jobs, p.year.GivenBack.Tokens, p.GivenBack)
	}
}

func (p played) checkThree(t *testing.T) {
	type use struct {
		days int
		paid license.Tokens
	}
	uses := map[string]use{}
	for _, user := range []string{"sarah", "anna", "james"} {
		for _, n := range p.year.Each[user] {
			uses[user+" "+n.Product] = use{n.Days, n.Paid}
		}
	}
	want := map[string]use{
		"sarah navisworks": {24, 24 * 5 * license.Token},
		"anna inventor":    {48, 48 * 8 * license.Token},
		"james autocad":    {120, 120 * 7 * license.Token},
	}
	for what, w := range want {
		if uses[what] != w {
			t.Errorf("%s is %+v, want %+v", what, uses[what], w)
		}
	}
	if revit := uses["sarah revit"]; revit.days < 190 || revit.paid != 0 {
		t.Errorf("Sarah's Revit is %+v", revit)
	}
}

// BenchmarkYear is a whole year on a disk, read and added up.
func BenchmarkYear(b *testing.B) {
	for b.Loop() {
		p := play(b, 1, time.Time{})
		b.ReportMetric(float64(p.Commands), "commands/op")
	}
}
