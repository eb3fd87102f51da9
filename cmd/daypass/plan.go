package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func planCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "plan", Short: "Show and change a team's plan, and what plans unlock", GroupID: groupOperator,
		Example: "daypass plan set premium",
	}, planShow(), planSet(), planTable(), planUnlock())
}

func planShow() *cobra.Command {
	return asksTeam(&cobra.Command{
		Use:     "show",
		Short:   "Show a team's plan, why it is in force, and what it unlocks",
		Example: "daypass plan show",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			p, err := r.Plan(ctx, r.team)
			if err != nil {
				return err
			}
			return r.tell(func() { r.plan(p) })
		}),
	})
}

// plan prints a team's plan.
func (r *remote) plan(p api.TeamPlan) {
	r.say("%s has the plan %s.", r.team, r.paint(good, string(p.InForce)))
	changes := ""
	if p.ChangesAt != nil {
		changes = when(*p.ChangesAt)
	}
	r.facts(fact{"ordered", string(p.Ordered)}, fact{"because", whyPlan(p)}, fact{"changes", changes},
		fact{"unlocks", list(worded(p.Unlocks), "nothing")})
}

// whyPlan says for people why a plan is in force.
func whyPlan(p api.TeamPlan) string {
	switch p.Because {
	case api.PlanNoSubscriptions:
		return "premium needs single-user seats in term, and there are none"
	case api.PlanSeatsShort:
		return fmt.Sprintf("premium needs %d single-user seats in term, and there are %d", p.Needed, p.Seats)
	}
	return "it was ordered"
}

// worded writes features for people.
func worded(features []api.Feature) (words []string) {
	for _, f := range features {
		words = append(words, strings.ReplaceAll(string(f), "_", " "))
	}
	return words
}

func planSet() *cobra.Command {
	var request api.PlanRequest
	c := &cobra.Command{
		Use:   "set PLAN",
		Short: "Order another plan for a team",
		Long:  "Order another plan for a team. Premium is in force while the team has enough single-user seats in term, and standard otherwise; tokens do not count.",
		Example: `daypass plan set premium
daypass plan set standard --reason 'as ordered by mail'`,
		Args: arguments("standard or premium"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			request.Plan = api.Plan(args[0])
			p, err := r.ChangePlan(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.plan(p) })
		}),
	}
	c.Flags().StringVar(&request.Reason, "reason", "", "why, for the ledger")
	return positions(asksTeam(c), planNames)
}

func planNames(context.Context, *remote) []string {
	return []string{string(api.PlanStandard), string(api.PlanPremium)}
}

func planTable() *cobra.Command {
	return asks(&cobra.Command{
		Use:     "table",
		Short:   "Show what the plans unlock",
		Example: "daypass plan table",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			t, err := r.Plans(ctx)
			if err != nil {
				return err
			}
			return r.tell(func() { r.planTable(t) })
		}),
	})
}

func (r *remote) planTable(t api.PlanTable) {
	rows := [][]string{}
	for _, row := range t.Items {
		rows = append(rows, []string{string(row.Feature), mark(row.Plan == api.PlanStandard), "yes"})
	}
	r.table([]column{text("feature"), text("standard"), text("premium")}, rows)
}

func mark(is bool) string {
	if is {
		return "yes"
	}
	return "-"
}

func planUnlock() *cobra.Command {
	var all bool
	var plan string
	c := &cobra.Command{
		Use:   "unlock (FEATURE... | --all)",
		Short: "Say from which plan on features are there, for all teams",
		Long:  "Say from which plan on features are there, for all teams. Whoever runs Daypass for their own company may give everything to everyone: daypass plan unlock --all --from standard.",
		Example: `daypass plan unlock user_reports directory_sync --from standard
daypass plan unlock reporting_names --from premium
daypass plan unlock --all --from standard`,
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			if all == (len(args) > 0) {
				return wrong(r.cmd, "give either features or --all")
			}
			t, err := r.Plans(ctx)
			if err != nil {
				return err
			}
			for i, row := range t.Items {
				if all || slices.Contains(args, string(row.Feature)) {
					t.Items[i].Plan = api.Plan(plan)
				}
			}
			if unknown := slices.IndexFunc(args, func(f string) bool { return !hasFeature(t, f) }); unknown >= 0 {
				return wrong(r.cmd, "there is no feature %q: daypass plan table lists them", args[unknown])
			}
			if t, err = r.SetPlans(ctx, api.PlanTableRequest(t)); err != nil {
				return err
			}
			return r.tell(func() { r.planTable(t) })
		}),
	}
	c.Flags().BoolVar(&all, "all", false, "every feature")
	c.Flags().StringVar(&plan, "from", "", "standard (every team has it) or premium")
	fixed(c, "from", planNames(c.Context(), nil)...)
	c.Args = cobra.ArbitraryArgs
	return required(asks(c), "from")
}

func hasFeature(t api.PlanTable, f string) bool {
	return slices.ContainsFunc(t.Items, func(row api.PlanRow) bool { return string(row.Feature) == f })
}
