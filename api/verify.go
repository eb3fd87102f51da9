package api

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/go-json-experiment/json"
)

// Why a lease does not hold.
var (
	// ErrLeaseInvalid: it is not a lease, was changed, or was signed by a key that is not known.
	ErrLeaseInvalid = errors.New("the lease is not valid")
	// ErrLeaseEarly: it is genuine and begins later. A clock that is behind can be the reason.
	ErrLeaseEarly = errors.New("the lease has not begun")
	// ErrLeaseEnded: it is genuine and over.
	ErrLeaseEnded = errors.New("the lease has ended")
)

// leaseHeader is the whole header of a lease; any other member is refused.
type leaseHeader struct {
	Alg string `json:"alg"`
	Typ string `json:"typ"`
	Kid string `json:"kid"`
}

// leaseClaims are the claims that must be there. Others may be added one day and are ignored.
type leaseClaims struct {
	Iss       string   `json:"iss"`
	Aud       string   `json:"aud"`
	Sub       string   `json:"sub"`
	Jti       string   `json:"jti"`
	Iat       int64    `json:"iat"`
	Nbf       int64    `json:"nbf"`
	Exp       int64    `json:"exp"`
	Team      string   `json:"team"`
	User      string   `json:"user"`
	Product   string   `json:"product"`
	Device    string   `json:"device"`
	Session   string   `json:"session"`
	Pass      string   `json:"pass"`
	Source    Source   `json:"source"`
	IssuedAt  *Instant `json:"issued_at"`
	ExpiresAt *Instant `json:"expires_at"`
}

// Verify gives the lease that one of the keys has signed, if it holds at now. With [ErrLeaseEarly]
// and [ErrLeaseEnded] the lease is given too, since it is genuine; with [ErrLeaseInvalid] it is
// zero. There is no leeway: a caller whose clock may be off decides by itself what early means.
func Verify(keys Keys, token string, now Instant) (Lease, error) {
	lease, ok := open(keys, token)
	switch {
	case !ok:
		return Lease{}, ErrLeaseInvalid
	case now < lease.IssuedAt:
		return lease, ErrLeaseEarly
	case now >= lease.ExpiresAt:
		return lease, ErrLeaseEnded
	}
	return lease, nil
}

// open checks everything about a lease but the time.
func open(keys Keys, token string) (Lease, bool) {
	if len(token) > MaxLease {
		return Lease{}, false
	}
	signed, sig, _ := cutLast(token, ".")
	head, payload, found := strings.Cut(signed, ".")
	if !found {
		return Lease{}, false
	}
	header, okHeader := part(head)
	claims, okClaims := part(payload)
	signature, okSignature := part(sig)
	if !okHeader || !okClaims || !okSignature {
		return Lease{}, false
	}
	key, alg, ok := keyOf(keys, header)
	if !ok || !verify(key, alg, []byte(signed), signature) {
		return Lease{}, false
	}
	return readClaims(claims)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// part decodes one part of a token. It takes the one right spelling only: the decoder would skip
// line breaks.
func part(s string) ([]byte, bool) {
	if strings.ContainsAny(s, "\r\n") {
		return nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return b, err == nil
}

// keyOf reads the header and finds its key.
func keyOf(keys Keys, header []byte) (key ed25519.PublicKey, alg string, ok bool) {
	var h leaseHeader
	if json.Unmarshal(header, &h, strict) != nil || h.Typ != "lease+jwt" {
		return nil, "", false
	}
	key, ok = keys[h.Kid]
	return key, h.Alg, ok && len(key) == ed25519.PublicKeySize
}

// verify checks a signature of one of the two kinds that there are.
func verify(key ed25519.PublicKey, alg string, signed, signature []byte) bool {
	switch alg {
	case algAlone:
		return ed25519.Verify(key, signed, signature)
	case algTogether:
		return verifyTogether(key, signed, signature)
	}
	return false
}

// readClaims reads what was signed, and wants the two ways of saying each thing to agree.
func readClaims(b []byte) (Lease, bool) {
	var c leaseClaims
	if json.Unmarshal(b, &c) != nil || c.IssuedAt == nil || c.ExpiresAt == nil {
		return Lease{}, false
	}
	issued, expires := *c.IssuedAt, *c.ExpiresAt
	names := c.Iss == "daypass" && c.Aud == c.Product && c.Sub == c.User && c.Jti == c.Session
	times := c.Iat == int64(issued)/1000 && c.Nbf == c.Iat && c.Exp == int64(expires)/1000
	lease := Lease{c.Team, c.User, c.Product, c.Device, c.Session, c.Pass, c.Source, issued, expires}
	return lease, names && times
}
