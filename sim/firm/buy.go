package firm

import (
	"context"
	"time"

	"github.com/daypass/daypass/license"
)

// low is when Ingrid orders: a fifth of a pack of 5 000.
const low = 1000 * license.Token

// lateness is the one time when nobody looked.
type lateness struct {
	unnoticed bool // the balance is low, and Ingrid is away
	reported  bool // somebody could not work, and said so
	over      bool // it does not happen twice
}

// buying buys a pack.
func (f *firm) buying(id string, size int) func(context.Context) error {
	return func(ctx context.Context) error {
		_, _, err := f.desk.BuyPack(ctx, Team, license.BuyPack{Caller: operator, Pack: id, Size: license.Tokens(size) * license.Token})
		return err
	}
}

// watch looks at the balance on every morning, and orders in time: all year but once in autumn.
func (f *firm) watch() {
	packs := 1
	for _, d := range workdays(later(First, 1), End) {
		f.agenda.note(license.InstantOf(d.Add(7*time.Hour)), func(ctx context.Context) error {
			b, _, err := f.desk.Balance(ctx, Team)
			if err != nil || b.Available >= low || f.late.unnoticed {
				return err
			}
			if !f.late.over && !d.Before(on("2025-08-25")) {
				f.late.unnoticed = true
				return nil
			}
			packs++
			return f.buying("pack-"+string(rune('0'+packs)), 5000)(ctx)
		})
	}
}

// runOut is the first time that somebody cannot open a product for want of tokens: a small pack is bought by card, three
// and a half hours later or on the next morning, and the large one is there after lunch.
func (f *firm) runOut(now license.Instant) {
	if f.late.reported {
		return
	}
	f.late.reported = true
	card := now + 210*license.Minute
	if now.Time().Hour() >= 11 {
		card = license.InstantOf(morning(now.Time())) + 3*license.Hour
	}
	f.agenda.note(card, f.buying("by-card", 500))
	f.agenda.note(card+2*license.Hour+15*license.Minute, func(ctx context.Context) error {
		f.late = lateness{over: true}
		return f.buying("late-order", 5000)(ctx)
	})
}
