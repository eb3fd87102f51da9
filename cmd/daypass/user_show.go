package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
)

func userShow() *cobra.Command {
	c := &cobra.Command{
		Use:     "show USER",
		Short:   "Show what a user has, why, and how it would be paid",
		Example: "daypass user show ben",
		Args:    arguments("the user"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			a, err := r.Assignments(ctx, r.team, args[0])
			if err != nil {
				return err
			}
			return r.tell(func() { r.has(a) })
		}),
	}
	return positions(asksTeam(c), userIDs)
}

func (r *remote) has(a api.UserAssignments) {
	rows := [][]string{}
	for _, p := range a.Products {
		why := make([]string, len(p.Why))
		for i, w := range p.Why {
			why[i] = because(w)
		}
		how := paid(api.Access{Outcome: p.Outcome, Code: p.Code, Tokens: p.Tokens})
		rows = append(rows, []string{p.Product, how, strings.Join(why, "; ")})
	}
	if len(rows) == 0 {
		r.say("%s has nothing to open. Let tokens open products: daypass assign %s flex", a.User, a.User)
		return
	}
	r.table([]column{text("product"), text("now"), text("why")}, rows)
}

// because says why a user has a product: "seat of aec-collection, directly and from designers".
func because(w api.Reason) string {
	switch w.Source {
	case api.SourceFree:
		return "it is free"
	case api.SourceTrial:
		return "a trial"
	}
	words := "flex"
	if w.Source == api.SourceSeat {
		words = "seat of " + w.What
		if w.Kind == api.MultiUser {
			words = "floating " + words
		}
	}
	var from []string
	if w.Direct {
		from = append(from, "directly")
	}
	for _, g := range w.Groups {
		from = append(from, "from "+g)
	}
	words += " " + strings.Join(from, " and ")
	switch {
	case w.List == api.FlexFromOwn:
		words += ", on the user's own list"
	case w.List == api.FlexFromDefault:
		words += ", by default"
	case !w.Now:
		words += " (not now)"
	}
	return words
}
