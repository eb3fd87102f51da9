package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func balanceCommand() *cobra.Command {
	return asksTeam(&cobra.Command{
		Use:     "balance",
		Short:   "Show the team's tokens, pack by pack",
		Example: "daypass balance",
		Args:    arguments(),
		GroupID: groupTeam,
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			b, err := r.Balance(ctx, r.team)
			if err != nil {
				return err
			}
			return r.tell(func() { r.balance(b) })
		}),
	})
}

func (r *remote) balance(b api.Balance) {
	r.say("%s has %s to spend.", r.team, r.paint(good, tokens(b.Available)))
	some := func(t api.Tokens) string {
		if t == 0 {
			return ""
		}
		return tokens(t)
	}
	r.facts(fact{"bought", tokens(b.Bought)}, fact{"used", tokens(b.Used)}, fact{"held by jobs", some(b.Held)},
		fact{"expired", some(b.Expired)}, fact{"withdrawn", some(b.Withdrawn)})
	rows := [][]string{}
	for _, p := range b.Packs {
		rows = append(rows, []string{p.ID, amount(p.Size), amount(p.Left), stamp(p.BoughtAt), stamp(p.ExpiresAt), origin(p)})
	}
	if len(rows) > 0 {
		r.say("")
		r.table([]column{text("pack"), figures("size"), figures("left"), text("bought (UTC)"), text("expires (UTC)"), text("")}, rows)
	}
}

// origin says where a pack is from that was not bought.
func origin(p api.Pack) string {
	if p.Origin == api.OriginBought {
		return ""
	}
	return list(filled([]string{string(p.Origin), p.Reason}), "")
}
