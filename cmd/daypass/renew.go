package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func renewCommand() *cobra.Command {
	var idle bool
	c := &cobra.Command{
		Use:   "renew SESSION",
		Short: "Keep a session going when its pass ends",
		Long:  "Keep a session going. Inside its pass that is free; when the pass has ended, what opening would cost now. An idle session, which nobody has used for a while, stays known and is not renewed.",
		Example: `daypass renew ses-1
daypass renew ses-1 --idle`,
		Args:    arguments("the session"),
		GroupID: groupProduct,
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			a, err := r.Renew(ctx, r.team, args[0], !idle)
			if err != nil {
				return err
			}
			return r.decided(a, api.SessionRequest{ID: args[0]})
		}),
	}
	c.Flags().BoolVar(&idle, "idle", false, "nobody uses it at the moment")
	return positions(asksTeam(c))
}
