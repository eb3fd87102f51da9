package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func ledgerCommand() *cobra.Command {
	var page client.Page
	var kinds []string
	c := &cobra.Command{
		Use:   "ledger",
		Short: "List what happened, oldest first",
		Example: `daypass ledger
daypass ledger --limit 1000 --json
daypass ledger --kind pack_added,tokens_withdrawn`,
		Args:    arguments(),
		GroupID: groupTeam,
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			read := r.Ledger
			if len(kinds) > 0 {
				read = func(ctx context.Context, team string, page client.Page) (api.List[api.Entry], error) {
					return r.LedgerOf(ctx, team, kinds, page)
				}
			}
			entries, err := read(ctx, r.team, page)
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
	c.Flags().StringSliceVar(&kinds, "kind", nil, "only entries of these kinds")
	return paged(asksTeam(c), &page)
}
