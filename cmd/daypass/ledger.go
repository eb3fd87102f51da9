package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/client"
)

func ledgerCommand() *cobra.Command {
	var page client.Page
	c := &cobra.Command{
		Use:   "ledger",
		Short: "List what happened, oldest first",
		Example: `daypass ledger
daypass ledger --limit 1000 --json`,
		Args:    arguments(),
		GroupID: groupTeam,
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			entries, err := r.Ledger(ctx, r.team, page)
			if err != nil {
				return err
			}
			return r.tell(func() {
				rows := [][]string{}
				for _, e := range entries.Items {
					rows = append(rows, []string{grouped(fmt.Sprint(e.Position)), stamp(e.At), strings.ReplaceAll(e.Kind, "_", " "), e.By, about(e)})
				}
				r.list("Nothing stands in the ledger here.",
					[]column{figures("no."), text("at (UTC)"), text("what"), text("by"), text("about")}, rows, entries.Next)
			})
		}),
	}
	return paged(asksTeam(c), &page)
}
