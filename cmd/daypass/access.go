package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func accessCommand() *cobra.Command {
	var request api.AccessRequest
	c := &cobra.Command{
		Use:     "access --users USER,... --products PRODUCT,...",
		Short:   "Ask which users may open which products, and how it would be paid",
		Example: "daypass access --users ben,cleo@acme.example --products autocad,revit",
		Args:    arguments(),
		GroupID: groupTeam,
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			a, err := r.Access(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.matrix(request, a.Items) })
		}),
	}
	c.Flags().StringSliceVar(&request.Users, "users", nil, "ids or mail addresses of users")
	c.Flags().StringSliceVar(&request.Products, "products", nil, "codes of products")
	asksTeam(c)
	complete(c, "users", userIDs)
	complete(c, "products", products(api.Daily, api.Free, api.Metered))
	return required(c, "users", "products")
}

// matrix prints a row for each user and a column for each product.
func (r *remote) matrix(request api.AccessRequest, items []api.Access) {
	columns := []column{text("user")}
	for _, p := range request.Products {
		columns = append(columns, text(p))
	}
	rows := [][]string{}
	for i, u := range request.Users {
		row := []string{u}
		for j := range request.Products {
			row = append(row, paid(items[i*len(request.Products)+j]))
		}
		rows = append(rows, row)
	}
	r.table(columns, rows)
}

// paid says how an opening would be paid, or why it would be refused.
func paid(a api.Access) string {
	switch {
	case a.Outcome != api.OutcomeGranted:
		return "no: " + strings.ReplaceAll(string(a.Code), "_", " ")
	case a.Tokens > 0:
		return tokens(a.Tokens)
	}
	return strings.ReplaceAll(string(a.Code), "_", " ")
}
