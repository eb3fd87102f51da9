package license

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Entry is one change of a team, appended to its journal and never changed afterwards (R14.1). It
// carries all that was decided, the catalogue's part included, so that folding needs nothing but the
// journal (R14.0).
type Entry struct {
	// At is when the change holds. Along a journal it never goes back (R1.3).
	At Instant
	// By says who did it: operator, operator:<id> through a key of the operator's, key:<id>, user:<id>; empty for what
	// time alone brought about.
	By string
	// Request is set when the caller named the request with a key of its own (R14.3).
	Request *Request
	Body    Body
}

// Request is a caller's key for one request, what the request said, and its first answer.
type Request struct {
	Key    string          `json:"key"`
	Print  string          `json:"print"` // fingerprint of the body
	Answer json.RawMessage `json:"answer,omitempty"`
}

// Body is what an entry changes: one type for each kind of entry.
type Body interface {
	// Kind is the word in the journal. It never changes its meaning; a body that must change gets a
	// new kind, and the old one is read for ever.
	Kind() string
}

// teamBody is a body of a team's journal.
type teamBody interface {
	Body
	// apply makes the change. An error says that the entry contradicts the state: nothing may follow it.
	apply(*Team, *Entry) error
}

// stored is the form of an entry in the journal.
type stored struct {
	Kind    string   `json:"kind"`
	At      Instant  `json:"at"`
	By      string   `json:"by,omitempty"`
	Request *Request `json:"request,omitempty"`
	Body    Body     `json:"body"`
}

// Encode returns the bytes to store. Equal entries give equal bytes.
func (e *Entry) Encode() ([]byte, error) {
	if b, ok := e.Body.(*PassOpened); ok && e.Request == nil {
		return b.append(e), nil
	}
	return json.Marshal(stored{e.Body.Kind(), e.At, e.By, e.Request, e.Body})
}

// DecodeEntry reads stored bytes.
func DecodeEntry(b []byte) (*Entry, error) {
	if e, ok := readPassOpened(b); ok {
		return e, nil
	}
	return decodeEntry(b)
}

func decodeEntry(b []byte) (*Entry, error) {
	kind, err := kindOf(b)
	if err != nil {
		return nil, fmt.Errorf("reading an entry: %w", err)
	}
	make, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("reading an entry: this program does not know the kind %q; a newer one wrote it", kind)
	}
	s := stored{Body: make()}
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("reading an entry of kind %s: %w", kind, err)
	}
	if s.Body == nil {
		return nil, fmt.Errorf("reading an entry of kind %s: it has no body", kind)
	}
	return &Entry{At: s.At, By: s.By, Request: s.Request, Body: s.Body}, nil
}

// kindOf finds an entry's kind without reading the rest: Encode writes it first.
func kindOf(b []byte) (string, error) {
	if rest, ok := bytes.CutPrefix(b, []byte(`{"kind":"`)); ok {
		if end := bytes.IndexByte(rest, '"'); end > 0 {
			return string(rest[:end]), nil
		}
	}
	var s struct {
		Kind string `json:"kind"`
	}
	err := json.Unmarshal(b, &s)
	return s.Kind, err
}

// KindOf finds an entry's kind in its stored bytes without reading the rest.
func KindOf(b []byte) (string, error) { return kindOf(b) }

// Kinds are the kinds of entries that a team's journal has, sorted.
func Kinds() (all []string) {
	for kind, make := range kinds {
		if _, of := make().(teamBody); of {
			all = append(all, kind)
		}
	}
	slices.Sort(all)
	return all
}

// kinds makes an empty body for each kind.
var kinds = func() map[string]func() Body {
	m := map[string]func() Body{}
	for _, f := range []func() Body{
		func() Body { return new(CatalogSet) },
		func() Body { return new(PlansSet) },
		func() Body { return new(TeamCreated) },
		func() Body { return new(TeamSuspended) },
		func() Body { return new(PlanChanged) },
		func() Body { return new(SettingsChanged) },
		func() Body { return new(UserAdded) },
		func() Body { return new(UserRemoved) },
		func() Body { return new(UserInvited) },
		func() Body { return new(RoleChanged) },
		func() Body { return new(HandedOver) },
		func() Body { return new(FlexDefaultsSet) },
		func() Body { return new(UserFlexSet) },
		func() Body { return new(SubscriptionAdded) },
		func() Body { return new(SeatsTraded) },
		func() Body { return new(Assigned) },
		func() Body { return new(Unassigned) },
		func() Body { return new(Reassigned) },
		func() Body { return new(FloatingTaken) },
		func() Body { return new(GroupMade) },
		func() Body { return new(GroupChanged) },
		func() Body { return new(GroupRemoved) },
		func() Body { return new(MembersAdded) },
		func() Body { return new(MembersLeft) },
		func() Body { return new(GroupGiven) },
		func() Body { return new(GroupTaken) },
		func() Body { return new(TrialGranted) },
		func() Body { return new(AccessRequested) },
		func() Body { return new(AccessApproved) },
		func() Body { return new(AccessDeclined) },
		func() Body { return new(LimitsSet) },
		func() Body { return new(PackAdded) },
		func() Body { return new(PackExpired) },
		func() Body { return new(TokensWithdrawn) },
		func() Body { return new(PassOpened) },
		func() Body { return new(SessionsJoined) },
		func() Body { return new(SessionClosed) },
		func() Body { return new(JobStarted) },
		func() Body { return new(JobEnded) },
		func() Body { return new(JobExpired) },
	} {
		m[f().Kind()] = f
	}
	return m
}()

// Receipt is the first answer to a request that named a key.
type Receipt struct {
	Key    string          `json:"-"` // what it is filed under
	At     Instant         `json:"at"`
	Print  string          `json:"print"`
	Answer json.RawMessage `json:"answer,omitempty"`
}

// Apply folds one entry into the team. The team is unusable after an error: load it again.
func (t *Team) Apply(e *Entry) error {
	if e.At < t.Last {
		return fmt.Errorf("entry %d: time goes back from %d to %d (R1.3)", t.Position+1, t.Last, e.At)
	}
	if e.At.date() != t.Last.date() {
		t.forget(e.At)
	}
	if e.At.hour() != t.Last.hour() {
		t.stowOld(e.At)
	}
	body, ok := e.Body.(teamBody)
	if !ok {
		return fmt.Errorf("entry %d: a team's journal has no %s", t.Position+1, e.Body.Kind())
	}
	t.Position++
	t.Last = e.At
	if err := body.apply(t, e); err != nil {
		return fmt.Errorf("entry %d (%s): %w", t.Position, e.Body.Kind(), err)
	}
	if e.Request != nil {
		t.receipts.keep(&Receipt{e.Request.Key, e.At, e.Request.Print, e.Request.Answer})
	}
	return nil
}
