package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Two servers that keep writing to one team would lose race after race to each other: the loser reads what the winner
// wrote, decides again, and finds that the winner has written once more. Such servers take turns: each writes for a few
// milliseconds, many batches, while the other waits. A turn is a courtesy and no more: what keeps the journal right is
// its key. Teams that are not fought over never see one.

// leaveIdle bounds in milliseconds how long a transaction outlives a server that was stopped in the middle of it: then
// the database ends it.
const leaveIdle = `SET LOCAL idle_in_transaction_session_timeout = 250`

// turnWait bounds the wait for a turn.
const turnWait = 2 * time.Second

// Turn is a server's turn to write to a team.
type Turn struct {
	tx *sql.Tx // nil: there is nobody to wait for
}

// TakeTurn waits for the turn to write to a team. Appends of other servers to it wait meanwhile, those of this one name it
// as held (Batch.Held). A journal that is not shared has no turns to wait for.
func (j *Journal) TakeTurn(ctx context.Context, team string) (*Turn, error) {
	if !j.Shared() {
		return new(Turn), nil
	}
	ctx, cancel := context.WithTimeout(ctx, turnWait)
	defer cancel()
	t, err := j.takeTurn(ctx, team)
	if err != nil {
		return nil, fmt.Errorf("journal: wait for the turn to write to %s: %w", team, err)
	}
	return t, nil
}

func (j *Journal) takeTurn(ctx context.Context, team string) (*Turn, error) {
	// The transaction outlives the context that its beginning was waited for with.
	tx, err := j.turns.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, leaveIdle)
	if err == nil {
		var one int
		err = tx.QueryRowContext(ctx, `SELECT 1 FROM turn WHERE team = $1 FOR UPDATE`, team).Scan(&one)
	}
	if err == nil {
		return &Turn{tx}, nil
	}
	_ = tx.Rollback() // the first error is the one to tell
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if err := j.WantTurns(ctx, team); err != nil { // another server has found the fight to be over
		return nil, err
	}
	return j.takeTurn(ctx, team)
}

// WantTurns says to other servers that write to a team that it is to be done in turns. They learn of it with their next
// append (Batch.Rivals).
func (j *Journal) WantTurns(ctx context.Context, team string) error {
	if !j.Shared() {
		return nil
	}
	return j.write(ctx, `INSERT INTO turn (team) VALUES ($1) ON CONFLICT (team) DO NOTHING`, team)
}

// End lets the next server have its turn.
func (t *Turn) End() error {
	if t.tx == nil {
		return nil
	}
	return t.tx.Rollback() // nothing was changed in it
}

// EndTurns forgets that a team was fought over.
func (j *Journal) EndTurns(ctx context.Context, team string) error {
	if !j.Shared() {
		return nil
	}
	return j.write(ctx, `DELETE FROM turn WHERE team = $1`, team)
}
