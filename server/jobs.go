package server

import (
	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/license"
)

func (s *Server) startJob(c *call, in api.JobRequest) (api.JobAnswer, error) {
	whose, err := c.mine(in.User)
	if err != nil {
		return api.JobAnswer{}, err
	}
	g, pos, err := s.desk.StartJob(c.r.Context(), c.team, license.StartJob{Caller: c.caller(), Job: in.ID, User: whose,
		Service: in.Service, Quantity: license.Quantity(in.Quantity), DryRun: in.DryRun})
	if err != nil {
		return api.JobAnswer{}, err
	}
	c.replayed = g.Replayed
	return jobAnswer(in, g, pos), nil
}

func jobAnswer(in api.JobRequest, g license.JobGrant, pos int64) api.JobAnswer {
	out := api.JobAnswer{Job: in.ID, Outcome: api.Outcome(g.Outcome), Code: api.Code(g.Code), Held: api.Tokens(g.Held),
		Required: api.Tokens(g.Required), Available: api.Tokens(g.Available), Remaining: api.Tokens(g.Remaining),
		Balance: api.Available{Available: api.Tokens(g.Remaining)}, Limits: limitsLeft(g.Limits), Position: pos}
	if in.DryRun { // a quote holds nothing
		out.Balance.Available = out.Available
	}
	if g.Outcome == license.Granted {
		until := api.Instant(g.ExpiresAt)
		out.ExpiresAt = &until
		return out
	}
	out.Message = out.Code.Message()
	if g.Code == license.CodeTokensInsufficient {
		out.Needed = &out.Required
	}
	return out
}

func (s *Server) completeJob(c *call, in api.CompleteRequest) (api.JobEndAnswer, error) {
	return s.endJob(c, license.JobCompleted, in.Quantity)
}

func (s *Server) cancelJob(c *call, in api.CancelRequest) (api.JobEndAnswer, error) {
	return s.endJob(c, license.JobCancelled, in.Quantity)
}

// endJob ends a job that made so much; nil is nothing.
func (s *Server) endJob(c *call, state license.JobState, made *api.Quantity) (api.JobEndAnswer, error) {
	end := license.EndJob{Caller: c.caller(), Job: c.r.PathValue("job"), State: state}
	if made != nil {
		end.Used = license.Quantity(*made)
	}
	done, err := s.desk.EndJob(c.r.Context(), c.team, end)
	c.replayed = done.Replayed
	return api.JobEndAnswer{Job: end.Job, Charged: api.Tokens(done.Charged), Returned: api.Tokens(done.Returned),
		Position: done.Position}, err
}
