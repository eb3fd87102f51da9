package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func packCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "pack", Short: "Buy packs of tokens for a team", GroupID: groupOperator,
		Example: "daypass pack buy 500",
	}, packBuy())
}

func packBuy() *cobra.Command {
	var id string
	c := &cobra.Command{
		Use:   "buy SIZE",
		Short: "Buy a pack of tokens, which lasts 365 days",
		Long:  "Buy a pack of tokens for a team. It can be drawn from for 365 days. The id is the order's: buying the same id again adds nothing.",
		Example: `daypass pack buy 500
daypass pack buy 10000 --id order-4711`,
		Args: arguments("the size in tokens"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			size, err := api.ParseTokens(args[0])
			if err != nil {
				return wrong(r.cmd, "the size %s %v", args[0], err)
			}
			p, err := r.BuyPack(ctx, r.team, api.PackRequest{ID: cmp.Or(id, client.NewID("pack-")), Size: size})
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("%s has a pack of %s.", r.team, r.paint(good, tokens(p.Size)))
				r.facts(fact{"pack", p.ID}, fact{"left", tokens(p.Left)}, fact{"until", when(p.ExpiresAt)})
			})
		}),
	}
	c.Flags().StringVar(&id, "id", "", "id of the order (default: a new one)")
	return asksTeam(c)
}
