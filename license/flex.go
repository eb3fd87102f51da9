package license

import "fmt"

// FlexDefaultsSet decides which products tokens may open, for all who have no list of their own (R8.5).
type FlexDefaultsSet struct {
	List FlexList `json:"list"`
}

// Kind implements Body.
func (*FlexDefaultsSet) Kind() string { return "flex_defaults_set" }

func (b *FlexDefaultsSet) apply(t *Team, _ *Entry) error {
	t.Flex = b.List
	return nil
}

// SetFlexDefaults replaces the default assignments.
func (t *Team) SetFlexDefaults(now Instant, cat *Catalog, c Caller, l FlexList) (Effect, error) {
	if err := l.check(cat); err != nil {
		return Effect{}, err
	}
	return t.change(now, c, &FlexDefaultsSet{l})
}

// UserFlexSet gives a user a list of their own, or takes it away again.
type UserFlexSet struct {
	User string    `json:"user"`
	List *FlexList `json:"list"`
}

// Kind implements Body.
func (*UserFlexSet) Kind() string { return "user_flex_set" }

func (b *UserFlexSet) apply(t *Team, _ *Entry) error {
	u := t.Users[b.User]
	if u == nil {
		return fmt.Errorf("user %q is unknown", b.User)
	}
	u.Own = b.List
	return nil
}

// SetUserFlex replaces a user's own list; nil goes back to the defaults.
func (t *Team) SetUserFlex(now Instant, cat *Catalog, c Caller, user string, l *FlexList) (Effect, error) {
	if _, err := t.member(user); err != nil {
		return Effect{}, err
	}
	if l != nil {
		if err := l.check(cat); err != nil {
			return Effect{}, err
		}
	}
	return t.change(now, c, &UserFlexSet{user, l})
}

func (l FlexList) check(cat *Catalog) error {
	if l.Mode != FlexAll && l.Mode != FlexListed {
		return fail(ErrInvalid, "the mode %q is not all or listed", l.Mode)
	}
	for _, code := range l.Products {
		if cat.Product(code) == nil {
			return fail(ErrWhatUnknown, "there is no product %q in the catalogue", code)
		}
	}
	return nil
}
