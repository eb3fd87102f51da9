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
		Use: "user", Short: "Add, invite, list, export and remove the users of a team", GroupID: groupTeam,
		Example: "daypass user add ben@acme.example --name Ben --id ben",
	}, userAdd(), userImport(), userInvite(), userAccept(), userList(), userShow(), userUsage(), userExport(), userRole(), userRemove())
}

func userAdd() *cobra.Command {
	var request api.UserRequest
	var how client.Import
	c := &cobra.Command{
		Use:   "add PEOPLE",
		Short: "Add one user or several",
		Long: "Add a user by mail address, or several as they are typed or copied out of a mail: Name <mail>; Name <mail>. They can also stand on a line " +
			"each, or be separated by commas; - reads the standard input. Of several all are added or none. Each is sent an invitation.",
		Example: `daypass user add ben@acme.example --name Ben --id ben
daypass user add cleo@acme.example --name Cleo --role secondary_admin
daypass user add 'Hal Holt <hal@acme.example>; Ida Ito <ida@acme.example>' --assign flex`,
		Args: arguments("the mail address"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			if request.Name == "" {
				if request.ID != "" || request.Role != "" {
					return wrong(r.cmd, "--id and --role are for one user: --name must be given with them")
				}
				return r.addSeveral(ctx, args[0], how)
			}
			if how != (client.Import{}) {
				return wrong(r.cmd, "--assign and --dry-run are for a list: leave --name out and write Name <mail>")
			}
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
	c.Flags().StringVar((*string)(&request.Role), "role", "", "user or secondary_admin (default: user)")
	fixed(c, "role", string(api.RoleUser), string(api.RoleSecondaryAdmin))
	return imports(asksTeam(c), &how)
}

// imports adds the flags of taking in many.
func imports(c *cobra.Command, how *client.Import) *cobra.Command {
	c.Flags().BoolVar(&how.DryRun, "dry-run", false, "only say what would be done")
	c.Flags().StringVar(&how.Assign, "assign", "", "give everyone this product or collection, or flex")
	complete(c, "assign", assignable)
	return c
}

func (r *remote) addSeveral(ctx context.Context, list string, how client.Import) error {
	if list == "-" {
		text, err := readFile(r.cmd, list)
		if err != nil {
			return err
		}
		list = string(text)
	}
	answer, err := r.ImportList(ctx, r.team, list, how)
	if err != nil {
		return err
	}
	return r.imported(answer, how)
}

func userImport() *cobra.Command {
	var how client.Import
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Add users from a CSV file, all or none",
		Long: "Add users from a CSV file whose first row names its columns: First name, Last name and Email, in any order, in English, French, German and " +
			"other languages, as spreadsheets write it; - reads the standard input. When a row is wrong, each mistake is listed and nobody is added. " +
			"Whoever is in the team already is not added again; everyone new is sent an invitation.",
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
			return r.imported(answer, how)
		}),
	}
	c.Flags().StringVar(&how.Charset, "charset", "", "how the file is encoded, such as windows-1252 (default: it is found out)")
	return imports(asksTeam(c), &how)
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
