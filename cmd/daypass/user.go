package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func userCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "user", Short: "Add, import, list and remove the users of a team", GroupID: groupTeam,
		Example: "daypass user add ben@acme.example --name Ben --id ben",
	}, userAdd(), userImport(), userList(), userRole(), userRemove())
}

func userAdd() *cobra.Command {
	var request api.UserRequest
	c := &cobra.Command{
		Use:   "add EMAIL",
		Short: "Add a user",
		Example: `daypass user add ben@acme.example --name Ben --id ben
daypass user add cleo@acme.example --name Cleo --role secondary_admin`,
		Args: arguments("the mail address"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			request.Email = args[0]
			u, err := r.AddUser(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("%s is in the team as %s. To let tokens open products: daypass assign %s flex", u.Name, r.paint(good, u.ID), u.ID)
			})
		}),
	}
	c.Flags().StringVar(&request.Name, "name", "", "name of the person")
	c.Flags().StringVar(&request.ID, "id", "", "id of the user (default: the server makes one)")
	c.Flags().StringVar((*string)(&request.Role), "role", "", "user, guest or secondary_admin (default: user)")
	fixed(c, "role", string(api.RoleUser), string(api.RoleGuest), string(api.RoleSecondaryAdmin))
	return required(asksTeam(c), "name")
}

func userImport() *cobra.Command {
	var how client.Import
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Add users from a CSV file, all or none",
		Long:  "Add users from a CSV file whose first row is First name,Last name,Email; - reads the standard input. When a row is wrong, each mistake is listed and nobody is added.",
		Example: `daypass user import people.csv --dry-run
daypass user import people.csv --assign flex`,
		Args: arguments("the file"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			csv, err := readFile(r.cmd, args[0])
			if err != nil {
				return err
			}
			answer, err := r.ImportUsers(ctx, r.team, csv, how)
			if err != nil {
				return err
			}
			if err := r.tell(func() { r.imported(answer, how.DryRun) }); err != nil || len(answer.Errors) == 0 {
				return err
			}
			return fmt.Errorf("%s wrong: nobody was added", count(len(answer.Errors), "cell is", "cells are"))
		}),
	}
	c.Flags().BoolVar(&how.DryRun, "dry-run", false, "only say what would be done")
	c.Flags().StringVar(&how.Assign, "assign", "", "give everyone in the file this product or collection, or flex")
	asksTeam(c)
	complete(c, "assign", assignable)
	return c
}

// readFile reads a file, or the standard input for "-".
func readFile(cmd *cobra.Command, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(cmd.InOrStdin())
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", name, innermost(err))
	}
	return content, nil
}

func (r *remote) imported(a api.ImportAnswer, dryRun bool) {
	rows := [][]string{}
	for _, e := range a.Errors {
		rows = append(rows, []string{fmt.Sprint(e.Row), e.Column, e.Message})
	}
	if len(rows) > 0 {
		r.table([]column{figures("row"), text("column"), text("what is wrong")}, rows)
		return
	}
	done := "added"
	if dryRun {
		done = "would be added"
	}
	r.say("%s %s, %s in the team already, %s.", count(a.Added, "user", "users"), done,
		count(a.Existing, "is", "are"), count(a.Assigned, "new assignment", "new assignments"))
}

func userList() *cobra.Command {
	var page client.Page
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the users and what they are assigned",
		Example: "daypass user list",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			users, err := r.Users(ctx, r.team, page)
			if err != nil {
				return err
			}
			return r.tell(func() {
				rows := [][]string{}
				for _, u := range users.Items {
					rows = append(rows, userRow(u))
				}
				r.list("The team has no users.",
					[]column{text("user"), text("name"), text("email"), text("role"), text("assigned")}, rows, users.Next)
			})
		}),
	}
	return paged(asksTeam(c), &page)
}

func userRow(u api.User) []string {
	var assigned []string
	if u.Flex {
		assigned = append(assigned, api.WhatFlex)
	}
	for _, a := range u.Assignments {
		assigned = append(assigned, a.What)
	}
	role := roleWords(u.Role)
	if !u.Active {
		role = "removed"
	}
	return []string{u.ID, u.Name, u.Email, role, list(assigned, "-")}
}

func userRemove() *cobra.Command {
	c := &cobra.Command{
		Use:     "remove USER",
		Short:   "Take a user out of the team; the history stays",
		Example: "daypass user remove ben",
		Args:    arguments("the user"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			if _, err := r.RemoveUser(ctx, r.team, args[0]); err != nil {
				return err
			}
			return r.tell(func() { r.say("%s is out of the team: the seats are free, the history stays.", args[0]) })
		}),
	}
	return positions(asksTeam(c), userIDs)
}
