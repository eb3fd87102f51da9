package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func requestCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "request", Short: "Ask for access to products, approve and decline", GroupID: groupTeam,
		Example: `daypass request list --state open
daypass request approve req-1 --days 7`,
	}, requestAdd(), requestList(), requestShow(), requestApprove(), requestDecline())
}

func requestAdd() *cobra.Command {
	var request api.WishRequest
	c := &cobra.Command{
		Use:   "add PRODUCT",
		Short: "Ask for a product that a user may not open",
		Long:  "Ask for a product that a user may not open. The admins are told, see its rate and what the user has used, and decide. A user's own key needs no --user.",
		Example: `daypass request add revit --user ben --reason 'the tower is modelled in it' --id req-1
daypass request add inventor --user ben@acme.example --id req-2`,
		Args: arguments("the product"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			request.ID = cmp.Or(request.ID, client.NewID("req-"))
			request.Product = args[0]
			w, err := r.RequestAccess(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.tell(func() {
				r.say("%s asks for %s: an admin decides.", w.User, r.paint(good, w.Product))
				r.facts(fact{"request", w.ID}, fact{"costs", rateOf(w)})
			})
		}),
	}
	c.Flags().StringVarP(&request.User, "user", "u", "", "id or mail address of the user (default: whose key it is)")
	c.Flags().StringVar(&request.Reason, "reason", "", "why it is needed")
	c.Flags().StringVar(&request.ID, "id", "", "id of the request (default: a new one)")
	asksTeam(c)
	complete(c, "user", userIDs)
	return positions(c, products(api.Daily, api.Metered))
}

func requestList() *cobra.Command {
	var page client.Page
	var state string
	c := &cobra.Command{
		Use:   "list",
		Short: "List the requests, with what they would cost and what the users have used",
		Example: `daypass request list --state open
daypass request list`,
		Args: arguments(),
		RunE: ask(func(ctx context.Context, r *remote, _ []string) error {
			all, err := r.Requests(ctx, r.team, api.WishState(state), page)
			if err != nil {
				return err
			}
			return r.tell(func() {
				rows := [][]string{}
				for _, w := range all.Items {
					rows = append(rows, []string{w.ID, w.User, w.Product, stateOf(w), rateOf(w), amount(w.Use.Product.Month), amount(w.Use.Total.Month), cmp.Or(w.Reason, "-")})
				}
				r.list("There are no such requests.", []column{text("request"), text("user"), text("product"), text("state"),
					text("costs"), figures("used this month"), figures("of all"), text("reason")}, rows, all.Next)
			})
		}),
	}
	c.Flags().StringVar(&state, "state", "", "open, approved, ended, declined or lapsed (default: all)")
	fixed(c, "state", string(api.WishOpen), string(api.WishApproved), string(api.WishEnded), string(api.WishDeclined), string(api.WishLapsed))
	return paged(asksTeam(c), &page)
}

func requestShow() *cobra.Command {
	return positions(asksTeam(&cobra.Command{
		Use:     "show REQUEST",
		Short:   "Show a request, what it would cost, and what the user has used",
		Example: "daypass request show req-1",
		Args:    arguments("the request"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			w, err := r.Request(ctx, r.team, args[0])
			if err != nil {
				return err
			}
			return r.tell(func() { r.wish(w) })
		}),
	}), openRequests)
}

// wish prints a request with all that is known of it.
func (r *remote) wish(w api.Wish) {
	r.say("%s asks for %s.", w.User, r.paint(good, w.Product))
	decided, latest := "", "none lately"
	if w.DecidedAt != nil {
		decided = fmt.Sprintf("%s, by %s", when(*w.DecidedAt), w.DecidedBy)
	}
	if p := w.Use.LatestPass; p != nil {
		latest = when(p.From)
	}
	r.facts(fact{"request", w.ID}, fact{"state", stateOf(w)}, fact{"asked", fmt.Sprintf("%s, by %s", when(w.AskedAt), w.AskedBy)},
		fact{"reason", w.Reason}, fact{"decided", decided}, fact{"declined", w.Declined}, fact{"costs", rateOf(w)},
		fact{"used of it", periods(w.Use.Product)}, fact{"used of all", periods(w.Use.Total)}, fact{"latest pass", latest})
}

func periods(p api.PeriodTokens) string {
	return fmt.Sprintf("%s today, %s this week, %s this month", amount(p.Day), amount(p.Week), amount(p.Month))
}

// stateOf says where a request is, and how long an approval lasts.
func stateOf(w api.Wish) string {
	state := string(w.State)
	if w.Until != nil {
		state += " until " + stamp(*w.Until)
	}
	if w.Passes != nil {
		state += fmt.Sprintf(", %d of %s used", *w.Used, count(*w.Passes, "pass", "passes"))
	}
	return state
}

// rateOf says what a pass or a unit costs.
func rateOf(w api.Wish) string {
	if w.Rate == nil {
		return "-"
	}
	return tokens(w.Rate.Tokens) + " a " + w.Rate.Per
}

func requestApprove() *cobra.Command {
	var days, passes int
	c := &cobra.Command{
		Use:   "approve REQUEST",
		Short: "Let the user open the product, for good, for days or for passes",
		Example: `daypass request approve req-1 --days 7
daypass request approve req-2`,
		Args: arguments("the request"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			var terms api.ApproveRequest
			if r.cmd.Flags().Changed("days") {
				terms.Days = &days
			}
			if r.cmd.Flags().Changed("passes") {
				terms.Passes = &passes
			}
			w, err := r.Approve(ctx, r.team, args[0], terms)
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("%s may open %s: %s.", w.User, r.paint(good, w.Product), howLong(w)) })
		}),
	}
	c.Flags().IntVar(&days, "days", 0, "for so many days of 24 hours (default: for good)")
	c.Flags().IntVar(&passes, "passes", 0, "for so many passes that tokens pay for (default: any number)")
	return positions(asksTeam(c), openRequests)
}

func howLong(w api.Wish) string {
	var parts []string
	if w.Passes != nil {
		parts = append(parts, "for "+count(*w.Passes, "pass", "passes"))
	}
	if w.Until != nil {
		parts = append(parts, "until "+when(*w.Until))
	}
	return list(parts, "for good")
}

func requestDecline() *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:     "decline REQUEST",
		Short:   "Decline a request, or take an approval back; the user is told why",
		Example: `daypass request decline req-1 --reason 'the tower goes to another office'`,
		Args:    arguments("the request"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			w, err := r.Decline(ctx, r.team, args[0], reason)
			if err != nil {
				return err
			}
			return r.tell(func() { r.say("%s is told that %s stays closed: %s", w.User, w.Product, w.Declined) })
		}),
	}
	c.Flags().StringVar(&reason, "reason", "", "why, which the user is told")
	return required(positions(asksTeam(c), openRequests), "reason")
}

func openRequests(ctx context.Context, r *remote) (all []string) {
	open, _ := r.Requests(ctx, r.team, api.WishOpen, client.Page{Limit: api.MaxLimit})
	for _, w := range open.Items {
		all = append(all, w.ID+"\t"+w.User+" asks for "+w.Product)
	}
	return all
}
