package api

import (
	"crypto/ed25519"
	"encoding/base64"
	"strconv"
	"strings"
)

// MaxLease bounds a lease that is verified, in bytes.
const MaxLease = 4 << 10

// Lease is the signed receipt that a session holds, and lives on while offline (R6.2). On the wire
// it is a JWT (RFC 7519) signed with EdDSA, whose registered claims say the same as its own: aud the
// product, sub the user, jti the session, iat and nbf IssuedAt, exp ExpiresAt cut to a second, so
// that a general verifier never lets it live longer. Valid in [IssuedAt, ExpiresAt).
type Lease struct {
	Team      string
	User      string
	Product   string
	Device    string // "" if the session named none
	Session   string
	Pass      string
	Source    Source
	IssuedAt  Instant
	ExpiresAt Instant
}

// Sign gives the lease as a token. Its texts are those of validated requests, so that a token is
// far below [MaxLease]; text that is not UTF-8 is signed with its bad bytes replaced.
func (k SigningKey) Sign(l Lease) string {
	var space [2048]byte
	signed := l.appendSigned(space[:0], k.alone)
	return joined(signed, ed25519.Sign(k.private, signed))
}

// appendSigned writes what a token's last part is about: the header and the claims.
func (l Lease) appendSigned(b []byte, header string) []byte {
	var space [1024]byte
	return base64.RawURLEncoding.AppendEncode(append(b, header...), l.appendClaims(space[:0]))
}

// joined puts a token's last part behind the others.
func joined(signed, last []byte) string {
	var space [1024]byte
	enc := base64.RawURLEncoding
	var b strings.Builder
	b.Grow(len(signed) + 1 + enc.EncodedLen(len(last)))
	b.Write(signed)
	b.WriteByte('.')
	b.Write(enc.AppendEncode(space[:0], last))
	return b.String()
}

// appendClaims writes the payload. Verify reads it back; the order of the names is free.
func (l Lease) appendClaims(b []byte) []byte {
	b = append(b, `{"iss":"daypass"`...)
	b = appendMember(b, "aud", l.Product)
	b = appendMember(b, "sub", l.User)
	b = appendMember(b, "jti", l.Session)
	b = appendSeconds(b, "iat", l.IssuedAt)
	b = appendSeconds(b, "nbf", l.IssuedAt)
	b = appendSeconds(b, "exp", l.ExpiresAt)
	b = appendMember(b, "team", l.Team)
	b = appendMember(b, "user", l.User)
	b = appendMember(b, "product", l.Product)
	b = appendMember(b, "device", l.Device)
	b = appendMember(b, "session", l.Session)
	b = appendMember(b, "pass", l.Pass)
	b = appendMember(b, "source", string(l.Source))
	b = appendInstant(append(b, `,"issued_at":`...), l.IssuedAt)
	b = appendInstant(append(b, `,"expires_at":`...), l.ExpiresAt)
	return append(b, '}')
}

func appendMember(b []byte, name, value string) []byte {
	b = append(append(append(b, `,"`...), name...), `":`...)
	return appendString(b, value)
}

// appendSeconds writes a NumericDate: whole seconds, cut.
func appendSeconds(b []byte, name string, i Instant) []byte {
	b = append(append(append(b, `,"`...), name...), `":`...)
	return strconv.AppendInt(b, int64(i)/1000, 10)
}
