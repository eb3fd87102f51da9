package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func seatsCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "seats", Short: "Subscribe to seats, move and trade them, and take floating ones over", GroupID: groupTeam,
		Example: "daypass seats add autocad 5 --months 12",
	}, seatsAdd(), seatsList(), seatsMove(), seatsFloating(), seatsTake(), seatsTrade())
}

// order is a subscription as it is asked for by flags.
type order struct {
	id          string
	floating    bool
	months      int
	from, until *api.Instant
	over        bool
}

func seatsAdd() *cobra.Command {
	var o order
	c := &cobra.Command{
		Use:   "add WHAT SEATS",
		Short: "Subscribe a team to seats of a product or collection",
		Long:  "Subscribe a team to seats of a product or collection for a term. A seat is assigned to one user; a floating one is shared by all who are assigned, as many at once as there are seats.",
		Example: `daypass seats add autocad 5 --months 12
daypass seats add autocad 2 --floating --from 2026-01-01 --until 2027-01-01`,
		Args: arguments("the product or collection", "the number of seats"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			request, err := o.request(ctx, r, args)
			if err != nil {
				return err
			}
			s, err := r.AddSubscription(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.subscribed(args[0], s) })
		}),
	}
	c.Flags().StringVar(&o.id, "id", "", "id of the order (default: a new one)")
	c.Flags().BoolVar(&o.floating, "floating", false, "shared by all who are assigned")
	c.Flags().IntVar(&o.months, "months", 12, "length of the term, where --until does not say its end")
	c.Flags().BoolVar(&o.over, "over-assign", false, "though more users are assigned than there will be seats: the last are not covered")
	instantFlag(c.Flags(), &o.from, "from", "when the term begins, such as 2026-01-01 (default: now)")
	instantFlag(c.Flags(), &o.until, "until", "when the term is over, such as 2027-01-01")
	return positions(asksTeam(c), sold)
}

// request completes an order: is it a product or a collection, and what is the server's time?
func (o order) request(ctx context.Context, r *remote, args []string) (api.SubscriptionRequest, error) {
	seats, err := strconv.Atoi(args[1])
	if err != nil {
		return api.SubscriptionRequest{}, wrong(r.cmd, "the number of seats %q is not a whole number", args[1])
	}
	request := api.SubscriptionRequest{ID: cmp.Or(o.id, client.NewID("seats-")), Product: args[0], Kind: api.SingleUser, Seats: seats, OverAssign: o.over}
	if o.floating {
		request.Kind = api.MultiUser
	}
	catalog, err := r.Catalog(ctx)
	if err != nil {
		return request, err
	}
	if slices.ContainsFunc(catalog.Collections, func(c api.Collection) bool { return c.Code == args[0] }) {
		request.Product, request.Collection = "", args[0]
	}
	request.From, request.Until, err = o.term(ctx, r)
	return request, err
}

func (o order) term(ctx context.Context, r *remote) (from, until *api.Instant, err error) {
	if from, until = o.from, o.until; from == nil {
		clock, err := r.Clock(ctx)
		if err != nil {
			return nil, nil, err
		}
		from = &clock.Now
	}
	if until == nil {
		end := api.InstantOf(from.Time().AddDate(0, o.months, 0)) //nolint:forbidigo // a term is sold by calendar months
		until = &end
	}
	return from, until, nil
}

func seatsTrade() *cobra.Command {
	var request api.TradeRequest
	c := &cobra.Command{
		Use:   "trade SUBSCRIPTION",
		Short: "Trade floating seats for single-user ones",
		Long:  "Trade all or some seats of a floating subscription for single-user ones, at the price list's ratio and for the rest of the term. Seats in use cannot be traded in, and there is no trade-in towards tokens.",
		Example: `daypass seats trade floating-1 --seats 1 --id trade-1
daypass seats trade floating-1`,
		Args: arguments("the subscription"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			request.ID = cmp.Or(request.ID, client.NewID("trade-"))
			s, err := r.TradeIn(ctx, r.team, args[0], request)
			if err != nil {
				return err
			}
			return r.tell(func() { r.subscribed(s.Product+s.Collection, s) })
		}),
	}
	c.Flags().IntVar(&request.Seats, "seats", 0, "how many of its seats (default: all)")
	c.Flags().StringVar(&request.ID, "id", "", "id of the trade and of what it makes (default: a new one)")
	return positions(asksTeam(c), subscriptionIDs)
}

func subscriptionIDs(ctx context.Context, r *remote) (list []string) {
	subscriptions, _ := r.Subscriptions(ctx, r.team, client.Page{Limit: api.MaxLimit})
	for _, s := range subscriptions.Items {
		list = append(list, s.ID+"\t"+s.Product+s.Collection)
	}
	return list
}

func (r *remote) subscribed(what string, s api.Subscription) {
	kind := "seat"
	if s.Kind == api.MultiUser {
		kind = "floating seat"
	}
	r.say("%s has %s of %s.", r.team, r.paint(good, count(s.Seats, kind, kind+"s")), what)
	r.facts(fact{"subscription", s.ID}, fact{"from", when(s.From)}, fact{"until", when(s.Until)},
		fact{"next", fmt.Sprintf("daypass assign USER %s", what)})
}
