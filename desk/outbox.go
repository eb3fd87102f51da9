package desk

import (
	"encoding/json"
	"fmt"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// post puts notices into the outbox, to be kept with the book's entries of this round.
func (r *round) post(b *book, notices []license.Notice) error {
	for _, n := range notices {
		body, err := json.Marshal(n.Body)
		if err != nil {
			return fmt.Errorf("encoding the notice %s of %s: %w", n.ID, b.name, err)
		}
		r.touch(b)
		b.pending = true
		r.batch.Outbox = append(r.batch.Outbox, journal.Notice{Team: b.name, ID: n.ID, Kind: n.Kind, At: int64(n.At), Body: body})
	}
	return nil
}
