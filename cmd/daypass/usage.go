package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func userUsage() *cobra.Command {
	c := &cobra.Command{
		Use:     "usage USER",
		Short:   "Show what a user has used lately",
		Example: "daypass user usage ben",
		Args:    arguments("the user"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			u, err := r.Usage(ctx, r.team, args[0])
			if err != nil {
				return err
			}
			return r.tell(func() { r.usage(u) })
		}),
	}
	return positions(asksTeam(c), userIDs)
}

func (r *remote) usage(u api.Usage) {
	r.say("%s has used %s today, %s this week, %s this month.", r.paint(head, u.User), tokens(u.Tokens.Day), amount(u.Tokens.Week), amount(u.Tokens.Month))
	if len(u.Products) == 0 {
		return
	}
	rows := [][]string{}
	for _, p := range u.Products {
		row := []string{p.Product, amount(p.Tokens.Day), amount(p.Tokens.Week), amount(p.Tokens.Month), "-", "-", "-"}
		if p.Pass != nil {
			row[4], row[5], row[6] = stamp(p.Pass.Until), string(p.Pass.Source), strconv.Itoa(p.Pass.Open)
		}
		rows = append(rows, row)
	}
	r.table([]column{text("product"), figures("today"), figures("week"), figures("month"), text("pass until (UTC)"), text("paid by"), figures("open")}, rows)
}
