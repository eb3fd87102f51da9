package bench

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

const (
	// founders is how many teams are furnished at once: as many as make good batches.
	founders = 512
	// together is how many teams begin in one transaction. The desk would take one for each.
	together = 1000
)

// found makes the catalogue and the teams on a new journal: each with packs, and people whom tokens let open
// everything.
func (w *world) found(ctx context.Context, j *journal.Journal, d *desk.Desk) error {
	if err := d.SetCatalog(ctx, "operator", w.catalog()); err != nil {
		return fmt.Errorf("setting the catalogue: %w", err)
	}
	teams := make([]string, w.Teams)
	for i := range teams {
		teams[i] = teamName(int64(i))
	}
	for some := range slices.Chunk(teams, together) {
		if err := begin(ctx, j, d.Now(), some); err != nil {
			return fmt.Errorf("founding teams: %w", err)
		}
	}
	return times(ctx, founders, w.Teams, func(ctx context.Context, i int) error {
		if err := w.furnish(ctx, d, teams[i]); err != nil {
			return fmt.Errorf("furnishing %s: %w", teams[i], err)
		}
		return nil
	})
}

func (w *world) catalog() (c license.Catalog) {
	for i := range w.Products {
		c.Products = append(c.Products, license.Product{Code: productName(int64(i)), Kind: license.Daily, Flex: true,
			Rates: []license.Rate{{From: 0, Tokens: cost}}})
	}
	return c
}

// begin writes the first entries of some teams.
func begin(ctx context.Context, j *journal.Journal, now license.Instant, teams []string) error {
	var b journal.Batch
	for _, team := range teams {
		_, effect, err := license.CreateTeam(now, "operator", license.TeamCreated{Team: team, Name: team, Plan: license.Standard,
			Settings: license.DefaultSettings, PrimaryAdmin: "admin"})
		if err != nil {
			return err
		}
		body, err := effect.Entries[0].Encode()
		if err != nil {
			return err
		}
		b.Entries = append(b.Entries, journal.Entry{Team: team, Seq: 1, Body: body, Hash: journal.Chain(journal.Hash{}, body)})
		b.People = append(b.People, journal.Person{Team: team, ID: "admin", Name: "Admin", Email: "admin@" + team + ".example"})
	}
	return j.Append(ctx, b)
}

// furnish gives a team its packs and its people.
func (w *world) furnish(ctx context.Context, d *desk.Desk, team string) error {
	for p := range 2 {
		if _, _, err := d.BuyPack(ctx, team, license.BuyPack{Pack: "p" + strconv.Itoa(p), Size: packSize}); err != nil {
			return err
		}
	}
	people := make([]journal.Person, w.Users)
	for u := range people {
		id := userName(int64(u))
		people[u] = journal.Person{Team: team, ID: id, Name: id, Email: id + "@" + team + ".example"}
	}
	_, _, _, err := d.Import(ctx, team, desk.Import{People: people, What: license.FlexCode})
	return err
}
