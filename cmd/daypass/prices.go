package main

import (
	"slices"

	"github.com/daypass/daypass/api"
)

// prices prints what a pack costs, and what a seat costs for each term.
func (r *remote) prices(p api.Prices) {
	rows := [][]string{}
	for _, pack := range p.Packs {
		whole := max(1, int64(pack.Size/api.Whole))
		each := (pack.Amount + whole/2) / whole
		rows = append(rows, []string{tokens(pack.Size), money(pack.Amount, p.Currency), money(each, p.Currency)})
	}
	if len(rows) > 0 {
		r.say("")
		r.table([]column{text("pack"), figures("price"), figures("each token")}, rows)
	}
	if len(p.Seats) > 0 {
		r.say("")
		r.seatPrices(p)
	}
	if t := p.TradeIn; t != nil {
		r.say("\n%s for %s, traded in.", count(t.SingleUser, "single-user seat", "single-user seats"), count(t.MultiUser, "floating one", "floating ones"))
	}
}

// seatPrices prints a row for each product or collection and a column for each term.
func (r *remote) seatPrices(p api.Prices) {
	var months []int
	var codes []string
	amounts := map[api.SeatPrice]string{}
	for _, s := range p.Seats {
		months, codes = append(months, s.Months), append(codes, s.Product+s.Collection)
		amounts[api.SeatPrice{Product: s.Product + s.Collection, Months: s.Months}] = money(s.Amount, p.Currency)
	}
	slices.Sort(months)
	months = slices.Compact(months)
	columns := []column{text("seat")}
	for _, m := range months {
		columns = append(columns, figures(count(m, "month", "months")))
	}
	rows := [][]string{}
	for i, code := range codes {
		if slices.Index(codes, code) < i {
			continue
		}
		row := []string{code}
		for _, m := range months {
			row = append(row, amounts[api.SeatPrice{Product: code, Months: m}])
		}
		rows = append(rows, row)
	}
	r.table(columns, rows)
}
