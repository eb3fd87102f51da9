package sim

import (
	"fmt"

	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/sim/model"
)

// buy adds a pack whose size is often a little around a rate, so that the balance stands at a charge, a
// thousandth more and a thousandth less.
func (w *World) buy() {
	now, id := w.now(), w.id("pack")
	size := pick(w.rng, []int64{500_000, 7_000, 6_999, 7_001, 10_000, 17_000, 16_999, 1, 100, 40_000, 21_000})
	w.both(fmt.Sprintf("buy %s of %d", id, size), func() error {
		_, _, err := w.desk.BuyPack(ctx, team, license.BuyPack{Pack: id, Size: license.Tokens(size)})
		return err
	}, func(m *model.World) { m.BuyPack(now, id, size) }, yes, no)
	w.packs = append(w.packs, id)
	w.expect(license.Instant(now) + license.PackLife)
}

func yes() bool  { return true }
func no() string { return "" }

func (w *World) withdraw() {
	now, id, key := w.now(), pick(w.rng, w.packs), w.id("withdrawal")
	tokens := int64(w.rng.IntN(12_000) - 1)
	var got, want bool
	w.both(fmt.Sprintf("withdraw %d from %s", tokens, id), func() error {
		_, _, err := w.desk.Withdraw(ctx, team, license.Withdraw{Caller: license.Caller{Key: key, Print: key}, Pack: id, Tokens: license.Tokens(tokens), Reason: "sim"})
		got = err == nil
		return err
	}, func(m *model.World) { want = m.Withdraw(now, id, tokens) }, func() bool { return got == want },
		func() string { return fmt.Sprintf("got %v, want %v", got, want) })
}
