package api

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSignTogether: whatever the number of leases, each verifies by itself and only as it was signed.
func TestSignTogether(t *testing.T) {
	key := sampleKey()
	keys := Keys{key.ID(): key.Public()}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(1020, 1030)).Draw(t, "leases")
		leases := make([]Lease, n)
		for i := range leases {
			leases[i] = sampleLease()
			leases[i].Session = fmt.Sprint("ses-", i)
		}
		tokens := key.SignTogether(leases)
		if len(tokens) != n {
			t.Fatalf("%d tokens for %d leases", len(tokens), n)
		}
		for i, token := range tokens {
			got, err := Verify(keys, token, leases[i].IssuedAt)
			if err != nil || got != leases[i] || len(token) > MaxLease {
				t.Fatalf("lease %d of %d: %+v, %v, %d bytes", i, n, got, err, len(token))
			}
		}
		if n > 1 {
			i := rapid.IntRange(0, n-1).Draw(t, "lease")
			refuseChanged(t, keys, tokens, i)
		}
	})
}

// refuseChanged swaps parts between tokens and flips bytes.
func refuseChanged(t *rapid.T, keys Keys, tokens []string, i int) {
	own, other := strings.Split(tokens[i], "."), strings.Split(tokens[(i+1)%len(tokens)], ".")
	alone := strings.Split(sampleKey().Sign(sampleLease()), ".")
	flip := rapid.IntRange(0, len(tokens[i])-1).Draw(t, "flipped")
	changed := []byte(tokens[i])
	changed[flip] = 'A' + (changed[flip]-'A'+1)%26
	for what, token := range map[string]string{
		"another's claims":       own[0] + "." + other[1] + "." + own[2],
		"another's last part":    own[0] + "." + own[1] + "." + other[2],
		"the other header":       alone[0] + "." + own[1] + "." + own[2],
		"a lone one's last part": own[0] + "." + own[1] + "." + alone[2],
		"a flipped character":    string(changed),
		"a shorter way":          strings.TrimSuffix(tokens[i], own[2][len(own[2])-43:]),
	} {
		if token == tokens[i] {
			continue
		}
		if _, err := Verify(keys, token, 1767600001000); err == nil {
			t.Fatalf("a token with %s verifies: %s", what, token)
		}
	}
}

func BenchmarkSignTogether(b *testing.B) {
	key := sampleKey()
	leases := make([]Lease, 100)
	for i := range leases {
		leases[i] = sampleLease()
	}
	for b.Loop() {
		key.SignTogether(leases)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(leases)), "ns/lease")
}
