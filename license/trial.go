package license

import (
	"fmt"
	"maps"
	"slices"
)

// TrialGranted lets a user use a product for nothing until an instant (R4.5); an instant that has passed
// ends the trial.
type TrialGranted struct {
	User    string  `json:"user"`
	Product string  `json:"product"`
	Until   Instant `json:"until"`
}

// Kind implements Body.
func (*TrialGranted) Kind() string { return "trial_granted" }

func (b *TrialGranted) apply(t *Team, _ *Entry) error {
	u := t.Users[b.User]
	if u == nil {
		return fmt.Errorf("user %q is unknown", b.User)
	}
	if u.Trials == nil {
		u.Trials = map[string]Instant{}
	}
	u.Trials[b.Product] = b.Until
	return nil
}

// Trial is one that was granted, over from Until on.
type Trial struct {
	User    string
	Product string
	Until   Instant
}

// TrialsOf lists the trials of a user by product, those that are over included.
func (t *Team) TrialsOf(user string) (trials []Trial) {
	u := t.Users[user]
	if u == nil {
		return nil
	}
	for _, product := range slices.Sorted(maps.Keys(u.Trials)) {
		trials = append(trials, Trial{user, product, u.Trials[product]})
	}
	return trials
}

// EndTrial ends a trial at once; one that is over, or never was, stays so. A pass that it pays for goes on for who is
// working, as with a seat that is taken away.
func (t *Team) EndTrial(now Instant, c Caller, user, product string) (Effect, error) {
	u, err := t.member(user)
	if err != nil || u.Trials[product] <= now {
		return Effect{}, err
	}
	return t.change(now, c, &TrialGranted{User: user, Product: product, Until: now})
}

// GrantTrial grants or ends a trial; the same again changes nothing.
func (t *Team) GrantTrial(now Instant, cat *Catalog, c Caller, b TrialGranted) (Effect, error) {
	u, err := t.member(b.User)
	if err != nil {
		return Effect{}, err
	}
	if cat.Product(b.Product) == nil {
		return Effect{}, fail(ErrWhatUnknown, "there is no product %q in the catalogue", b.Product)
	}
	if u.Trials[b.Product] == b.Until {
		return Effect{}, nil
	}
	return t.change(now, c, &b)
}
