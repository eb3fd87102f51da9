package identity

import (
	"context"
	"testing"

	"github.com/daypass/daypass/license"
)

func usedAt(t *testing.T, k *Keys) license.Instant {
	t.Helper()
	keys, err := k.List(context.Background(), "acme")
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
	return keys[0].UsedAt
}

// TestLastUsed: a use is written behind the request, at most once a minute for a key on all servers together.
func TestLastUsed(t *testing.T) {
	onBoth(t, func(t *testing.T, k, other *Keys, now *license.Instant) {
		ctx := context.Background()
		secret, _, err := k.Create(ctx, "acme", Key{ID: "ci", Role: Product})
		if err != nil {
			t.Fatal(err)
		}
		use := func(on *Keys, waiting int) {
			t.Helper()
			if _, err := on.Authenticate(ctx, secret); err != nil {
				t.Fatal(err)
			}
			if n := len(on.uses.waiting); n != waiting {
				t.Fatalf("%d keys wait, want %d", n, waiting)
			}
			if err := on.writeUses(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if at := usedAt(t, k); at != 0 {
			t.Errorf("a key that was never used was used at %d", at)
		}
		first := *now
		use(k, 1)
		if at := usedAt(t, other); at != first {
			t.Errorf("got %d, want %d", at, first)
		}
		*now += license.Minute - 1
		use(k, 0)
		if other != k {
			use(other, 1) // which does not know, and writes nothing all the same
		}
		if at := usedAt(t, k); at != first {
			t.Errorf("written again after less than a minute: %d, want %d", at, first)
		}
		*now++
		use(k, 1)
		if at := usedAt(t, k); at != *now {
			t.Errorf("got %d, want %d", at, *now)
		}
		spoilt := []byte(secret)
		spoilt[30] ^= 1
		*now += license.Minute
		if _, err := k.Authenticate(ctx, string(spoilt)); err == nil || len(k.uses.waiting) != 0 {
			t.Error("a wrong secret is a use")
		}
	})
}

// TestNoteUses: what waits at the end is written.
func TestNoteUses(t *testing.T) {
	onBoth(t, func(t *testing.T, k, _ *Keys, now *license.Instant) {
		ctx, stop := context.WithCancel(context.Background())
		secret, _, err := k.Create(ctx, "acme", Key{ID: "ci", Role: Product})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() { k.NoteUses(ctx); close(done) }()
		if _, err := k.Authenticate(ctx, secret); err != nil {
			t.Fatal(err)
		}
		stop()
		<-done
		if at := usedAt(t, k); at != *now {
			t.Errorf("got %d, want %d", at, *now)
		}
	})
}
