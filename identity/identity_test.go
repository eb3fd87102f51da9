package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/journal/pgtest"
	"github.com/daypass/daypass/license"
)

// onBoth runs a test on each engine, with the keys of a server and of another one on the same database; where there
// can be no other, that is the same.
func onBoth(t *testing.T, test func(t *testing.T, k, other *Keys, now *license.Instant)) {
	t.Run("sqlite", func(t *testing.T) {
		j, err := journal.Open(t.Context(), t.TempDir(), journal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		now := license.Instant(1_767_600_000_000)
		k := keysOf(t, j, &now)
		test(t, k, k, &now)
	})
	t.Run("postgres", func(t *testing.T) {
		address, now := pgtest.URL(t), license.Instant(1_767_600_000_000)
		var keys [2]*Keys
		for i := range keys {
			j, err := journal.OpenPostgres(t.Context(), address, journal.Options{})
			if err != nil {
				t.Fatal(err)
			}
			keys[i] = keysOf(t, j, &now)
		}
		test(t, keys[0], keys[1], &now)
	})
}

func keysOf(t *testing.T, j *journal.Journal, now *license.Instant) *Keys {
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	begin := time.Now()
	return NewKeys(j, func() license.Instant { return *now }, func() time.Duration { return time.Since(begin) }, "open-sesame")
}

func TestKeysLiveAndEnd(t *testing.T) { onBoth(t, checkKeysLiveAndEnd) }

func checkKeysLiveAndEnd(t *testing.T, k, other *Keys, now *license.Instant) {
	ctx := context.Background()
	secret, key, err := k.Create(ctx, "acme", Key{ID: "plotter", Role: Product, Products: []string{"autocad", "revit"}, ExpiresAt: *now + license.Day})
	if err != nil || key.Role != Product {
		t.Fatal(key, err)
	}
	want := Principal{Role: Product, Team: "acme", Key: "plotter", Products: []string{"autocad", "revit"}, Ends: *now + license.Day}
	if got, err := k.Authenticate(ctx, secret); err != nil || !cmp.Equal(got, want) || got.By() != "key:plotter" {
		t.Fatal(got, err)
	}
	if got, err := k.Authenticate(ctx, "open-sesame"); err != nil || got.Role != Operator || got.By() != "operator" {
		t.Fatal(got, err)
	}
	if _, _, err := k.Create(ctx, "acme", Key{ID: "plotter", Role: Admin}); !errors.Is(err, ErrExists) {
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

func TestRevokedWithTheNextRequest(t *testing.T) { onBoth(t, checkRevokedWithTheNextRequest) }

func checkRevokedWithTheNextRequest(t *testing.T, k, other *Keys, now *license.Instant) {
	ctx := context.Background()
	secret, _, err := k.Create(ctx, "acme", Key{ID: "k", Role: Admin})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []*Keys{k, other} {
		if _, err := k.Authenticate(ctx, secret); err != nil {
			t.Fatal(err)
		}
	}
	if ok, err := k.Revoke(ctx, "other", "k"); ok || err != nil {
		t.Fatal("another team revoked it", err)
	}
	if ok, err := k.Revoke(ctx, "acme", "k"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	for _, k := range []*Keys{k, other} {
		if _, err := k.Authenticate(ctx, secret); !errors.Is(err, ErrInvalid) {
			t.Fatal("a revoked key still opens:", err)
		}
	}
	keys, err := k.List(ctx, "acme")
	if err != nil || len(keys) != 1 || keys[0].RevokedAt == 0 {
		t.Fatal(keys, err)
	}
}

// TestRevokedByTwo: of two servers that revoke a key at once, each answers when both refuse it.
func TestRevokedByTwo(t *testing.T) {
	onBoth(t, func(t *testing.T, k, other *Keys, _ *license.Instant) {
		both := []*Keys{k, other}
		secret, _, err := k.Create(t.Context(), "acme", Key{ID: "k", Role: Admin})
		if err != nil {
			t.Fatal(err)
		}
		lives(t, both, true, secret)
		var all sync.WaitGroup
		for _, by := range both {
			all.Go(func() {
				if _, err := by.Revoke(context.Background(), "acme", "k"); err != nil {
					t.Error(err)
				}
				lives(t, both, false, secret)
			})
		}
		all.Wait()
	})
}

// TestRememberedForAMoment: where others can revoke a key, it is taken for what it was no longer than a revocation waits.
func TestRememberedForAMoment(t *testing.T) {
	j, err := journal.OpenPostgres(t.Context(), pgtest.URL(t), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	now, elapsed := license.Instant(1_767_600_000_000), time.Hour
	k := keysOf(t, j, &now)
	k.elapsed = func() time.Duration { return elapsed }
	secret, _, err := k.Create(t.Context(), "acme", Key{ID: "k", Role: Admin})
	if err != nil {
		t.Fatal(err)
	}
	opens := func() bool {
		_, err := k.Authenticate(t.Context(), secret)
		if err != nil && !errors.Is(err, ErrInvalid) {
			t.Fatal(err)
		}
		return err == nil
	}
	if !opens() {
		t.Fatal("a new key opens nothing")
	}
	if _, err := k.writer.ExecContext(t.Context(), `UPDATE api_key SET revoked_at = 1`); err != nil { // as another server does
		t.Fatal(err)
	}
	elapsed += remember - 1
	if !opens() {
		t.Error("the database was asked within the moment")
	}
	elapsed++
	if opens() {
		t.Error("the moment is over, and the database was not asked")
	}
}

// TestSpoiltKeys: no key that differs in one character, or is cut, is one, and none of the secret is kept.
func TestSpoiltKeys(t *testing.T) { onBoth(t, checkSpoiltKeys) }

func checkSpoiltKeys(t *testing.T, k, other *Keys, now *license.Instant) {
	ctx := context.Background()
	secret, _, err := k.Create(ctx, "acme", Key{ID: "k", Role: Reports})
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
	hex := "hex(hash)"
	if k.asker != nil {
		hex = "encode(hash, 'hex')"
	}
	var rows string
	if err := k.reader.QueryRowContext(ctx, `SELECT team || id || lookup || `+hex+` FROM api_key`).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ToLower(rows), secret[len(prefix)+lookupLen+1:][:secretLen]) {
		t.Fatal("the secret is kept")
	}
}

// TestAskedTogether has many ask at once, about keys that are there and some that are not.
func TestAskedTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, k, other *Keys, _ *license.Instant) {
		ctx := context.Background()
		var secrets []string
		for i := range 10 {
			secret, _, err := k.Create(ctx, "acme", Key{ID: fmt.Sprint("k", i), Role: Product})
			if err != nil {
				t.Fatal(err)
			}
			secrets = append(secrets, secret)
		}
		strange := prefix + random(lookupLen/2) + "_" + random(secretLen/2)
		strange += "_" + checksum(strange)
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				p, err := other.Authenticate(ctx, secrets[i%10])
				if err != nil || p.Key != fmt.Sprint("k", i%10) {
					t.Errorf("got %+v %v, want k%d", p, err, i%10)
				}
				if _, err := other.Authenticate(ctx, strange); !errors.Is(err, ErrInvalid) {
					t.Errorf("a key that nobody made: %v", err)
				}
			})
		}
		wg.Wait()
	})
}

// FuzzParse: nothing makes the reading of a credential panic, and only whole keys are read.
func FuzzParse(f *testing.F) {
	f.Add("dpk_0123456789abcdef_" + strings.Repeat("0", 64) + "_00000000")
	f.Add("dpk_")
	f.Fuzz(func(t *testing.T, s string) {
		lookup, ok := parse(s)
		if ok && (len(s) != keyLen || len(lookup) != lookupLen || !mistyped(s) && !strings.HasSuffix(s, checksum(s[:keyLen-9]))) {
			t.Fatal(s)
		}
	})
}

// A key of the operator's is of no team, and no other key is; the ledger tells it from the first credential.
func TestOperatorKey(t *testing.T) {
	onBoth(t, func(t *testing.T, k, other *Keys, _ *license.Instant) {
		ctx := t.Context()
		for team, role := range map[string]Role{"acme": Operator, NoTeam: Admin} {
			if _, _, err := k.Create(ctx, team, Key{ID: "wrong", Role: role}); err == nil {
				t.Errorf("there is a key of role %s of the team %q", role, team)
			}
		}
		secret, _, err := k.Create(ctx, NoTeam, Key{ID: "deputy", Role: Operator})
		if err != nil {
			t.Fatal(err)
		}
		got, err := other.Authenticate(ctx, secret)
		if err != nil || got.Role != Operator || got.Team != NoTeam || got.By() != "operator:deputy" {
			t.Errorf("got %+v, %v", got, err)
		}
		if _, err := k.Revoke(ctx, NoTeam, "deputy"); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Authenticate(ctx, secret); err == nil {
			t.Error("a revoked key of the operator's is let in")
		}
	})
}
