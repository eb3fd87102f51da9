package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func limitCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "limit", Short: "Show and set how many tokens may be spent in a day, week or month", GroupID: groupTeam,
		Example: "daypass limit set 100 --per week --group students",
	}, limitList(), limitSet(), limitRemove())
}

// target is what a limit is of, by flags.
type target struct {
	api.Limit
	warn bool
}

func (t *target) flags(c *cobra.Command) *cobra.Command {
	f := c.Flags()
	f.StringVar((*string)(&t.Period), "per", "", "day, week or month")
	f.StringVar(&t.Group, "group", "", "of the users of a group together")
	f.StringVarP(&t.User, "user", "u", "", "of a user; with --product of a user in a product")
	f.StringVar(&t.Product, "product", "", "of a product (default: of the whole team)")
	asksTeam(c)
	complete(c, "user", userIDs)
	complete(c, "product", products(api.Daily, api.Metered))
	fixed(c, "per", string(api.PeriodDay), string(api.PeriodWeek), string(api.PeriodMonth))
	return required(c, "per")
}

// read finds the scope that the flags name, and the user's id.
func (t *target) read(ctx context.Context, r *remote) (err error) {
	switch {
	case t.Group != "" && (t.User != "" || t.Product != ""):
		return wrong(r.cmd, "a limit of a group is not one of a user or product too")
	case t.Group != "":
		t.Scope = api.ScopeGroup
	case t.User != "" && t.Product != "":
		t.Scope = api.ScopeUserProduct
	case t.User != "":
		t.Scope = api.ScopeUser
	case t.Product != "":
		t.Scope = api.ScopeProduct
	default:
		t.Scope = api.ScopeTeam
	}
	if t.User == "" {
		return nil
	}
	u, err := r.User(ctx, r.team, t.User)
	t.User = u.ID
	return err
}

// same says that a limit is of the same thing.
func (t *target) same(l api.Limit) bool {
	return l.Scope == t.Scope && l.Group == t.Group && l.User == t.User && l.Product == t.Product && l.Period == t.Period
}

func limitList() *cobra.Command {
	return asksTeam(&cobra.Command{
		Use:     "list",
		Short:   "List the limits",
		Example: "daypass limit list",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			all, err := r.Limits(ctx, r.team)
			if err != nil {
				return err
			}
			return r.tell(func() { r.limits(all.Items) })
		}),
	})
}

func (r *remote) limits(all []api.Limit) {
	rows := [][]string{}
	for _, l := range all {
		rows = append(rows, []string{limited(l.Group, l.User, l.Product), string(l.Period), tokens(*l.Tokens), string(l.Action)})
	}
	r.list("The team has no limits.", []column{text("of"), text("in a"), figures("at most"), text("beyond it")}, rows, nil)
}

// limited says what a limit is of.
func limited(group, user, product string) string {
	switch {
	case group != "":
		return "the group " + group
	case user != "" && product != "":
		return user + " in " + product
	case user+product != "":
		return user + product
	}
	return "the team"
}

// limitFacts say what is left under the limits of an answer.
func limitFacts(all []api.LimitLeft) (facts []fact) {
	for _, l := range all {
		value := tokens(l.Left) + " in this " + string(l.Period) + " for " + limited(l.Group, l.User, l.Product)
		if l.Warning != "" {
			value = l.Warning
		}
		facts = append(facts, fact{"limit", value})
	}
	return facts
}

func limitSet() *cobra.Command {
	var t target
	c := &cobra.Command{
		Use:   "set TOKENS",
		Short: "Set a limit, in place of the one of the same thing and period",
		Long:  "Set how many tokens may be spent in a day, week or month of the team's time zone: by the team, a group, a user, for a product, or by a user for a product. What was spent in it before counts. Beyond it openings are refused, or with --warn admins are told.",
		Example: `daypass limit set 1000 --per month
daypass limit set 70 --per week --user ben --product revit --warn`,
		Args: arguments("the number of tokens"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			n, err := api.ParseTokens(args[0])
			if err != nil {
				return wrong(r.cmd, "the number of tokens %s %v", args[0], err)
			}
			if err := t.read(ctx, r); err != nil {
				return err
			}
			l := t.Limit
			if l.Tokens, l.Action = &n, api.ActionRefuse; t.warn {
				l.Action = api.ActionWarn
			}
			return r.setLimits(ctx, t, l)
		}),
	}
	c.Flags().BoolVar(&t.warn, "warn", false, "only warn")
	return t.flags(c)
}

// setLimits replaces the limits of the same thing by some.
func (r *remote) setLimits(ctx context.Context, t target, by ...api.Limit) error {
	all, err := r.Limits(ctx, r.team)
	if err != nil {
		return err
	}
	items := append(slices.DeleteFunc(all.Items, t.same), by...)
	set, err := r.SetLimits(ctx, r.team, api.LimitsRequest{Items: items})
	if err != nil {
		return err
	}
	return r.tell(func() { r.limits(set.Items) })
}

func limitRemove() *cobra.Command {
	var t target
	return t.flags(&cobra.Command{
		Use:     "remove",
		Short:   "Remove a limit",
		Example: "daypass limit remove --per month",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			if err := t.read(ctx, r); err != nil {
				return err
			}
			return r.setLimits(ctx, t)
		}),
	})
}
