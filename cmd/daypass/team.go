package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func teamCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "team", Short: "Create, list, hand over, suspend and resume teams", GroupID: groupOperator,
		Example: "daypass team create acme --name 'Acme Ltd' --admin-name Ann --admin-email ann@acme.example",
	}, teamCreate(), teamList(), teamShow(), teamHandOver(), teamSuspend(), teamResume())
}

func teamCreate() *cobra.Command {
	var request api.TeamRequest
	c := &cobra.Command{
		Use:   "create TEAM",
		Short: "Create a team with its primary admin",
		Example: `daypass team create acme --name 'Acme Ltd' --admin-name Ann --admin-email ann@acme.example
daypass team create atelier --name Atelier --time-zone Europe/Paris --admin-id zoe --admin-name Zoe --admin-email zoe@atelier.example`,
		Args: arguments("the team's id"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			request.ID = args[0]
			request.Name = cmp.Or(request.Name, request.ID)
			t, err := r.CreateTeam(ctx, request)
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("Team %s is there, with %s as its primary admin.", r.paint(good, t.ID), t.PrimaryAdmin.ID)
			})
		}),
	}
	f := c.Flags()
	f.StringVar(&request.Name, "name", "", "name of the team (default: its id)")
	f.StringVar((*string)(&request.Plan), "plan", "", "standard or premium (default: standard)")
	f.StringVar(&request.TimeZone, "time-zone", "", "of its reports, such as Europe/Paris (default: UTC)")
	f.StringVar(&request.PrimaryAdmin.ID, "admin-id", "", "id of the primary admin (default: the server makes one)")
	f.StringVar(&request.PrimaryAdmin.Name, "admin-name", "", "name of the primary admin")
	f.StringVar(&request.PrimaryAdmin.Email, "admin-email", "", "mail address of the primary admin")
	fixed(c, "plan", string(api.PlanStandard), string(api.PlanPremium))
	return required(asks(c), "admin-name", "admin-email")
}

func teamList() *cobra.Command {
	var page client.Page
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the teams",
		Example: "daypass team list",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			teams, err := r.Teams(ctx, page)
			if err != nil {
				return err
			}
			return r.tell(func() {
				rows := [][]string{}
				for _, t := range teams.Items {
					rows = append(rows, []string{t.ID, t.Name, string(t.Plan), string(t.State), t.PrimaryAdmin.ID, stamp(t.CreatedAt)})
				}
				r.list("There are no teams yet: daypass team create makes one.",
					[]column{text("team"), text("name"), text("plan"), text("state"), text("primary admin"), text("since (UTC)")}, rows, teams.Next)
			})
		}),
	}
	return paged(asks(c), &page)
}

func teamShow() *cobra.Command {
	c := &cobra.Command{
		Use:     "show TEAM",
		Short:   "Show one team",
		Example: "daypass team show acme",
		Args:    arguments("the team's id"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			t, err := r.Team(ctx, args[0])
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("%s", r.paint(head, t.Name))
				r.facts(fact{"id", t.ID}, fact{"plan", string(t.PlanInForce)}, fact{"state", string(t.State)}, fact{"time zone", t.TimeZone},
					fact{"primary admin", t.PrimaryAdmin.Name + " <" + t.PrimaryAdmin.Email + ">"}, fact{"since", when(t.CreatedAt)})
			})
		}),
	}
	return positions(asks(c), teamIDs)
}

func teamSuspend() *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:     "suspend TEAM",
		Short:   "Let a team open nothing any more",
		Example: "daypass team suspend acme --reason 'the invoice of March is open'",
		Args:    arguments("the team's id"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			if _, err := r.SuspendTeam(ctx, args[0], api.SuspendRequest{Reason: reason}); err != nil {
				return err
			}
			return r.tell(func() {
				r.say("Team %s opens nothing until it is resumed; passes that run go on to their end.", args[0])
			})
		}),
	}
	c.Flags().StringVar(&reason, "reason", "", "why, for the ledger")
	return positions(asks(c), teamIDs)
}

func teamResume() *cobra.Command {
	c := &cobra.Command{
		Use:     "resume TEAM",
		Short:   "Let a suspended team go on",
		Example: "daypass team resume acme",
		Args:    arguments("the team's id"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			if _, err := r.ResumeTeam(ctx, args[0], api.SuspendRequest{}); err != nil {
				return err
			}
			return r.tell(func() { r.say("Team %s goes on.", args[0]) })
		}),
	}
	return positions(asks(c), teamIDs)
}
