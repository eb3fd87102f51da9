package bench

import (
	"context"
	"errors"
)

// rowText is a statement of a charge that is made step by step, as programs are mostly written: the same on both
// engines. PostgreSQL locks the team's row first; SQLite's writer has all to itself.
type rowText int

const (
	textKnown rowText = iota
	textLive
	textPack
	textTake
	textPass
	textSession
	textCharge
	textDraw
	rowTexts
)

var stepTexts = [rowTexts]string{
	textKnown:   `SELECT COUNT(*) FROM session WHERE team = $1 AND id = $2`,
	textLive:    `SELECT COALESCE(MAX(until_at), 0) FROM pass WHERE team = $1 AND person = $2 AND product = $3`,
	textPack:    `SELECT id FROM pack WHERE team = $1 AND remaining >= $2 AND expires_at > $3 ORDER BY expires_at, id LIMIT 1`,
	textTake:    `UPDATE pack SET remaining = remaining - $1 WHERE team = $2 AND id = $3`,
	textPass:    `INSERT INTO pass (team, person, product, from_at, until_at) VALUES ($1, $2, $3, $4, $5)`,
	textSession: `INSERT INTO session (team, id, person, product, from_at) VALUES ($1, $2, $3, $4, $5)`,
	textCharge:  `INSERT INTO charge (team, session, tokens) VALUES ($1, $2, $3)`,
	textDraw:    `INSERT INTO draw (team, session, pack, tokens) VALUES ($1, $2, $3, $4)`,
}

// steps are the statements, prepared, in a transaction.
type steps interface {
	// ask reads one value; false says that there is none.
	ask(ctx context.Context, text rowText, into any, args ...any) (bool, error)
	do(ctx context.Context, text rowText, args ...any) error
}

// errUncharged is a charge of a yardstick that its own rules refuse. It does not happen under load, where nobody is
// charged twice.
var errUncharged = errors.New("a pass is live, the session is known, or no pack can pay")

// step looks, decides and writes.
func (c *rowCharge) step(ctx context.Context, t steps) error {
	var known, until int64
	var pack string
	if _, err := t.ask(ctx, textKnown, &known, c.team, c.session); err != nil {
		return err
	}
	if _, err := t.ask(ctx, textLive, &until, c.team, c.person, c.product); err != nil {
		return err
	}
	pays, err := t.ask(ctx, textPack, &pack, c.team, int64(cost), c.now)
	if err == nil && (known > 0 || until > c.now || !pays) {
		return errUncharged
	}
	for _, change := range []struct {
		text rowText
		args []any
	}{
		{textTake, []any{int64(cost), c.team, pack}},
		{textPass, []any{c.team, c.person, c.product, c.now, passEnd(c.now)}},
		{textSession, []any{c.team, c.session, c.person, c.product, c.now}},
		{textCharge, []any{c.team, c.session, int64(cost)}},
		{textDraw, []any{c.team, c.session, pack, int64(cost)}},
	} {
		if err == nil {
			err = t.do(ctx, change.text, change.args...)
		}
	}
	return err
}
