package identity

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/license"
)

// lives says whether secrets open on every server.
func lives(t *testing.T, keys []*Keys, want bool, secrets ...string) {
	t.Helper()
	for i, k := range keys {
		for n, secret := range secrets {
			_, err := k.Authenticate(context.Background(), secret)
			if (err == nil) != want || err != nil && !errors.Is(err, ErrInvalid) {
				t.Errorf("server %d, secret %d: got %v, want it to live: %v", i, n, err, want)
			}
		}
	}
}

// TestRotate: two secrets live at once, never three; what was lost can be asked for again; no time ends all at once.
func TestRotate(t *testing.T) {
	onBoth(t, func(t *testing.T, k, other *Keys, now *license.Instant) {
		ctx, both := context.Background(), []*Keys{k, other}
		first, _, err := k.Create(ctx, "acme", Key{ID: "ci", Role: Product, ExpiresAt: *now + 30*license.Day})
		if err != nil {
			t.Fatal(err)
		}
		rotate := func(on *Keys, overlap license.Instant) string {
			t.Helper()
			secret, key, err := on.Rotate(ctx, "acme", "ci", overlap)
			if err != nil || key.ID != "ci" || key.OldUntil == 0 {
				t.Fatal(key, err)
			}
			if lookup, ok := parse(secret); !ok || mistyped(secret) || !strings.HasPrefix(first, prefix+lookup) {
				t.Fatal("a new secret is found by the look-up part of the old one, and has its checksum")
			}
			return secret
		}
		lives(t, both, true, first)
		lost := rotate(k, license.Day)
		lives(t, both, true, first, lost)
		second := rotate(other, license.Day) // asked for again
		lives(t, both, true, first, second)
		lives(t, both, false, lost)
		*now += license.Day
		lives(t, both, false, first)
		lives(t, both, true, second)
		third := rotate(k, license.Hour)
		lives(t, both, true, second, third)
		leaked := rotate(other, 0)
		lives(t, both, false, second, third)
		lives(t, both, true, leaked)
		fourth := rotate(k, license.Day)
		if ok, err := other.Revoke(ctx, "acme", "ci"); !ok || err != nil {
			t.Fatal(ok, err)
		}
		lives(t, both, false, leaked, fourth)
		for id, want := range map[string]error{"ci": ErrEnded, "none": ErrUnknown} {
			if _, _, err := k.Rotate(ctx, "acme", id, license.Day); !errors.Is(err, want) {
				t.Errorf("%s: got %v, want %v", id, err, want)
			}
		}
		if _, _, err := k.Rotate(ctx, "globex", "ci", license.Day); !errors.Is(err, ErrUnknown) {
			t.Errorf("another team rotated it: %v", err)
		}
	})
}

// TestRotatedEndsWithItsKey: an old secret does not outlive the key.
func TestRotatedEndsWithItsKey(t *testing.T) {
	onBoth(t, func(t *testing.T, k, other *Keys, now *license.Instant) {
		ctx := context.Background()
		first, _, err := k.Create(ctx, "acme", Key{ID: "ci", Role: Admin, ExpiresAt: *now + license.Hour})
		if err != nil {
			t.Fatal(err)
		}
		second, _, err := k.Rotate(ctx, "acme", "ci", license.Day)
		if err != nil {
			t.Fatal(err)
		}
		*now += license.Hour
		lives(t, []*Keys{k, other}, false, first, second)
		if _, _, err := k.Rotate(ctx, "acme", "ci", license.Day); !errors.Is(err, ErrEnded) {
			t.Errorf("got %v, want %v", err, ErrEnded)
		}
	})
}

// TestKeysOfAUser: keys that act as a person say so, and end together.
func TestKeysOfAUser(t *testing.T) {
	onBoth(t, func(t *testing.T, k, other *Keys, now *license.Instant) {
		ctx := context.Background()
		secrets := map[string]string{}
		for _, key := range []Key{{ID: "a", Role: User, User: "ben", MadeBy: "operator"}, {ID: "b", Role: Admin, User: "ben"}, {ID: "c", Role: User, User: "eve"}, {ID: "d", Role: Admin}} {
			secret, _, err := k.Create(ctx, "acme", key)
			if err != nil {
				t.Fatal(err)
			}
			secrets[key.ID] = secret
		}
		want := Principal{Role: User, Team: "acme", Key: "a", User: "ben"}
		if got, err := other.Authenticate(ctx, secrets["a"]); err != nil || !cmp.Equal(got, want) || got.By() != "user:ben" {
			t.Errorf("got %+v %v, want %+v", got, err, want)
		}
		both := []*Keys{k, other}
		lives(t, both, true, secrets["a"], secrets["b"], secrets["c"], secrets["d"])
		if n, err := k.RevokeUser(ctx, "globex", "ben"); n != 0 || err != nil {
			t.Fatal("another team's", n, err)
		}
		if n, err := k.RevokeUser(ctx, "acme", "ben"); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		lives(t, both, false, secrets["a"], secrets["b"])
		lives(t, both, true, secrets["c"], secrets["d"])
		if _, _, err := k.Create(ctx, "acme", Key{ID: "x", Role: Operator}); err == nil {
			t.Error("a key of the operator's was made")
		}
	})
}
