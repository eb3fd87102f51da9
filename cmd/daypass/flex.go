package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func flexCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "flex", Short: "Show and set which products tokens open", GroupID: groupTeam,
		Example: "daypass flex set --only autocad,revit",
	}, flexShow(), flexSet())
}

func flexShow() *cobra.Command {
	return asksTeam(&cobra.Command{
		Use:     "show",
		Short:   "Show which products tokens open",
		Example: "daypass flex show",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			f, err := r.Flex(ctx, r.team)
			if err != nil {
				return err
			}
			return r.tell(func() { r.flex(f) })
		}),
	})
}

func (r *remote) flex(f api.Flex) {
	if f.Mode == api.FlexAll {
		r.say("Tokens open every Flex product, new ones included, for users assigned to flex.")
		return
	}
	r.say("Tokens open %s, for users assigned to flex.", list(f.Products, "nothing"))
}

func flexSet() *cobra.Command {
	var all bool
	var only []string
	c := &cobra.Command{
		Use:   "set (--all | --only PRODUCT,...)",
		Short: "Set which products tokens open",
		Long:  "Set which products tokens open for users who are assigned to flex and have no list of their own.",
		Example: `daypass flex set --only autocad,revit
daypass flex set --all`,
		Args: arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			listed := r.cmd.Flags().Changed("only")
			if all == listed {
				return wrong(r.cmd, "give either --all or --only")
			}
			request := api.FlexRequest{Mode: api.FlexAll}
			if listed {
				request = api.FlexRequest{Mode: api.FlexListed, Products: only}
			}
			f, err := r.SetFlex(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.flex(f) })
		}),
	}
	c.Flags().BoolVar(&all, "all", false, "every Flex product, new ones included")
	c.Flags().StringSliceVar(&only, "only", nil, "these products and no new ones; '' for none")
	asksTeam(c)
	complete(c, "only", openable)
	return c
}
