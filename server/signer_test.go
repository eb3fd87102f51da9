package server

import (
	"crypto/ed25519"
	"fmt"
	"sync"
	"testing"

	"github.com/daypass/daypass/api"
)

// TestSignerServesEveryone: however many ask at once, each gets the lease that it asked for, and nobody waits for ever.
func TestSignerServesEveryone(t *testing.T) {
	key, err := api.NewSigningKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	must(t, err)
	s, keys := &signer{key: key}, api.Keys{key.ID(): key.Public()}
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			for k := range 50 {
				lease := api.Lease{Team: "acme", User: "ben", Product: "revit", Session: fmt.Sprintf("s-%d-%d", i, k),
					Pass: "pass-1", Source: "tokens", IssuedAt: 1_767_600_000_000, ExpiresAt: 1_767_686_400_000}
				got, err := api.Verify(keys, s.sign(lease), lease.IssuedAt)
				if err != nil || got != lease {
					t.Errorf("asked for %s, got %+v, %v", lease.Session, got, err)
					return
				}
			}
		})
	}
	all.Wait()
	if s.busy || len(s.waiting) > 0 {
		t.Errorf("busy %v, %d waiting, when all are served", s.busy, len(s.waiting))
	}
}
