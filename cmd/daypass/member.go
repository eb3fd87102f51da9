package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func groupJoin() *cobra.Command {
	c := &cobra.Command{
		Use:   "join GROUP USER...",
		Short: "Put users into a group, all or none",
		Long:  "Put users into a group: each gets what the group gives. When there are too few seats for that, nobody joins, and it says how many are missing.",
		Example: `daypass group join designers ben
daypass group join designers cleo@acme.example dora@acme.example`,
		Args: oneOrMore("the group", "the user"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			a, err := r.AddMembers(ctx, r.team, args[0], api.MembersRequest{Users: args[1:]})
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("%s joined %s, which has %s now.", r.paint(good, count(a.Added, "user", "users")), a.Group, count(a.Members, "member", "members"))
			})
		}),
	}
	return positions(asksTeam(c), groupIDs, userIDs)
}

// oneOrMore is arguments whose last may be given several times.
func oneOrMore(names ...string) cobra.PositionalArgs {
	few := arguments(names...)
	return func(cmd *cobra.Command, args []string) error {
		return few(cmd, args[:min(len(args), len(names))])
	}
}

func groupLeave() *cobra.Command {
	c := &cobra.Command{
		Use:     "leave GROUP USER",
		Short:   "Take a user out of a group, and what only it gave",
		Example: "daypass group leave designers ben",
		Args:    arguments("the group", "the user"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			a, err := r.RemoveMember(ctx, r.team, args[0], args[1])
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("%s is not in %s any more. What is left: daypass user show %s", r.paint(good, a.User), a.Group, a.User)
			})
		}),
	}
	return positions(asksTeam(c), groupIDs, userIDs)
}

func groupAssign() *cobra.Command {
	var floating bool
	c := &cobra.Command{
		Use:   "assign GROUP WHAT",
		Short: "Give all of a group a seat of a product or collection, or flex",
		Long:  "Give everyone in a group, now and later, a seat of a product or collection, or flex. Who has it already gets no second seat. When there are too few seats, nobody gets one, and it says how many are missing.",
		Example: `daypass group assign designers flex
daypass group assign designers autocad --floating`,
		Args: arguments("the group", "the product, collection or flex"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			request := api.AssignmentRequest{}
			if floating {
				request.Kind = api.MultiUser
			}
			a, err := r.AssignGroup(ctx, r.team, args[0], args[1], request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("Everyone in %s has %s.", r.paint(good, a.Group), a.What) })
		}),
	}
	c.Flags().BoolVar(&floating, "floating", false, "the right to floating seats, and no single-user ones")
	return positions(asksTeam(c), groupIDs, assignable)
}

func groupUnassign() *cobra.Command {
	c := &cobra.Command{
		Use:     "unassign GROUP WHAT",
		Short:   "Take away what a group gives",
		Long:    "Take away what a group gives. Who has it directly, or from another group, keeps it.",
		Example: "daypass group unassign designers autocad",
		Args:    arguments("the group", "the product, collection or flex"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			a, err := r.UnassignGroup(ctx, r.team, args[0], args[1])
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("%s gives no %s any more; a pass that runs goes on to its end.", a.Group, a.What) })
		}),
	}
	return positions(asksTeam(c), groupIDs, assignable)
}
