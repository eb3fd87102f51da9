package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func trialCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "trial", Short: "Let a user try a product, without seat or tokens", GroupID: groupTeam,
		Example: "daypass trial grant ben revit --days 14",
	}, trialGrant(), trialEnd(), trialList())
}

func trialGrant() *cobra.Command {
	var until *api.Instant
	var days int
	c := &cobra.Command{
		Use:   "grant USER PRODUCT",
		Short: "Let a user try a product for some days",
		Example: `daypass trial grant ben revit --days 14
daypass trial grant ben civil-3d --until 2026-02-01`,
		Args: arguments("the user", "the product"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			end, err := trialEndsAt(ctx, r, until, days)
			if err != nil {
				return err
			}
			t, err := r.GrantTrial(ctx, r.team, args[0], args[1], api.TrialRequest{Until: &end})
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("%s can try %s until %s.", r.paint(good, t.User), t.Product, when(t.Until)) })
		}),
	}
	c.Flags().IntVar(&days, "days", 30, "how many days from now, where --until does not say the end")
	instantFlag(c.Flags(), &until, "until", "when the trial is over, such as 2026-02-01")
	return positions(asksTeam(c), userIDs, openable)
}

// trialEndsAt counts days by the server's clock.
func trialEndsAt(ctx context.Context, r *remote, until *api.Instant, days int) (api.Instant, error) {
	if until != nil {
		return *until, nil
	}
	clock, err := r.Clock(ctx)
	if problem := (*api.Problem)(nil); errors.As(err, &problem) && problem.Code == api.CodeForbidden {
		return 0, wrong(r.cmd, "only the operator may read the server's clock: say with --until when the trial is over")
	}
	return clock.Now + api.Instant(days)*api.Instant(24*time.Hour/time.Millisecond), err
}

func trialEnd() *cobra.Command {
	c := &cobra.Command{
		Use:     "end USER PRODUCT",
		Short:   "End a trial at once",
		Example: "daypass trial end ben civil-3d",
		Args:    arguments("the user", "the product"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			t, err := r.EndTrial(ctx, r.team, args[0], args[1])
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("The trial of %s by %s is over.", t.Product, t.User) })
		}),
	}
	return positions(asksTeam(c), userIDs, openable)
}

func trialList() *cobra.Command {
	var page client.Page
	var user string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the trials",
		Example: `daypass trial list
daypass trial list --user ben`,
		Args: arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			trials, err := r.Trials(ctx, r.team, user, page)
			if err != nil {
				return err
			}
			return r.tell(func() {
				rows := [][]string{}
				for _, t := range trials.Items {
					rows = append(rows, []string{t.User, t.Product, stamp(t.Until), map[bool]string{true: "running", false: "over"}[t.Running]})
				}
				r.list("Nobody tries anything.", []column{text("user"), text("product"), text("until (UTC)"), text("")}, rows, trials.Next)
			})
		}),
	}
	c.Flags().StringVar(&user, "user", "", "only the trials of this user")
	asksTeam(c)
	complete(c, "user", userIDs)
	return paged(c, &page)
}
