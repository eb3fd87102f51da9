package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func clockCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "clock", Short: "Show the server's clock, and move a virtual one", GroupID: groupOperator,
		Example: "daypass clock advance 24h",
	}, clockShow(), clockSet(), clockAdvance())
}

func clockShow() *cobra.Command {
	return asks(&cobra.Command{
		Use:     "show",
		Short:   "Show the server's clock",
		Example: "daypass clock show",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			clock, err := r.Clock(ctx)
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("%s", when(clock.Now)) })
		}),
	})
}

func clockSet() *cobra.Command {
	return asks(&cobra.Command{
		Use:     "set INSTANT",
		Short:   "Move a virtual clock to an instant; never back",
		Example: "daypass clock set 2026-01-06T07:00:00Z",
		Args:    arguments("the instant"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			now, err := api.ParseInstant(args[0])
			if err != nil {
				return wrong(r.cmd, "the instant %s %v", args[0], err)
			}
			return r.moveClock(ctx, api.ClockRequest{Now: &now})
		}),
	})
}

func clockAdvance() *cobra.Command {
	return asks(&cobra.Command{
		Use:     "advance DURATION",
		Short:   "Move a virtual clock on",
		Example: "daypass clock advance 4m59s",
		Args:    arguments("the duration"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			by, err := api.ParseDuration(args[0])
			if err != nil {
				return wrong(r.cmd, "the duration %s %v", args[0], err)
			}
			return r.moveClock(ctx, api.ClockRequest{Advance: &by})
		}),
	})
}

func (r *remote) moveClock(ctx context.Context, request api.ClockRequest) error {
	clock, err := r.MoveClock(ctx, request)
	if err != nil {
		return err
	}
	return r.tell(func() { r.say("It is %s.", when(clock.Now)) })
}
