package main

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

func jobCommand() *cobra.Command {
	return group(&cobra.Command{
		Use: "job", Short: "Start, complete and cancel jobs of metered services", GroupID: groupProduct,
		Example: `daypass job start cloud-rendering-final-quality 10 --user ben --id job-1
daypass job complete job-1 8`,
	}, jobStart(), jobComplete(), jobCancel())
}

func jobStart() *cobra.Command {
	var request api.JobRequest
	c := &cobra.Command{
		Use:   "start SERVICE QUANTITY",
		Short: "Hold the tokens of a job, or quote it",
		Long:  "Hold the tokens for a quantity of results at most. Completing the job charges what it made and returns the rest. A refusal ends with exit code 3.",
		Example: `daypass job start cloud-rendering-final-quality 10 --user ben --id job-1
daypass job start cloud-rendering-final-quality 2.5 --user ben --dry-run`,
		Args: arguments("the service", "the quantity"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			var err error
			if request.Quantity, err = r.quantity(args[1]); err != nil {
				return err
			}
			request.ID = cmp.Or(request.ID, client.NewID("job-"))
			request.Service = args[0]
			a, err := r.StartJob(ctx, r.team, request)
			if err != nil {
				return err
			}
			return r.job(a, request)
		}),
	}
	c.Flags().StringVarP(&request.User, "user", "u", "", "id or mail address of the user")
	c.Flags().StringVar(&request.ID, "id", "", "id of the job (default: a new one)")
	c.Flags().BoolVar(&request.DryRun, "dry-run", false, "only quote: the same answer without effect")
	asksTeam(c)
	complete(c, "user", userIDs)
	return required(positions(c, metered), "user")
}

func (r *remote) quantity(s string) (api.Quantity, error) {
	q, err := api.ParseQuantity(s)
	if err != nil {
		return 0, wrong(r.cmd, "the quantity %s %v", s, err)
	}
	return q, nil
}

func (r *remote) job(a api.JobAnswer, asked api.JobRequest) error {
	granted := a.Outcome == api.OutcomeGranted
	err := r.tell(func() {
		facts := []fact{{"job", a.Job}, {"code", string(a.Code)}, {"needed", tokens(a.Required)}}
		if granted {
			r.say("%s %s", r.paint(good, "Granted:"), reasons[a.Code])
			facts = append(facts, fact{"held", tokens(a.Held)})
		} else {
			r.say("%s %s", r.paint(bad, "Refused:"), a.Message)
		}
		if a.ExpiresAt != nil {
			facts = append(facts, fact{"until", when(*a.ExpiresAt)})
		}
		facts = append(append(facts, fact{"left", tokens(a.Balance.Available)}), limitFacts(a.Limits)...)
		r.facts(append(facts, fact{"to do", r.advice(a.Code, asked.User, asked.Service)})...)
	})
	if err == nil && !granted {
		return errRefused
	}
	return err
}

func jobComplete() *cobra.Command {
	return positions(asksTeam(&cobra.Command{
		Use:     "complete JOB QUANTITY",
		Short:   "Charge what a job made and return the rest",
		Example: "daypass job complete job-1 8",
		Args:    arguments("the job", "the quantity"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			made, err := r.quantity(args[1])
			if err != nil {
				return err
			}
			a, err := r.CompleteJob(ctx, r.team, args[0], made)
			if err != nil {
				return err
			}
			return r.jobEnded(a)
		}),
	}))
}

func jobCancel() *cobra.Command {
	var quantity string
	c := &cobra.Command{
		Use:   "cancel JOB",
		Short: "Give a job up and return its tokens",
		Example: `daypass job cancel job-2
daypass job cancel job-3 --made 2`,
		Args: arguments("the job"),
		RunE: ask(func(ctx context.Context, r *remote, args []string) error {
			var made *api.Quantity
			if quantity != "" {
				q, err := r.quantity(quantity)
				if err != nil {
					return err
				}
				made = &q
			}
			a, err := r.CancelJob(ctx, r.team, args[0], made)
			if err != nil {
				return err
			}
			return r.jobEnded(a)
		}),
	}
	c.Flags().StringVar(&quantity, "made", "", "what it made before, which is charged (default: nothing)")
	return positions(asksTeam(c))
}

func (r *remote) jobEnded(a api.JobEndAnswer) error {
	return r.tell(func() {
		r.say("Job %s is over: %s charged, %s returned.", a.Job, r.paint(good, tokens(a.Charged)), tokens(a.Returned))
	})
}
