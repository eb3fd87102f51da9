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
		Use: "pack", Short: "Buy packs of tokens for a team, grant, withdraw and move tokens", GroupID: groupOperator,
		Example: "daypass pack buy 500",
	}, packBuy(), packGrant(), packWithdraw(), packMove())
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
			return r.tell(func() { r.pack(p) })
		}),
	}
	c.Flags().StringVar(&id, "id", "", "id of the order (default: a new one)")
	return asksTeam(c)
}

func (r *remote) pack(p api.PackAnswer) {
	r.say("%s has a pack of %s.", r.team, r.paint(good, tokens(p.Size)))
	r.facts(fact{"pack", p.ID}, fact{"left", tokens(p.Left)}, fact{"until", when(p.ExpiresAt)}, fact{"because", p.Reason})
}

// explained adds the flags of what the operator does with a reason.
func explained(c *cobra.Command, id, reason *string, what string) *cobra.Command {
	c.Flags().StringVar(id, "id", "", what+"; the same id again changes nothing (default: a new one)")
	c.Flags().StringVar(reason, "reason", "", "why, for the ledger")
	return required(asksTeam(c), "reason")
}

// tokensOf reads an amount that stands on the command line.
func (r *remote) tokensOf(text string) (api.Tokens, error) {
	n, err := api.ParseTokens(text)
	if err != nil {
		return 0, wrong(r.cmd, "the amount %s %v", text, err)
	}
	return n, nil
}

func packGrant() *cobra.Command {
	var request api.GrantRequest
	c := &cobra.Command{
		Use:     "grant TOKENS",
		Short:   "Give a team tokens that nobody bought",
		Example: "daypass pack grant 20 --reason 'to try Daypass' --id welcome",
		Args:    arguments("the tokens"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) (err error) {
			if request.Tokens, err = r.tokensOf(args[0]); err != nil {
				return err
			}
			request.ID = cmp.Or(request.ID, client.NewID("grant-"))
			p, err := r.Grant(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.pack(p) })
		}),
	}
	return explained(c, &request.ID, &request.Reason, "id of the pack")
}

func packWithdraw() *cobra.Command {
	var request api.WithdrawRequest
	c := &cobra.Command{
		Use:     "withdraw PACK TOKENS",
		Short:   "Take tokens out of a pack, up to what is left",
		Example: "daypass pack withdraw welcome 5 --reason 'granted by mistake'",
		Args:    arguments("the pack", "the tokens"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) (err error) {
			if request.Tokens, err = r.tokensOf(args[1]); err != nil {
				return err
			}
			request.ID = cmp.Or(request.ID, client.NewID("withdrawal-"))
			p, err := r.Withdraw(ctx, r.team, args[0], request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("Pack %s has %s left.", p.ID, r.paint(good, tokens(p.Left))) })
		}),
	}
	return positions(explained(c, &request.ID, &request.Reason, "id of the withdrawal"), packIDs)
}

func packIDs(ctx context.Context, r *remote) (list []string) {
	b, _ := r.Balance(ctx, r.team)
	for _, p := range b.Packs {
		list = append(list, p.ID+"\t"+tokens(p.Left)+" left")
	}
	return list
}

func packMove() *cobra.Command {
	var request api.MoveRequest
	c := &cobra.Command{
		Use:     "move TOKENS TEAM",
		Short:   "Move tokens to another team, where they keep their expiry",
		Example: "daypass pack move 15 atelier --reason 'the departments were split'",
		Args:    arguments("the tokens", "the team that gets them"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) (err error) {
			if request.Tokens, err = r.tokensOf(args[0]); err != nil {
				return err
			}
			request.ID, request.To = cmp.Or(request.ID, client.NewID("move-")), args[1]
			m, err := r.Move(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("%s went from %s to %s.", r.paint(good, tokens(m.Tokens)), r.team, m.To) })
		}),
	}
	return positions(explained(c, &request.ID, &request.Reason, "id of the movement"), nil, teamIDs)
}
