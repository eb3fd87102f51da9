package journal

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Two servers that keep writing to one team would lose race after race to each other: the loser reads what the winner
// wrote, decides again, and finds that the winner has written once more. Such servers take turns: each writes for a few
// milliseconds, many batches, while the other waits. A turn is a courtesy and no more: what keeps the journal right is
// its key. Teams that are not fought over never see one.

// leaveIdle bounds in milliseconds how long a transaction outlives a server that was stopped in the middle of it: then
// the database ends it.
const leaveIdle = `SET LOCAL idle_in_transaction_session_timeout = 250`

// turnWait bounds the wait for turns.
const turnWait = 2 * time.Second

// Turn is a server's turn to write to some teams.
type Turn struct {
	tx *sql.Tx // nil: there is nobody to wait for
}

// TakeTurns waits for the turns to write to teams, which are had and ended together. Appends of other servers to them wait
// meanwhile, those of this one name them as held (Batch.Held). A journal that is not shared has no turns to wait for.
func (j *Journal) TakeTurns(ctx context.Context, teams []string) (*Turn, error) {
	if !j.Shared() {
		return new(Turn), nil
	}
	ctx, cancel := context.WithTimeout(ctx, turnWait)
	defer cancel()
	t, err := j.takeTurns(ctx, slices.Sorted(slices.Values(teams)))
	if err != nil {
		return nil, fmt.Errorf("journal: wait for the turns to write to %s: %w", strings.Join(teams, ", "), err)
	}
	return t, nil
}

// takeTurns locks the rows of teams in their order, in which all servers do, so that no two wait for each other.
func (j *Journal) takeTurns(ctx context.Context, teams []string) (*Turn, error) {
	// The transaction outlives the context that its beginning was waited for with.
	tx, err := j.turns.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, leaveIdle)
	locked := 0
	if err == nil {
		err = tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM turn WHERE team = ANY($1::text[]) ORDER BY team FOR UPDATE) AS mine`,
			teams).Scan(&locked)
	}
	if err == nil && locked == len(teams) {
		return &Turn{tx}, nil
	}
	_ = tx.Rollback() // the first error is the one to tell
	if err != nil {
		return nil, err
	}
	for _, team := range teams {
		if err := j.WantTurns(ctx, team); err != nil { // another server has found a fight to be over
			return nil, err
		}
	}
	return j.takeTurns(ctx, teams)
}

// WantTurns says to other servers that write to a team that it is to be done in turns. They learn of it with their next
// append (Batch.Rivals).
func (j *Journal) WantTurns(ctx context.Context, team string) error {
	if !j.Shared() {
		return nil
	}
	return j.write(ctx, `INSERT INTO turn (team) VALUES ($1) ON CONFLICT (team) DO NOTHING`, team)
}

// End lets the next server have its turns.
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
