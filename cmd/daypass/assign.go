package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func assignCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "assign USER WHAT",
		Short: "Give a user a seat of a product or collection, or flex",
		Long:  "Give a user a seat of a product or collection that the team subscribed to, or flex: then tokens open products for this user.",
		Example: `daypass assign ben flex
daypass assign ben autocad`,
		Args:    arguments("the user", "the product, collection or flex"),
		GroupID: groupTeam,
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			a, err := r.Assign(ctx, r.team, args[0], args[1], api.AssignmentRequest{})
			if err != nil {
				return err
			}
			return r.tell(func() {
				if a.What == api.WhatFlex {
					r.say("Tokens open products for %s.", r.paint(good, a.User))
					return
				}
				r.say("%s has a seat of %s.", r.paint(good, a.User), a.What)
			})
		}),
	}
	return positions(asksTeam(c), userIDs, assignable)
}

func unassignCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "unassign USER WHAT",
		Short: "Take it away again",
		Example: `daypass unassign ben autocad
daypass unassign ben flex`,
		Args:    arguments("the user", "the product, collection or flex"),
		GroupID: groupTeam,
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			a, err := r.Unassign(ctx, r.team, args[0], args[1])
			if err != nil {
				return err
			}
			return r.tell(func() {
				if a.Assigned {
					r.say("%s has %s from a group still: daypass user show %s", a.User, a.What, a.User)
					return
				}
				r.say("%s has no %s any more; a pass that runs goes on to its end.", a.User, a.What)
			})
		}),
	}
	return positions(asksTeam(c), userIDs, assignable)
}
