package license

import "fmt"

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

// GrantTrial grants or ends a trial.
func (t *Team) GrantTrial(now Instant, cat *Catalog, c Caller, b TrialGranted) (Effect, error) {
	if _, err := t.member(b.User); err != nil {
		return Effect{}, err
	}
	if cat.Product(b.Product) == nil {
		return Effect{}, fail(ErrWhatUnknown, "there is no product %q in the catalogue", b.Product)
	}
	return t.change(now, c, &b)
}
