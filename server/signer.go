package server

import (
	"runtime"
	"sync"

	"github.com/daypass/daypass/api"
)

// signer signs leases. Those that are asked for at one time share a signature, which would else be the dearest
// part of an answer. Nothing waits for a timer: whoever comes first lets the others that can run come as far,
// and then signs for all who have.
type signer struct {
	key api.SigningKey

	mu      sync.Mutex
	waiting []*signing
	busy    bool // somebody signs; who comes now waits
}

// signing is one lease that waits for its signature.
type signing struct {
	lease api.Lease
	token string
	lead  bool          // woken to sign for those who wait, this one among them
	woken chan struct{} // by a token, or to lead
}

var signings = sync.Pool{New: func() any { return &signing{woken: make(chan struct{}, 1)} }}

// sign returns the lease's token.
func (s *signer) sign(l api.Lease) string {
	w := signings.Get().(*signing)
	w.lease, w.lead = l, false
	s.mu.Lock()
	s.waiting = append(s.waiting, w)
	wait := s.busy
	s.busy = true
	s.mu.Unlock()
	if wait {
		<-w.woken
	}
	if !wait || w.lead {
		s.signAll(w)
	}
	token := w.token
	w.token = ""
	signings.Put(w)
	return token
}

// signAll signs for all who wait, its caller among them, and hands on to the first who has come meanwhile.
func (s *signer) signAll(own *signing) {
	runtime.Gosched()
	s.mu.Lock()
	batch := s.waiting
	s.waiting = nil
	s.mu.Unlock()
	leases := make([]api.Lease, len(batch))
	for i, w := range batch {
		leases[i] = w.lease
	}
	for i, token := range s.key.SignTogether(leases) {
		batch[i].token = token
	}
	s.mu.Lock()
	if len(s.waiting) > 0 {
		s.waiting[0].lead = true
		s.waiting[0].woken <- struct{}{}
	} else {
		s.busy = false
	}
	s.mu.Unlock()
	for _, w := range batch {
		if w != own {
			w.woken <- struct{}{}
		}
	}
}
