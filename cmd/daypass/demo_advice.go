package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/yearbook"
)

func (s screen) seatUse(y *yearbook.Year) {
	s.title("Seats")
	weeks := int((y.Until - y.From) / (7 * license.Day))
	rows, hardly := [][]string{}, []string{}
	for _, u := range y.Seats {
		kind := "single user"
		if u.Floating {
			kind = "floating"
		}
		rows = append(rows, []string{u.Name, kind, fmt.Sprint(u.Owned), fmt.Sprint(u.Assigned), fmt.Sprint(u.Users),
			grouped(fmt.Sprint(u.Passes)), tenths(10 * u.Passes / max(1, u.Owned*weeks))})
		for _, h := range u.Hardly {
			hardly = append(hardly, fmt.Sprintf("%s (%s, %s)", h.Name, u.Name, count(h.Passes, "day", "days")))
		}
	}
	s.table([]column{text("seat"), text("kind"), figures("owned"), figures("assigned"), figures("people"), figures("days used"),
		figures("days a week")}, rows)
	s.note("Hardly used, on less than a day a week: %s.", list(hardly, "none"))
}

// tenths writes a number of tenths.
func tenths(n int) string { return fmt.Sprintf("%d.%d", n/10, n%10) }

// advice says who would be cheaper otherwise (R12.4).
func (s screen) advice(y *yearbook.Year) {
	s.title("What would be cheaper")
	months := int((y.Until - y.From) / license.Day * 12)
	rows, saving := [][]string{}, int64(0)
	for _, a := range y.Advice {
		rows = append(rows, []string{short(a.Name, 15), needs(a.Needs, months), plan(a.Now, 14), whole(a.Now.Cost()),
			plan(a.Better, 17), whole(a.Better.Cost()), whole(a.Saving)})
		saving += a.Saving
	}
	s.table([]column{text("person"), text("days a month"), text("now"), figures(y.Currency), text("cheaper"), figures(y.Currency),
		figures("saves")}, rows)
	s.note("A year, together %s. Tokens are days × rate × %s, what a token cost on average; a seat is its price for 12 months. "+
		"The rule of thumb: a seat for 8 days a month or more (+), tokens for 7 or fewer.",
		money(saving, y.Currency), money(y.Token.Of(license.Token), y.Currency))
}

// needs names the product that somebody uses most, and counts the others.
func needs(list []yearbook.Need, months int) string {
	mark, more := "", ""
	if list[0].Frequent {
		mark = "+"
	}
	if len(list) > 1 {
		more = fmt.Sprintf(" & %d", len(list)-1)
	}
	days := tenths(10*365*list[0].Days/months) + mark + " "
	return days + short(list[0].Name, 18-len(days)-len(more)) + more
}

// plan names what is paid for.
func plan(p yearbook.Plan, width int) string {
	parts := slices.Clone(p.Seats)
	if p.TokensCost > 0 || len(parts) == 0 {
		parts = append(parts, "tokens")
	}
	return short(strings.Join(parts, " + "), width)
}

// whole writes an amount of money without its minor units, for tables.
func whole(minor int64) string { return grouped(fmt.Sprint((minor + 50) / 100)) }
