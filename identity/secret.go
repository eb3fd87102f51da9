package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"strings"
)

// The parts of a key: dpk_<look-up, 16 hex>_<secret, 64 hex>_<checksum, 8 hex>. The look-up part finds the
// row, and stays when the secret changes; the checksum lets a scanner of leaked secrets know one without asking.
const (
	prefix    = "dpk_"
	lookupLen = 16
	secretLen = 64
	keyLen    = len(prefix) + lookupLen + 1 + secretLen + 1 + 8
)

// newSecret makes a credential that is found by a look-up part.
func newSecret(lookup string) string {
	secret := prefix + lookup + "_" + random(secretLen/2)
	return secret + "_" + checksum(secret)
}

// NewOperatorKey makes a credential for the operator.
func NewOperatorKey() string { return "dpo_" + random(32) }

// Fingerprint is what is kept of a credential.
func Fingerprint(credential string) [sha256.Size]byte { return sha256.Sum256([]byte(credential)) }

func random(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func checksum(s string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(s))) }

// parse returns the look-up part of what has the length and the beginning of a key.
func parse(key string) (lookup string, ok bool) {
	if len(key) != keyLen || !strings.HasPrefix(key, prefix) {
		return "", false
	}
	return key[len(prefix) : len(prefix)+lookupLen], true
}

// mistyped says of what was parsed that it is no key, whatever the database holds.
func mistyped(key string) bool { return key[keyLen-8:] != checksum(key[:keyLen-9]) }
