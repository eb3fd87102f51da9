package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func openCommand() *cobra.Command {
	var request api.SessionRequest
	c := &cobra.Command{
		Use:   "open PRODUCT",
		Short: "Open a product as a user",
		Long: `Open a product as a user, as the product itself would: a seat covers it, a pass that runs covers it, or tokens are charged for a day.

The session's id is made here and printed; asking again with the same --session gives the first answer. A refusal ends with exit code 3.`,
		Example: `daypass open autocad --user ben --version 2026
daypass open autocad --user ben@acme.example --version 2026 --session ses-1 --device laptop-7
daypass open revit --user ben --version 2026 --dry-run`,
		Args:    arguments("the product"),
		GroupID: groupProduct,
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			request.ID = cmp.Or(request.ID, client.NewID("ses-"))
			request.Product = args[0]
			a, err := r.Open(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.decided(a, request)
		}),
	}
	f := c.Flags()
	f.StringVarP(&request.User, "user", "u", "", "id or mail address of the user (default: whose credential it is)")
	f.StringVar(&request.ID, "session", "", "id of the session (default: a new one)")
	f.StringVar(&request.Version, "version", "", "version of the product, where it has versions")
	f.StringVar(&request.Device, "device", "", "name of the device (default: none, which is not counted)")
	f.BoolVar(&request.DryRun, "dry-run", false, "only ask: the same answer without effect")
	asksTeam(c)
	complete(c, "user", userIDs)
	return positions(c, openable)
}

// decided prints an answer about a session.
func (r *remote) decided(a api.SessionAnswer, asked api.SessionRequest) error {
	err := r.tell(func() {
		if a.Outcome == api.OutcomeGranted {
			r.granted(a, asked)
			return
		}
		r.refused(a, asked)
	})
	if err == nil && a.Outcome != api.OutcomeGranted {
		return errRefused
	}
	return err
}

func (r *remote) granted(a api.SessionAnswer, asked api.SessionRequest) {
	who := ""
	if asked.User != "" {
		who = asked.User + " may use " + asked.Product + ", "
	}
	word := "Granted:"
	if asked.DryRun {
		word = "It would be granted:"
	}
	r.say("%s %s%s", r.paint(good, word), who, reasons[a.Code])
	cost := "nothing"
	if a.Charge != nil {
		cost = tokens(a.Charge.Tokens) + " (" + draws(a.Charge.Draws) + ")"
	}
	facts := []fact{{"session", a.Session}, {"code", string(a.Code)}, {"cost", cost}}
	if a.Pass != nil {
		facts = append(facts, fact{"until", when(a.Pass.Until)})
	}
	if a.LeaseExpiresAt != nil && (a.Pass == nil || *a.LeaseExpiresAt != a.Pass.Until) {
		facts = append(facts, fact{"offline until", when(*a.LeaseExpiresAt)})
	}
	r.facts(append(append(facts, fact{"left", tokens(a.Balance.Available)}), limitFacts(a.Limits)...)...)
}

func (r *remote) refused(a api.SessionAnswer, asked api.SessionRequest) {
	r.say("%s %s", r.paint(bad, "Refused:"), a.Message)
	facts := []fact{{"code", string(a.Code)}}
	if a.Needed != nil {
		facts = append(facts, fact{"needed", tokens(*a.Needed)})
	}
	facts = append(append(facts, fact{"left", tokens(a.Balance.Available)}), limitFacts(a.Limits)...)
	r.facts(append(facts, fact{"to do", r.advice(a.Code, asked.User, asked.Product)})...)
}
