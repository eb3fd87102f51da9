// Package yearbook reads a team's ledger and says what its year was: what was used by whom, how it was paid,
// and what would have cost less. Every figure is a fold of the entries that the desk gives out; it knows nothing
// of who made them.
package yearbook

import (
	"context"
	"fmt"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

// Year is what a ledger tells.
type Year struct {
	Team, Name  string
	People      int             // in the team now
	From, Until license.Instant // the first pass, and now
	Entries     int64
	Head        string // hash of the last entry, in hexadecimal
	Balance     license.Balance
	Months      []Month
	Products    []Use // the most days first
	Users       []Use // the most tokens first
	Sources     map[license.Source]int
	GivenBack   GivenBack
	Jobs        []Service
	Seats       []Seats
	Each        map[string][]Need // by user, what they used

	Currency string // of all money
	Token    Price
	Advice   []Advice // the largest saving first
}

// Month is the tokens charged in a calendar month, UTC.
type Month struct {
	Year, Month int
	Tokens      license.Tokens
}

// Use is what one product, or one person, was used for.
type Use struct {
	ID, Name string
	Passes   int // days used (R5.1)
	Others   int // users of a product; products of a person
	Tokens   license.Tokens
	Most     string // of a person: the product with the most tokens, or else days
}

// GivenBack counts the short launches (R5.6).
type GivenBack struct {
	Passes int
	Tokens license.Tokens
}

// Service is what the jobs of one service came to (R7).
type Service struct {
	ID, Name, Unit                         string
	Started, Completed, Cancelled, Expired int
	Used                                   license.Quantity
	Charged, Returned                      license.Tokens
}

// Read folds a team's ledger as it stands.
func Read(ctx context.Context, d *desk.Desk, team string) (*Year, error) {
	catalog, err := d.Catalog(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue: %w", err)
	}
	f := newFold(catalog)
	const page = 5000
	for after := int64(0); ; {
		records, _, err := d.Ledger(ctx, team, after, page)
		if err != nil {
			return nil, fmt.Errorf("reading the ledger of %s: %w", team, err)
		}
		for _, r := range records {
			f.add(r)
			after = r.Position
		}
		if len(records) < page {
			break
		}
	}
	if err := f.look(ctx, d, team); err != nil {
		return nil, err
	}
	return f.year(), nil
}
