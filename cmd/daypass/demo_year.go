package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/firm"
	"github.com/daypass/daypass/sim/yearbook"
)

// year prints what a year came to, in up to 100 columns.
func (s screen) year(y *yearbook.Year, refusals []firm.Refusal) {
	s.say("%s", s.paint(head, fmt.Sprintf("%s, %d people, %s to %s", y.Name, y.People, dated(y.From), dated(y.Until))))
	s.balance(y)
	s.months(y)
	s.products(y)
	s.users(y)
	s.three(y)
	s.refusals(y, refusals)
	s.jobs(y)
	s.seatUse(y)
	s.advice(y)
	s.say("\n%s", s.paint(faint, fmt.Sprintf("All of it is in the team's ledger: %s, the last with the hash %s…",
		count(y.Entries, "entry", "entries"), y.Head[:16])))
}

// title begins a part.
func (s screen) title(format string, args ...any) {
	s.say("\n%s", s.paint(title, fmt.Sprintf(format, args...)))
}

var title = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Cyan)

// note is a sentence below a table.
func (s screen) note(format string, args ...any) {
	for _, line := range strings.Split(lipgloss.Wrap(fmt.Sprintf(format, args...), 98, ""), "\n") {
		s.say("%s", s.paint(faint, strings.TrimRight(line, " ")))
	}
}

func dated(i license.Instant) string { return i.Time().Format("2 Jan 2006") }

// some writes an amount of tokens without the word.
func some(t license.Tokens) string { return amount(api.Tokens(t)) }

func (s screen) balance(y *yearbook.Year) {
	b := y.Balance
	s.title("Tokens: %s left of %s", some(b.Available), some(b.Bought))
	packs := append(slices.Clone(b.Packs), license.Pack{ID: "all", Size: b.Bought, Left: b.Available, Drawn: b.Used, Expired: b.Expired})
	left := evenly(packs, func(p license.Pack) license.Tokens { return p.Left })
	used := evenly(packs, func(p license.Pack) license.Tokens { return p.Drawn })
	expired := evenly(packs, func(p license.Pack) license.Tokens { return p.Expired })
	rows := [][]string{}
	for i, p := range packs {
		row := []string{p.ID, "", "", some(p.Size), left[i], used[i], expired[i], ""}
		if p.BoughtAt != 0 {
			row[1], row[7] = dated(p.BoughtAt), dated(p.ExpiresAt)
		}
		if p.Price != nil {
			row[2] = whole(p.Price.Amount)
		}
		rows = append(rows, row)
	}
	s.table([]column{text("pack"), text("bought"), figures(y.Currency), figures("tokens"), figures("left"), figures("used"),
		figures("expired"), text("ends")}, rows)
}

func (s screen) months(y *yearbook.Year) {
	s.title("Tokens by month")
	top, width := license.Tokens(1), 60
	for _, m := range y.Months {
		top = max(top, m.Tokens)
	}
	amounts := evenly(y.Months, func(m yearbook.Month) license.Tokens { return m.Tokens })
	for i, m := range y.Months {
		name := time.Month(m.Month).String()[:3] + fmt.Sprintf(" %d", m.Year)
		s.say("  %s %9s  %s", name, amounts[i], s.paint(barStyle, bar(m.Tokens, top, width)))
	}
}

var barStyle = lipgloss.NewStyle().Foreground(lipgloss.Blue)

// shown is how many rows a list of the most has.
const shown = 10

func (s screen) products(y *yearbook.Year) {
	s.title("Products used most")
	rows, list := [][]string{}, y.Products[:min(shown, len(y.Products))]
	amounts := evenly(list, func(u yearbook.Use) license.Tokens { return u.Tokens })
	for i, p := range list {
		rows = append(rows, []string{p.Name, grouped(fmt.Sprint(p.Passes)), fmt.Sprint(p.Others), amounts[i]})
	}
	s.table([]column{text("product"), figures("days used"), figures("people"), figures("tokens")}, rows)
	of := y.Sources
	s.note("A day used is a pass. Seats paid for %s, tokens for %s, and %s free on trial.", grouped(fmt.Sprint(of[license.SourceSeat])),
		grouped(fmt.Sprint(of[license.SourceTokens])), count(of[license.SourceTrial], "was", "were"))
}

func (s screen) users(y *yearbook.Year) {
	s.title("People who used most tokens")
	rows, list := [][]string{}, y.Users[:min(shown, len(y.Users))]
	amounts := evenly(list, func(u yearbook.Use) license.Tokens { return u.Tokens })
	for i, u := range list {
		rows = append(rows, []string{u.Name, short(u.Most, 36), grouped(fmt.Sprint(u.Passes)), amounts[i]})
	}
	s.table([]column{text("person"), text("mostly"), figures("days used"), figures("tokens")}, rows)
	s.note("%s closed within five minutes gave back %s.", count(y.GivenBack.Passes, "launch", "launches"), tokens(api.Tokens(y.GivenBack.Tokens)))
}

// three shows some people whom the lines to try speak of.
func (s screen) three(y *yearbook.Year) {
	s.title("Three of them")
	rows := [][]string{}
	for _, id := range []string{"sarah", "anna", "james"} {
		for i, n := range y.Each[id] {
			name, paid := "", "a seat"
			if i == 0 {
				name = nameOf(y.Users, id)
			}
			if n.Paid > 0 {
				paid = tokens(api.Tokens(n.Paid))
			}
			rows = append(rows, []string{name, n.Name, fmt.Sprint(n.Days), paid})
		}
	}
	s.table([]column{text("person"), text("product"), figures("days used"), text("paid by")}, rows)
}

// refusals are what the desk answered: a refusal stands in no ledger, since it changes nothing.
func (s screen) refusals(y *yearbook.Year, list []firm.Refusal) {
	if list == nil {
		return
	}
	s.title("Refused")
	times, first := map[license.Code]int{}, map[license.Code]firm.Refusal{}
	for _, r := range list {
		if times[r.Code]++; times[r.Code] == 1 {
			first[r.Code] = r
		}
	}
	codes := slices.SortedFunc(maps.Keys(times), func(a, b license.Code) int { return cmp.Or(times[b]-times[a], cmp.Compare(a, b)) })
	rows := [][]string{}
	for _, code := range codes {
		r := first[code]
		rows = append(rows, []string{string(code), fmt.Sprint(times[code]), nameOf(y.Users, r.User), short(nameOf(y.Products, r.Product), 30),
			r.At.Time().Format("2 Jan 15:04")})
	}
	s.table([]column{text("code"), figures("times"), text("at first"), text("for"), text("on")}, rows)
	if r, short := first[license.CodeTokensInsufficient]; short {
		s.note("On %s the tokens ran out before the next pack was bought. Idle is left open overnight: nobody was there, and nothing was charged.", dated(r.At))
	}
}

func nameOf(list []yearbook.Use, id string) string {
	for _, u := range list {
		if u.ID == id {
			return u.Name
		}
	}
	return id
}

func (s screen) jobs(y *yearbook.Year) {
	s.title("Jobs in the cloud")
	rows := [][]string{}
	charged := evenly(y.Jobs, func(j yearbook.Service) license.Tokens { return j.Charged })
	returned := evenly(y.Jobs, func(j yearbook.Service) license.Tokens { return j.Returned })
	for i, j := range y.Jobs {
		rows = append(rows, []string{short(j.Name, 36), fmt.Sprint(j.Started), fmt.Sprint(j.Completed), fmt.Sprint(j.Cancelled),
			fmt.Sprint(j.Expired), charged[i], returned[i]})
	}
	s.table([]column{text("service"), figures("jobs"), figures("done"), figures("cancelled"), figures("expired"),
		figures("tokens"), figures("returned")}, rows)
}
