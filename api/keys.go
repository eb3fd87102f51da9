package api

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
)

// JWKS is the answer of GET /v1/keys: the public keys that leases verify with (RFC 7517, RFC 8037).
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// JWK is one Ed25519 public key.
type JWK struct {
	Kty string `json:"kty"` // "OKP"
	Crv string `json:"crv"` // "Ed25519"
	Kid string `json:"kid"` // see KeyID
	X   string `json:"x"`   // the 32 bytes, base64url without padding
	Use string `json:"use"` // "sig"
	Alg string `json:"alg"` // "EdDSA"
}

// NewJWK is the published form of a public key.
func NewJWK(key ed25519.PublicKey) JWK {
	x := base64.RawURLEncoding.EncodeToString(key)
	return JWK{Kty: "OKP", Crv: "Ed25519", Kid: KeyID(key), X: x, Use: "sig", Alg: "EdDSA"}
}

// KeyID names a public key: the first 16 hex digits of its SHA-256.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// Keys are the public keys that leases are verified with, by KeyID.
type Keys map[string]ed25519.PublicKey

// Verifying gives the keys of the list. One that is not an Ed25519 signing key, or that does not
// bear its own KeyID, is an error.
func (j JWKS) Verifying() (Keys, error) {
	keys := make(Keys, len(j.Keys))
	for i, k := range j.Keys {
		x, err := base64.RawURLEncoding.Strict().DecodeString(k.X)
		if err != nil || len(x) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("reading key %d: x is not an Ed25519 public key", i)
		}
		if k != NewJWK(x) {
			return nil, fmt.Errorf("reading key %d: not an Ed25519 signing key under its own id", i)
		}
		keys[k.Kid] = x
	}
	return keys, nil
}

// SigningKey signs leases. Its zero value cannot.
type SigningKey struct {
	private ed25519.PrivateKey
	kid     string
	// alone and together are the headers of tokens, in base64url, with the dot behind them.
	alone, together string
}

// NewSigningKey takes a private key of 64 bytes, as [ed25519.GenerateKey] makes.
func NewSigningKey(private ed25519.PrivateKey) (SigningKey, error) {
	if len(private) != ed25519.PrivateKeySize {
		return SigningKey{}, fmt.Errorf("a signing key has %d bytes, this one %d", ed25519.PrivateKeySize, len(private))
	}
	kid := KeyID(private.Public().(ed25519.PublicKey))
	prefix := func(alg string) string {
		header := `{"alg":"` + alg + `","typ":"lease+jwt","kid":"` + kid + `"}`
		return base64.RawURLEncoding.EncodeToString([]byte(header)) + "."
	}
	return SigningKey{private, kid, prefix(algAlone), prefix(algTogether)}, nil
}

// ID is the key's KeyID.
func (k SigningKey) ID() string { return k.kid }

// Public is the key that verifies what k signs.
func (k SigningKey) Public() ed25519.PublicKey { return k.private.Public().(ed25519.PublicKey) }

// Secret makes a secret of the key for something else than leases, which tells nothing of the key or of other secrets:
// those who have the same key have the same one.
func (k SigningKey) Secret(of string) (secret [sha256.Size]byte) {
	h := hmac.New(sha256.New, k.private.Seed())
	_, _ = h.Write([]byte(of))
	h.Sum(secret[:0])
	return secret
}
