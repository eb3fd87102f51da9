package bench

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// audit compares what callers were told, a number of charges and of thousandths of a token, with the journal. It reads
// the stored text by itself and asks no desk: the rows are as many as the answers, every charge is what its draws
// took, the packs have paid it and none has paid more than it held, and no two passes of a user and product overlap.
// Then desk.Verify recomputes everything in its way.
func audit(ctx context.Context, j *journal.Journal, charges, tokens int64) error {
	var a auditor
	rows, err := j.Reader().QueryContext(ctx, `SELECT team, seq, body FROM entry WHERE team <> $1 ORDER BY team, seq`, license.OperatorJournal)
	if err != nil {
		return fmt.Errorf("reading what is stored: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var team string
		var seq int64
		var body []byte
		if err := rows.Scan(&team, &seq, &body); err != nil {
			return fmt.Errorf("reading what is stored: %w", err)
		}
		if err := a.entry(team, body); err != nil {
			return fmt.Errorf("entry %d of %s: %w", seq, team, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading what is stored: %w", err)
	}
	switch {
	case a.charges != charges:
		return fmt.Errorf("%d charges were acknowledged and %d are stored", charges, a.charges)
	case a.tokens != tokens:
		return fmt.Errorf("%d thousandths of a token were acknowledged and %d are stored", tokens, a.tokens)
	}
	return verify(ctx, j)
}

func verify(ctx context.Context, j *journal.Journal) error {
	findings, _, err := desk.Verify(ctx, j, func(desk.Checked) {})
	if err != nil {
		return err
	}
	for _, f := range findings {
		return fmt.Errorf("verification found %d wrong, the first in %s: %s", len(findings), f.Team, f.Detail)
	}
	return nil
}

// auditor is what has been read of the teams before, and of the one that is being read.
type auditor struct {
	charges, tokens int64

	team     string
	left     map[string]int64    // of each pack
	until    map[[2]string]int64 // the last pass of each user and product
	sessions map[string]bool     // that were charged
}

// stored is what an audit reads of an entry; the names are the journal's.
type stored struct {
	Kind string          `json:"kind"`
	At   int64           `json:"at"`
	Body json.RawMessage `json:"body"`
}

// change is what a pack or a pass brings.
type change struct {
	Pack    string `json:"pack"`
	Size    int64  `json:"size"`
	Session string `json:"session"`
	User    string `json:"user"`
	Product string `json:"product"`
	Until   int64  `json:"until"`
	Rate    int64  `json:"rate"`
	Draws   []struct {
		Pack   string `json:"pack"`
		Tokens int64  `json:"tokens"`
	} `json:"draws"`
}

// entry takes the entries of a team one after the other.
func (a *auditor) entry(team string, body []byte) error {
	if team != a.team {
		a.team, a.left, a.until, a.sessions = team, map[string]int64{}, map[[2]string]int64{}, map[string]bool{}
	}
	var s stored
	if err := json.Unmarshal(body, &s); err != nil {
		return err
	}
	if s.Kind != "pack_added" && s.Kind != "pass_opened" {
		return nil
	}
	var c change
	if err := json.Unmarshal(s.Body, &c); err != nil {
		return err
	}
	if s.Kind == "pack_added" {
		a.left[c.Pack] += c.Size
		return nil
	}
	return a.pass(s.At, &c)
}

func (a *auditor) pass(at int64, c *change) error {
	of := [2]string{c.User, c.Product}
	if at < a.until[of] {
		return fmt.Errorf("the pass of %s for %s begins before the one before it ends", of[0], of[1])
	}
	a.until[of] = c.Until
	if a.sessions[c.Session] {
		return fmt.Errorf("session %s is charged twice", c.Session)
	}
	a.sessions[c.Session] = true
	var drawn int64
	for _, d := range c.Draws {
		drawn += d.Tokens
		if a.left[d.Pack] -= d.Tokens; a.left[d.Pack] < 0 {
			return fmt.Errorf("pack %s has paid more than it held", d.Pack)
		}
	}
	if drawn != c.Rate || drawn <= 0 {
		return fmt.Errorf("a charge of %d has draws of %d", c.Rate, drawn)
	}
	a.charges++
	a.tokens += drawn
	return nil
}
