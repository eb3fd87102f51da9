package identity

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

func newKeys(t *testing.T) (*Keys, *license.Instant) {
	t.Helper()
	j, err := journal.Open(t.Context(), t.TempDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	now := license.Instant(1_767_600_000_000)
	return NewKeys(j.Writer(), j.Reader(), func() license.Instant { return now }, "open-sesame"), &now
}

func TestKeysLiveAndEnd(t *testing.T) {
	ctx := context.Background()
	k, now := newKeys(t)
	secret, key, err := k.Create(ctx, "acme", "plotter", Product, *now+license.Day)
	if err != nil || key.Role != Product {
		t.Fatal(key, err)
	}
	want := Principal{Role: Product, Team: "acme", Key: "plotter"}
	if got, err := k.Authenticate(ctx, secret); err != nil || got != want || got.By() != "key:plotter" {
		t.Fatal(got, err)
	}
	if got, err := k.Authenticate(ctx, "open-sesame"); err != nil || got.Role != Operator || got.By() != "operator" {
		t.Fatal(got, err)
	}
	if _, _, err := k.Create(ctx, "acme", "plotter", Admin, 0); !errors.Is(err, ErrExists) {
		t.Fatalf("a second key of one id: %v", err)
	}
	*now += license.Day - 1
	if _, err := k.Authenticate(ctx, secret); err != nil {
		t.Fatalf("a millisecond before its end: %v", err)
	}
	*now++
	if _, err := k.Authenticate(ctx, secret); !errors.Is(err, ErrInvalid) {
		t.Fatalf("at its end: %v", err)
	}
}

func TestRevokedWithTheNextRequest(t *testing.T) {
	ctx := context.Background()
	k, _ := newKeys(t)
	secret, _, err := k.Create(ctx, "acme", "k", Admin, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Authenticate(ctx, secret); err != nil {
		t.Fatal(err)
	}
	if ok, err := k.Revoke(ctx, "other", "k"); ok || err != nil {
		t.Fatal("another team revoked it", err)
	}
	if ok, err := k.Revoke(ctx, "acme", "k"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, err := k.Authenticate(ctx, secret); !errors.Is(err, ErrInvalid) {
		t.Fatal("a revoked key still opens:", err)
	}
	keys, err := k.List(ctx, "acme")
	if err != nil || len(keys) != 1 || keys[0].RevokedAt == 0 {
		t.Fatal(keys, err)
	}
}

// TestSpoiltKeys: no key that differs in one character, or is cut, is one, and none of the secret is kept.
func TestSpoiltKeys(t *testing.T) {
	ctx := context.Background()
	k, _ := newKeys(t)
	secret, _, err := k.Create(ctx, "acme", "k", Reports, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range secret {
		changed := []byte(secret)
		changed[i] ^= 1
		for _, spoilt := range []string{string(changed), secret[:i], secret + "0"} {
			if p, err := k.Authenticate(ctx, spoilt); !errors.Is(err, ErrInvalid) {
				t.Fatalf("%q is %+v, %v", spoilt, p, err)
			}
		}
	}
	var rows string
	if err := k.reader.QueryRowContext(ctx, `SELECT team || id || lookup || hex(hash) FROM api_key`).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ToLower(rows), secret[len(prefix)+lookupLen+1:][:secretLen]) {
		t.Fatal("the secret is kept")
	}
}

// FuzzParse: nothing makes the reading of a credential panic, and only whole keys are read.
func FuzzParse(f *testing.F) {
	f.Add("dpk_0123456789abcdef_" + strings.Repeat("0", 64) + "_00000000")
	f.Add("dpk_")
	f.Fuzz(func(t *testing.T, s string) {
		lookup, ok := parse(s)
		if ok && (len(s) != keyLen || len(lookup) != lookupLen) {
			t.Fatal(s)
		}
	})
}
