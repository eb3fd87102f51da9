package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func keyCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "key", Short: "Create credentials of a team", GroupID: groupOperator,
		Example: "daypass key create autocad-plugin --role product",
	}, keyCreate())
}

func keyCreate() *cobra.Command {
	var request api.KeyRequest
	c := &cobra.Command{
		Use:   "create KEY",
		Short: "Create a credential and print its secret, this once",
		Example: `daypass key create autocad-plugin --role product
daypass key create bookkeeping --role reports --expires 2027-01-01`,
		Args: arguments("the key's id"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			request.ID = args[0]
			k, err := r.CreateKey(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.secret(k) })
		}),
	}
	c.Flags().StringVar((*string)(&request.Role), "role", "", "admin: administrates the team; reports: reads; product: opens sessions and runs jobs for its users")
	instantFlag(c.Flags(), &request.ExpiresAt, "expires", "when it ends, such as 2027-01-01 (default: never)")
	fixed(c, "role", string(api.KeyAdmin), string(api.KeyReports), string(api.KeyProduct))
	return required(asksTeam(c), "role")
}

func (r *remote) secret(k api.APIKey) {
	expires := "never"
	if k.ExpiresAt != nil {
		expires = when(*k.ExpiresAt)
	}
	r.say("The secret of key %s, shown only this once:\n\n    %s\n", k.ID, r.paint(good, k.Secret))
	r.facts(fact{"role", string(k.Role)}, fact{"expires", expires})
}
