package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func keyCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "key", Short: "Create, list, rotate and revoke credentials of a team", GroupID: groupTeam,
		Example: "daypass key create autocad-plugin --role product",
	}, keyCreate(), keyList(), keyRotate(), keyRevoke())
}

// operators is the flag of commands about the operator's own keys instead of a team's.
func operators(c *cobra.Command, are *bool) *cobra.Command {
	c.Flags().BoolVar(are, "operator", false, "the operator's keys instead of a team's")
	return c
}

func keyCreate() *cobra.Command {
	var request api.KeyRequest
	c := &cobra.Command{
		Use:   "create KEY",
		Short: "Create a credential and print its secret, this once",
		Long: `Create a credential and print its secret, this once.

An admin key with --user acts as that admin and can do what they may at the time; without, it acts in its own name and can do what a secondary admin may. A user key acts as one user. An operator key is of no team, and does what the operator may. A product key opens products for any user, and with --products only those.`,
		Example: `daypass key create autocad-plugin --role product
daypass key create plotter --role product --products autocad,revit
daypass key create ann-laptop --role admin --user ann@acme.example
daypass key create ben-laptop --role user --user ben
daypass key create bookkeeping --role reports --expires 2027-01-01
daypass key create deputy --role operator --expires 2027-01-01`,
		Args: arguments("the key's id"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			request.ID = args[0]
			k, err := r.createKey(ctx, request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.secret(k) })
		}),
	}
	f := c.Flags()
	f.StringVar((*string)(&request.Role), "role", "", "admin: administrates the team; reports: reads; product: opens sessions and runs jobs for its users; user: acts as one user; operator: runs Daypass")
	f.StringVar(&request.User, "user", "", "id or mail address of whom an admin or user key acts as")
	f.StringSliceVar(&request.Products, "products", nil, "products that a product key opens (default: all)")
	instantFlag(f, &request.ExpiresAt, "expires", "when it ends, such as 2027-01-01 (default: never)")
	fixed(c, "role", string(api.KeyAdmin), string(api.KeyReports), string(api.KeyProduct), string(api.KeyUser), string(api.KeyOperator))
	asksTeam(c)
	complete(c, "user", userIDs)
	return required(c, "role")
}

// createKey makes a key of the team, or one of the operator's.
func (r *remote) createKey(ctx context.Context, k api.KeyRequest) (api.APIKey, error) {
	if k.Role != api.KeyOperator {
		return r.CreateKey(ctx, r.team, k)
	}
	if k.User != "" || len(k.Products) > 0 {
		return api.APIKey{}, wrong(r.cmd, "an operator key acts as nobody else, and for all products")
	}
	return r.CreateOperatorKey(ctx, api.OperatorKeyRequest{ID: k.ID, ExpiresAt: k.ExpiresAt})
}

func (r *remote) secret(k api.APIKey) {
	expires := "never"
	if k.ExpiresAt != nil {
		expires = when(*k.ExpiresAt)
	}
	r.say("The secret of key %s, shown only this once:\n\n    %s\n", k.ID, r.paint(good, k.Secret))
	facts := []fact{{"role", string(k.Role)}, {"acts as", k.User}, {"opens", list(k.Products, "")}, {"expires", expires}}
	if k.OldUntil != nil {
		facts = append(facts, fact{"the old secret works until", when(*k.OldUntil)})
	}
	r.facts(facts...)
}

func keyList() *cobra.Command {
	var page client.Page
	var operator bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the credentials, without their secrets",
		Example: `daypass key list
daypass key list --operator`,
		Args: arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			keys, err := r.keys(ctx, operator, page)
			if err != nil {
				return err
			}
			return r.tell(func() {
				rows := [][]string{}
				for _, k := range keys.Items {
					rows = append(rows, keyRow(k))
				}
				r.list("There are no keys: daypass key create makes one.",
					[]column{text("key"), text("role"), text("for"), text("made by"), text("last used (UTC)"), text("ends (UTC)")}, rows, keys.Next)
			})
		}),
	}
	return paged(operators(asksTeam(c), &operator), &page)
}

func (r *remote) keys(ctx context.Context, operator bool, p client.Page) (api.List[api.APIKey], error) {
	if operator {
		return r.OperatorKeys(ctx, p)
	}
	return r.Keys(ctx, r.team, p)
}

func keyRow(k api.APIKey) []string {
	or := func(i *api.Instant, none string) string {
		if i == nil {
			return none
		}
		return stamp(*i)
	}
	ends := or(k.ExpiresAt, "never")
	if k.RevokedAt != nil {
		ends = "revoked " + stamp(*k.RevokedAt)
	}
	use := k.User
	if len(k.Products) > 0 {
		use = strings.Join(k.Products, ", ")
	}
	switch {
	case use == "" && k.Role == api.KeyOperator:
		use = "all teams"
	case use == "":
		use = "the team"
	}
	return []string{k.ID, string(k.Role), use, k.MadeBy, or(k.LastUsedAt, "never"), ends}
}

func keyRotate() *cobra.Command {
	var overlap string
	var operator bool
	c := &cobra.Command{
		Use:   "rotate KEY",
		Short: "Give a credential a new secret, and let the old one live on for a while",
		Long: `Give a credential a new secret, and let the old one live on for a while, so that programs can change over.

While an old secret still lives, rotating again replaces the new one: an answer that was lost can be asked for again. With --overlap 0s all secrets that were there end at once, as they must when one has leaked.`,
		Example: `daypass key rotate autocad-plugin
daypass key rotate autocad-plugin --overlap 0s`,
		Args: arguments("the key"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			d, err := api.ParseDuration(overlap)
			if err != nil {
				return wrong(r.cmd, "--overlap %v", err)
			}
			rotate := func() (api.APIKey, error) { return r.RotateKey(ctx, r.team, args[0], api.RotateRequest{Overlap: &d}) }
			if operator {
				rotate = func() (api.APIKey, error) { return r.RotateOperatorKey(ctx, args[0], api.RotateRequest{Overlap: &d}) }
			}
			k, err := rotate()
			if err != nil {
				return err
			}
			return r.tell(func() { r.secret(k) })
		}),
	}
	c.Flags().StringVar(&overlap, "overlap", api.DefaultOverlap.String(), "how long the old secret works, at most 720h")
	return positions(operators(asksTeam(c), &operator), keyIDs)
}

func keyRevoke() *cobra.Command {
	var operator bool
	c := &cobra.Command{
		Use:     "revoke KEY",
		Short:   "End a credential with the next request",
		Example: "daypass key revoke autocad-plugin",
		Args:    arguments("the key"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			revoke := func() (api.APIKey, error) { return r.RevokeKey(ctx, r.team, args[0]) }
			if operator {
				revoke = func() (api.APIKey, error) { return r.RevokeOperatorKey(ctx, args[0]) }
			}
			if _, err := revoke(); err != nil {
				return err
			}
			return r.tell(func() { r.say("Key %s opens nothing any more.", args[0]) })
		}),
	}
	return positions(operators(asksTeam(c), &operator), keyIDs)
}

func keyIDs(ctx context.Context, r *remote) (list []string) {
	keys, _ := r.Keys(ctx, r.team, client.Page{Limit: api.MaxLimit})
	for _, k := range keys.Items {
		list = append(list, k.ID+"\t"+string(k.Role))
	}
	return list
}
