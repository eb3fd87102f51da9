package main

import (
	"context"

	"github.com/spf13/cobra"
)

func closeCommand() *cobra.Command {
	return positions(asksTeam(&cobra.Command{
		Use:     "close SESSION",
		Short:   "End a session",
		Long:    "End a session. When every session of a pass has been closed within 5 minutes of its start, the tokens come back, up to three times in 24 hours.",
		Example: "daypass close ses-1",
		Args:    arguments("the session"),
		GroupID: groupProduct,
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			a, err := r.CloseSession(ctx, r.team, args[0])
			if err != nil {
				return err
			}
			return r.tell(func() {
				if a.Reversed == 0 {
					r.say("Session %s is closed.", a.Session)
					return
				}
				r.say("Session %s is closed, and %s came back: it was a short launch.", a.Session, r.paint(good, tokens(a.Reversed)))
			})
		}),
	}))
}
