package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func seatsList() *cobra.Command {
	var page client.Page
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the subscriptions: seats owned, assigned, and who is not covered",
		Example: "daypass seats list",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			all, err := r.Subscriptions(ctx, r.team, page)
			if err != nil {
				return err
			}
			return r.tell(func() {
				rows := [][]string{}
				for _, s := range all.Items {
					rows = append(rows, subscriptionRow(s))
				}
				r.list("The team has no seats.", []column{text("subscription"), text("of"), figures("seats"), text("kind"), text("from"), text("until"),
					figures("owned"), figures("assigned"), text("not covered"), text("")}, rows, all.Next)
			})
		}),
	}
	return paged(asksTeam(c), &page)
}

func subscriptionRow(s api.SubscriptionStanding) []string {
	kind := "single user"
	if s.Kind == api.MultiUser {
		kind = "floating"
	}
	uncovered := "-"
	if s.OverAssigned > 0 {
		uncovered = fmt.Sprintf("%d: %s", s.OverAssigned, list(s.Uncovered[:min(len(s.Uncovered), 3)], ""))
		if s.OverAssigned > 3 {
			uncovered += ", …"
		}
	}
	return []string{s.ID, s.Product + s.Collection, fmt.Sprint(s.Seats - s.Traded), kind, stamp(s.From), stamp(s.Until),
		fmt.Sprint(s.Owned), fmt.Sprint(s.Assigned), uncovered, traded(s.Subscription)}
}

// traded says what a subscription was made of by a trade, or how many of its seats were traded in.
func traded(s api.Subscription) string {
	switch {
	case s.Trade != nil:
		return fmt.Sprintf("for %d of %s", s.Trade.Seats, s.Trade.Subscription)
	case s.Traded > 0:
		return fmt.Sprintf("%d traded in", s.Traded)
	}
	return ""
}

func seatsMove() *cobra.Command {
	c := &cobra.Command{
		Use:   "move WHAT FROM TO",
		Short: "Move a seat, or flex, from one user to another",
		Example: `daypass seats move autocad ben cleo@acme.example
daypass seats move flex ben cleo@acme.example`,
		Args: arguments("the product, collection or flex", "the user who has it", "the user who gets it"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			a, err := r.MoveAssignment(ctx, r.team, args[1], args[0], api.MoveAssignmentRequest{To: args[2]})
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("%s has %s, and %s has it no more.", r.paint(good, a.To), a.What, a.From)
			})
		}),
	}
	return positions(asksTeam(c), assignable, userIDs, userIDs)
}

func seatsFloating() *cobra.Command {
	var page client.Page
	c := &cobra.Command{
		Use:     "floating",
		Short:   "List who has which floating seat in use",
		Example: "daypass seats floating",
		Args:    arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			all, err := r.Floating(ctx, r.team, page)
			if err != nil {
				return err
			}
			return r.tell(func() {
				rows := [][]string{}
				for _, s := range all.Items {
					rows = append(rows, []string{s.What, s.User, stamp(*s.Since), stamp(*s.Until), fmt.Sprint(len(s.Sessions))})
				}
				r.list("No floating seat is in use.", []column{text("seat of"), text("user"), text("since"), text("until, at the latest"),
					figures("sessions")}, rows, all.Next)
			})
		}),
	}
	return paged(asksTeam(c), &page)
}

func seatsTake() *cobra.Command {
	c := &cobra.Command{
		Use:     "take WHAT USER",
		Short:   "Take over a floating seat that a user has in use",
		Long:    "Free a floating seat that a user has in use. Where it is used is asked anew when it renews; leases that are out run to their end, as is shown.",
		Example: "daypass seats take revit ben",
		Args:    arguments("the product or collection", "the user"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			s, err := r.TakeFloating(ctx, r.team, args[0], args[1])
			if err != nil {
				return err
			}
			return r.tell(func() { r.taken(s) })
		}),
	}
	return positions(asksTeam(c), sold, userIDs)
}

func (r *remote) taken(s api.FloatingSeat) {
	if len(s.Sessions) == 0 {
		r.say("%s has no floating seat of %s in use.", s.User, s.What)
		return
	}
	r.say("The floating seat of %s is %s: %s had it since %s.", s.What, r.paint(good, "free"), s.User, when(*s.Since))
	rows := [][]string{}
	for _, x := range s.Sessions {
		rows = append(rows, []string{x.Session, x.Product, x.Device, stamp(x.Until)})
	}
	r.table([]column{text("session"), text("product"), text("device"), text("its lease ends")}, rows)
}
