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

// crowd is a desk without a disk, with one team of a thousand users whom tokens never fail.
type crowd struct {
	*Desk
	clock *VirtualClock
	users []AddUser
	n     atomic.Int64 // openings so far
}

func newCrowd(b *testing.B, opts Options) *crowd {
	ctx, clock := context.Background(), NewVirtualClock(start)
	c := &crowd{Desk: opened(b, discard{newMemory()}, clock, opts), clock: clock, users: make([]AddUser, 1000)}
	if _, _, err := c.BuyPack(ctx, "acme", license.BuyPack{Pack: "big", Size: license.MaxTokens}); err != nil {
		b.Fatal(err)
	}
	for i := range c.users {
		id := fmt.Sprintf("u%03d", i)
		c.users[i] = AddUser{id, id, id + "@acme.example", license.RoleUser}
	}
	if _, _, err := c.AddUsers(ctx, "acme", license.Caller{}, c.users); err != nil {
		b.Fatal(err)
	}
	for _, u := range c.users {
		if _, err := c.Assign(ctx, "acme", license.Caller{}, u.ID, license.FlexCode, ""); err != nil {
			b.Fatal(err)
		}
	}
	return c
}

// open opens something with a new session, for the next user. A day goes by when everyone has opened everything, so
// that each opening is charged.
func (c *crowd) open() error {
	i := c.n.Add(1)
	if i%2000 == 0 {
		_ = c.clock.Advance(24 * time.Hour)
	}
	product := "autocad"
	if i%2 == 0 {
		product = "revit"
	}
	_, err := c.Open(context.Background(), "acme", license.Open{Session: fmt.Sprintf("session-%08d", i), User: c.users[i/2%1000].ID, Product: product})
	return err
}

// BenchmarkDecide is what the desk costs without a disk: 256 callers, one team, each opening charged.
func BenchmarkDecide(b *testing.B) {
	c := newCrowd(b, Options{})
	b.SetParallelism(128)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := c.open(); err != nil {
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
