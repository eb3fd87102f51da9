package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func userInvite() *cobra.Command {
	c := &cobra.Command{
		Use:     "invite USER",
		Short:   "Send a user an invitation again",
		Long:    "Send a user an invitation again. It can be accepted for seven days; the one before cannot be any more. Nothing that a user may do depends on it.",
		Example: "daypass user invite ben",
		Args:    arguments("the user"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			u, err := r.InviteUser(ctx, r.team, args[0])
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("An invitation to %s is on the way. It can be accepted until %s.", u.Email, when(u.Invitation.ExpiresAt))
			})
		}),
	}
	return positions(asksTeam(c), userIDs)
}

func userAccept() *cobra.Command {
	c := &cobra.Command{
		Use:     "accept CODE",
		Short:   "Accept an invitation by the code that the mail has",
		Example: "daypass user accept $CODE",
		Args:    arguments("the code"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			a, err := r.AcceptInvitation(ctx, args[0])
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("%s is in %s.", r.paint(good, a.User), a.Team) })
		}),
	}
	return asks(c)
}

func userExport() *cobra.Command {
	var file string
	var excel bool
	c := &cobra.Command{
		Use:   "export",
		Short: "Write all users as a CSV file",
		Long: "Write all users as a CSV file, to the standard output or a file. What a spreadsheet would run as a formula has a ' in front. " +
			"The columns Name and Email are those that daypass user import reads.",
		Example: `daypass user export > users.csv
daypass user export --to users.csv --excel`,
		Args: arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			csv, err := r.ExportUsers(ctx, r.team)
			if err != nil {
				return err
			}
			if excel {
				csv = append([]byte("\ufeff"), csv...)
			}
			if file == "" {
				_, err = r.cmd.OutOrStdout().Write(csv)
				return err
			}
			if err := os.WriteFile(file, csv, 0o600); err != nil {
				return fmt.Errorf("cannot write %s: %w", file, innermost(err))
			}
			r.say("The users are in %s.", file)
			return nil
		}),
	}
	c.Flags().StringVar(&file, "to", "", "the file (default: the standard output)")
	c.Flags().BoolVar(&excel, "excel", false, "with the mark by which Excel knows UTF-8")
	return asksTeam(c)
}
