package desk

import (
	"context"

	"github.com/daypass/daypass/license"
)

// ChangePlan orders another plan for a team (R9.1).
func (d *Desk) ChangePlan(ctx context.Context, team string, c license.Caller, b license.PlanChanged) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) { return t.team.ChangePlan(t.now, c, b) })
}

// TradeIn trades multi-user seats for single-user ones (R8.10).
func (d *Desk) TradeIn(ctx context.Context, team string, c license.TradeIn) (gained license.Subscription, pos int64, err error) {
	pos, err = d.do(ctx, team, func(t *turn) error {
		var e license.Effect
		var err error
		gained, e, err = t.team.TradeIn(t.now, t.catalog, c)
		return t.add(e, err)
	})
	return gained, pos, err
}

// EndTrial ends a trial at once (R4.5).
func (d *Desk) EndTrial(ctx context.Context, team string, c license.Caller, user, product string) (int64, error) {
	return d.change(ctx, team, func(t *turn) (license.Effect, error) {
		return t.team.EndTrial(t.now, c, t.book.user(user), product)
	})
}

// SetPlans replaces what the plans unlock (R9.2), in the operator's journal; it is in force with the next question.
func (d *Desk) SetPlans(ctx context.Context, by string, u license.Unlocks) error {
	if err := u.Check(); err != nil {
		return err
	}
	return d.decree(ctx, by, &license.PlansSet{Unlocks: u})
}

// Plans is what the plans unlock now.
func (d *Desk) Plans(ctx context.Context) (license.Unlocks, error) {
	f, err := d.nowInForce(ctx)
	if err != nil {
		return nil, err
	}
	return f.unlocks, nil
}
