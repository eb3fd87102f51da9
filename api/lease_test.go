package api

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func sampleKeys() Keys { return Keys{sampleKey().ID(): sampleKey().Public()} }

// R6.2: a general verifier reads the lease, with the same names and times.
func TestLeaseIsAJWT(t *testing.T) {
	lease := sampleLease()
	at := func(i Instant) jwt.ParserOption { return jwt.WithTimeFunc(i.Time) }
	key := func(*jwt.Token) (any, error) { return sampleKey().Public(), nil }
	strict := []jwt.ParserOption{
		jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithIssuer("daypass"), jwt.WithAudience("autocad"),
		jwt.WithSubject("ben@acme.example"), jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding(),
	}
	token, err := jwt.Parse(sampleKey().Sign(lease), key, append(strict, at(lease.IssuedAt))...)
	if err != nil {
		t.Fatal(err)
	}
	wantHeader := map[string]any{"alg": "EdDSA", "typ": "lease+jwt", "kid": sampleKey().ID()}
	if diff := cmp.Diff(wantHeader, token.Header); diff != "" {
		t.Error(diff)
	}
	wantClaims := jwt.MapClaims{
		"iss": "daypass", "aud": "autocad", "sub": "ben@acme.example", "jti": "ses-1",
		"iat": 1767600000., "nbf": 1767600000., "exp": 1767686400.,
		"team": "acme", "user": "ben@acme.example", "product": "autocad", "device": "laptop-7",
		"session": "ses-1", "pass": "p-0123456789", "source": "tokens",
		"issued_at": "2026-01-05T08:00:00.123Z", "expires_at": "2026-01-06T08:00:00.123Z",
	}
	if diff := cmp.Diff(wantClaims, token.Claims); diff != "" {
		t.Error(diff)
	}
	if _, err := jwt.Parse(token.Raw, key, append(strict, at(lease.ExpiresAt))...); !errors.Is(err, jwt.ErrTokenExpired) {
		t.Errorf("at its end: got %v, want expired", err)
	}
}

func TestLeaseHoldsInItsTime(t *testing.T) {
	lease, token := sampleLease(), sampleKey().Sign(sampleLease())
	for now, want := range map[Instant]error{
		lease.IssuedAt - 1: ErrLeaseEarly, lease.IssuedAt: nil, lease.ExpiresAt - 1: nil, lease.ExpiresAt: ErrLeaseEnded,
	} {
		got, err := Verify(sampleKeys(), token, now)
		if got != lease || err != want {
			t.Errorf("%s: got %+v, %v, want %v", now, got, err, want)
		}
	}
}

func TestLeaseRoundTrip(t *testing.T) {
	text := rapid.StringN(0, 40, 128)
	instant := rapid.Int64Range(0, int64(MaxInstant))
	rapid.Check(t, func(t *rapid.T) {
		var want Lease
		for _, field := range []*string{&want.Team, &want.User, &want.Product, &want.Device, &want.Session, &want.Pass} {
			*field = text.Draw(t, "text")
		}
		want.Source = Source(text.Draw(t, "source"))
		want.IssuedAt, want.ExpiresAt = Instant(instant.Draw(t, "issued")), Instant(instant.Draw(t, "expires"))
		token := sampleKey().Sign(want)
		if len(token) > MaxLease {
			t.Skip("longer than a lease can be")
		}
		got, err := Verify(sampleKeys(), token, want.IssuedAt)
		if got != want || errors.Is(err, ErrLeaseInvalid) {
			t.Fatalf("got %+v, %v, want %+v", got, err, want)
		}
	})
}

// The longest texts that requests may have fit into a lease.
func TestLongestLeaseFits(t *testing.T) {
	id := strings.Repeat("a", MaxID)
	lease := Lease{strings.Repeat("t", MaxTeamID), id, id, strings.Repeat("😀", MaxDevice), id, id, SourceTokens, 1767600000123, 1767686400123}
	if n := len(sampleKey().Sign(lease)); n > MaxLease {
		t.Errorf("got %d bytes, want at most %d", n, MaxLease)
	}
}

// forge signs any header and claims with the sample key, rightly.
func forge(header, claims string) string {
	enc := base64.RawURLEncoding
	signed := enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(claims))
	return signed + "." + enc.EncodeToString(ed25519.Sign(sampleKey().private, []byte(signed)))
}

// What is signed but does not say what a lease says is no lease.
func TestLeaseMustBeALease(t *testing.T) {
	kid := sampleKey().ID()
	header := `{"alg":"EdDSA","typ":"lease+jwt","kid":"` + kid + `"}`
	claims := string(sampleLease().appendClaims(nil))
	replaced := func(s, old, new string) string {
		if !strings.Contains(s, old) {
			t.Fatalf("%q is not in %q", old, s)
		}
		return strings.Replace(s, old, new, 1)
	}
	if _, ok := open(sampleKeys(), forge(header, claims)); !ok {
		t.Fatal("the true one is refused")
	}
	if _, ok := open(sampleKeys(), forge(header, replaced(claims, `{`, `{"later":1,`))); !ok {
		t.Error("a claim that is added later must not matter")
	}
	for name, token := range map[string]string{
		"alg none":       forge(replaced(header, "EdDSA", "none"), claims),
		"alg case":       forge(replaced(header, "EdDSA", "eddsa"), claims),
		"alg HS256":      forge(replaced(header, "EdDSA", "HS256"), claims),
		"typ":            forge(replaced(header, "lease+jwt", "JWT"), claims),
		"typ missing":    forge(replaced(header, `"typ":"lease+jwt",`, ""), claims),
		"kid unknown":    forge(replaced(header, kid, "0000000000000000"), claims),
		"kid missing":    forge(`{"alg":"EdDSA","typ":"lease+jwt"}`, claims),
		"crit":           forge(replaced(header, "{", `{"crit":["x"],`), claims),
		"jwk":            forge(replaced(header, "{", `{"jwk":{},`), claims),
		"duplicate alg":  forge(replaced(header, "{", `{"alg":"none",`), claims),
		"header null":    forge("null", claims),
		"claims null":    forge(header, "null"),
		"claims empty":   forge(header, "{}"),
		"issuer":         forge(header, replaced(claims, `"daypass"`, `"other"`)),
		"audience":       forge(header, replaced(claims, `"aud":"autocad"`, `"aud":"maya"`)),
		"audience list":  forge(header, replaced(claims, `"aud":"autocad"`, `"aud":["autocad"]`)),
		"subject":        forge(header, replaced(claims, `"sub":"ben@`, `"sub":"bob@`)),
		"session":        forge(header, replaced(claims, `"jti":"ses-1"`, `"jti":"ses-2"`)),
		"longer exp":     forge(header, replaced(claims, `"exp":1767686400`, `"exp":1767686401`)),
		"no exp":         forge(header, replaced(claims, `"exp":1767686400,`, ``)),
		"no expires_at":  forge(header, replaced(claims, `,"expires_at":"2026-01-06T08:00:00.123Z"`, ``)),
		"duplicate team": forge(header, replaced(claims, "{", `{"team":"other",`)),
		"trailing data":  forge(header, claims+"{}"),
	} {
		if lease, err := Verify(sampleKeys(), token, sampleLease().IssuedAt); err != ErrLeaseInvalid || lease != (Lease{}) {
			t.Errorf("%s: got %+v, %v", name, lease, err)
		}
	}
}

func TestLeaseCannotBeChanged(t *testing.T) {
	now, token := sampleLease().IssuedAt, sampleKey().Sign(sampleLease())
	parts := strings.Split(token, ".")
	other, err := NewSigningKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, sampleKey().Public())
	mac.Write([]byte(parts[0] + "." + parts[1]))
	bad := map[string]string{
		"nothing": "", "dots": "..", "one part": parts[0], "two parts": parts[0] + "." + parts[1],
		"no signature": parts[0] + "." + parts[1] + ".", "four parts": token + ".", "padding": token + "=", "space": " " + token,
		"line break": parts[0] + "." + parts[1][:9] + "\n" + parts[1][9:] + "." + parts[2], "line break at the end": token + "\n",
		"another key": other.Sign(sampleLease()), "hmac of the public key": parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)),
		"too long": token + strings.Repeat("A", MaxLease),
	}
	for name, token := range bad {
		if _, err := Verify(sampleKeys(), token, now); err != ErrLeaseInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for i := range token {
		for _, c := range []byte{'A', 'B', '.', '/', '=', 0} {
			changed := token[:i] + string(c) + token[i+1:]
			if _, err := Verify(sampleKeys(), changed, now); changed != token && err != ErrLeaseInvalid {
				t.Fatalf("byte %d as %q: got %v", i, c, err)
			}
		}
		if _, err := Verify(sampleKeys(), token[:i], now); err != ErrLeaseInvalid {
			t.Fatalf("first %d bytes: got %v", i, err)
		}
	}
	if _, err := Verify(nil, token, now); err != ErrLeaseInvalid {
		t.Errorf("no keys: got %v", err)
	}
	if _, err := Verify(Keys{sampleKey().ID(): nil}, token, now); err != ErrLeaseInvalid {
		t.Errorf("a key of no bytes: got %v", err)
	}
}

func TestKeysArePublished(t *testing.T) {
	list := JWKS{[]JWK{NewJWK(sampleKey().Public())}}
	b, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	var read JWKS
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	keys, err := read.Verifying()
	if diff := cmp.Diff(sampleKeys(), keys); diff != "" || err != nil {
		t.Error(diff, err)
	}
	// The example key of RFC 8037, A.2.
	x, _ := base64.RawURLEncoding.DecodeString("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
	want := JWK{"OKP", "Ed25519", KeyID(x), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "sig", "EdDSA"}
	if got := NewJWK(x); got != want || len(got.Kid) != 16 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for name, change := range map[string]func(*JWK){
		"kid": func(k *JWK) { k.Kid = "0" }, "kty": func(k *JWK) { k.Kty = "EC" }, "crv": func(k *JWK) { k.Crv = "X25519" },
		"alg": func(k *JWK) { k.Alg = "none" }, "use": func(k *JWK) { k.Use = "enc" }, "x": func(k *JWK) { k.X = "AAAA" },
	} {
		key := want
		change(&key)
		if _, err := (JWKS{[]JWK{key}}).Verifying(); err == nil {
			t.Errorf("changed %s: accepted", name)
		}
	}
	if _, err := NewSigningKey(nil); err == nil {
		t.Error("a signing key of no bytes: accepted")
	}
}

// FuzzLease: nothing verifies that was not signed, and nothing panics.
func FuzzLease(f *testing.F) {
	token := sampleKey().Sign(sampleLease())
	f.Add(token)
	f.Add(forge(`{"alg":"none"}`, `{}`))
	f.Add(token[:len(token)-1] + "B")
	f.Add("..")
	keys := sampleKeys()
	f.Fuzz(func(t *testing.T, s string) {
		lease, err := Verify(keys, s, sampleLease().IssuedAt)
		if err == nil && s != token || err == nil && lease != sampleLease() {
			t.Fatalf("verified %q", s)
		}
	})
}

// FuzzLeaseClaims: whatever the one who holds the key signs, verifying it does not panic.
func FuzzLeaseClaims(f *testing.F) {
	f.Add(`{"alg":"EdDSA","typ":"lease+jwt","kid":"`+sampleKey().ID()+`"}`, string(sampleLease().appendClaims(nil)))
	f.Fuzz(func(t *testing.T, header, claims string) {
		lease, err := Verify(sampleKeys(), forge(header, claims), InstantOf(time.Unix(1767600001, 0)))
		if err == ErrLeaseInvalid && lease != (Lease{}) {
			t.Fatalf("got %+v beside an error", lease)
		}
	})
}
