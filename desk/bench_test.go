package desk

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// BenchmarkDecide is what the desk costs without a disk: 256 callers, one team, each opening charged.
func BenchmarkDecide(b *testing.B) {
	ctx, clock := context.Background(), NewVirtualClock(start)
	d := opened(b, discard{newMemory()}, clock, Options{})
	_, _, err := d.BuyPack(ctx, "acme", license.BuyPack{Pack: "big", Size: license.MaxTokens})
	if err != nil {
		b.Fatal(err)
	}
	users := make([]AddUser, 1000)
	for i := range users {
		id := fmt.Sprintf("u%03d", i)
		users[i] = AddUser{id, id, id + "@acme.example", license.RoleUser}
	}
	if _, _, err := d.AddUsers(ctx, "acme", license.Caller{}, users); err != nil {
		b.Fatal(err)
	}
	for _, u := range users {
		if _, err := d.Assign(ctx, "acme", license.Caller{}, u.ID, license.FlexCode, ""); err != nil {
			b.Fatal(err)
		}
	}
	var n atomic.Int64
	b.SetParallelism(128)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			if i%2000 == 0 {
				_ = clock.Advance(24 * time.Hour)
			}
			product := "autocad"
			if i%2 == 0 {
				product = "revit"
			}
			if _, err := d.Open(ctx, "acme", license.Open{Session: fmt.Sprintf("session-%08d", i), User: users[i/2%1000].ID, Product: product}); err != nil {
				b.Error(err)
			}
		}
	})
}

// discard keeps the first entries, which make the team, and takes no time for the others.
type discard struct{ *memory }

func (d discard) Append(ctx context.Context, b journal.Batch) error {
	if len(d.entries["acme"]) < 10 {
		return d.memory.Append(ctx, b)
	}
	return nil
}
