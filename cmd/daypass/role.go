package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func userRole() *cobra.Command {
	c := &cobra.Command{
		Use:   "role USER ROLE",
		Short: "Make someone a user, a guest or a secondary admin",
		Long:  "Make someone a user, a guest or a secondary admin. Only the primary admin, or the operator, decides who is an admin; the primary admin hands the team over: daypass team hand-over.",
		Example: `daypass user role dora@acme.example secondary_admin
daypass user role ben guest`,
		Args: arguments("the user", "the role"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			u, err := r.ChangeRole(ctx, r.team, args[0], api.RoleRequest{Role: api.Role(args[1])})
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("%s is in the team as %s.", r.paint(good, u.ID), roleWords(u.Role)) })
		}),
	}
	roles := func(context.Context, *remote) []string {
		return []string{string(api.RoleUser), string(api.RoleGuest), string(api.RoleSecondaryAdmin)}
	}
	return positions(asksTeam(c), userIDs, roles)
}

func roleWords(role api.Role) string { return strings.ReplaceAll(string(role), "_", " ") }

func teamHandOver() *cobra.Command {
	c := &cobra.Command{
		Use:     "hand-over USER",
		Short:   "Make a secondary admin the primary admin of a team",
		Long:    "Make a secondary admin the primary admin of a team; who was it becomes a secondary admin. Only the primary admin, or the operator, can.",
		Example: "daypass team hand-over cleo@acme.example",
		Args:    arguments("the secondary admin"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			t, err := r.HandOver(ctx, r.team, api.HandOverRequest{To: args[0]})
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("%s is the primary admin of %s.", r.paint(good, t.PrimaryAdmin.Name), t.ID)
			})
		}),
	}
	return positions(asksTeam(c), userIDs)
}
