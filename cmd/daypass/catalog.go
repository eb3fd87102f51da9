package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func catalogCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "catalog", Short: "Show and replace the catalogue and the prices", GroupID: groupOperator,
		Example: `daypass catalog show --json > catalog.json
daypass catalog set catalog.json`,
	}, catalogShow(), catalogSet())
}

func catalogShow() *cobra.Command {
	return asks(&cobra.Command{
		Use:   "show",
		Short: "Show the catalogue and the prices",
		Example: `daypass catalog show
daypass catalog show --json > catalog.json`,
		Args: arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			c, err := r.Catalog(ctx)
			if err != nil {
				return err
			}
			if r.json {
				return r.tell(nil)
			}
			clock, err := r.Clock(ctx)
			if err != nil {
				return err
			}
			r.catalog(c, clock.Now)
			return nil
		}),
	})
}

func catalogSet() *cobra.Command {
	return asks(&cobra.Command{
		Use:     "set FILE",
		Short:   "Replace the catalogue and the prices by those of a JSON file",
		Long:    "Replace the catalogue and the prices by those of a JSON file, in the form that catalog show --json prints; - reads the standard input. They hold from the next decision on.",
		Example: `daypass catalog set catalog.json`,
		Args:    arguments("the file"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			content, err := readFile(r.cmd, args[0])
			if err != nil {
				return err
			}
			request, err := readCatalog(content)
			if err != nil {
				return err
			}
			c, err := r.SetCatalog(ctx, request)
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("The catalogue has %s and %s.", count(len(c.Products), "product", "products"), count(len(c.Collections), "collection", "collections"))
			})
		}),
	})
}

// catalog prints what can be opened and what it costs now.
func (r *remote) catalog(c api.Catalog, now api.Instant) {
	if len(c.Products) == 0 {
		r.say("The catalogue is empty: daypass catalog set FILE fills it.")
		return
	}
	rows := [][]string{}
	for _, p := range c.Products {
		rows = append(rows, []string{p.Code, p.Name, string(p.Kind), cost(p, now), remark(p)})
	}
	r.table([]column{text("product"), text("name"), text("kind"), figures("tokens now"), text("")}, rows)
	r.collections(c.Collections)
	if c.Prices != nil {
		r.prices(*c.Prices)
	}
}

func (r *remote) collections(list []api.Collection) {
	rows := [][]string{}
	for _, c := range list {
		rows = append(rows, []string{c.Code, c.Name, count(len(c.Products), "product", "products")})
	}
	if len(rows) > 0 {
		r.say("")
		r.table([]column{text("collection"), text("name"), text("")}, rows)
	}
}
