package license

import (
	"fmt"
	"slices"
)

// TeamCreated is a journal's first entry. It names the team, so that no two journals begin alike.
type TeamCreated struct {
	Team         string   `json:"team"`
	Name         string   `json:"name"`
	Plan         Plan     `json:"plan"`
	TimeZone     string   `json:"time_zone,omitempty"`
	Settings     Settings `json:"settings"`
	PrimaryAdmin string   `json:"primary_admin"`
}

// Kind implements Body.
func (*TeamCreated) Kind() string { return "team_created" }

func (b *TeamCreated) apply(t *Team, e *Entry) error {
	if t.Position != 1 || b.Team == "" {
		return fmt.Errorf("a team is created by its first entry")
	}
	t.ID, t.Name, t.Plan, t.TimeZone, t.Settings, t.CreatedAt = b.Team, b.Name, b.Plan, b.TimeZone, b.Settings, e.At
	t.Flex = FlexList{Mode: FlexAll}
	t.Users[b.PrimaryAdmin] = &User{ID: b.PrimaryAdmin, Role: RolePrimaryAdmin, Active: true}
	return nil
}

// CreateTeam begins a team's journal.
func CreateTeam(now Instant, by string, b TeamCreated) (*Team, Effect, error) {
	t := NewTeam()
	effect, err := t.record(now, Caller{By: by}, nil, nil, &b)
	return t, effect, err
}

// TeamSuspended stops a team's openings, or lets them go on (R4.2).
type TeamSuspended struct {
	Suspended bool   `json:"suspended"`
	Reason    string `json:"reason,omitempty"`
}

// Kind implements Body.
func (*TeamSuspended) Kind() string { return "team_suspended" }

func (b *TeamSuspended) apply(t *Team, _ *Entry) error {
	t.Suspended = b.Suspended
	return nil
}

// Suspend stops or resumes the team.
func (t *Team) Suspend(now Instant, c Caller, b TeamSuspended) (Effect, error) {
	if t.Suspended == b.Suspended {
		return Effect{}, nil
	}
	return t.change(now, c, &b)
}

// change records one body after what has fallen due.
func (t *Team) change(now Instant, c Caller, b Body) (Effect, error) {
	return t.record(now, c, nil, t.at(now).due, b)
}

// SettingsChanged replaces the team's settings.
type SettingsChanged struct {
	Settings Settings `json:"settings"`
}

// Kind implements Body.
func (*SettingsChanged) Kind() string { return "settings_changed" }

func (b *SettingsChanged) apply(t *Team, _ *Entry) error {
	t.Settings = b.Settings
	return nil
}

// SetSettings replaces the settings.
func (t *Team) SetSettings(now Instant, c Caller, s Settings) (Effect, error) {
	if s.ShortLaunch < 0 || s.ShortLaunch > PassLength || s.ShortLaunches < 0 || s.Devices < 0 {
		return Effect{}, fail(ErrInvalid, "a short launch lasts up to 24 hours, and no number is negative")
	}
	if s == t.Settings {
		return Effect{}, nil
	}
	return t.change(now, c, &SettingsChanged{s})
}

// UserAdded adds a person, or takes a removed one back.
type UserAdded struct {
	User string `json:"user"`
	Role Role   `json:"role"`
}

// Kind implements Body.
func (*UserAdded) Kind() string { return "user_added" }

func (b *UserAdded) apply(t *Team, _ *Entry) error {
	u := t.Users[b.User]
	if u == nil {
		u = &User{ID: b.User}
		t.Users[b.User] = u
	}
	if u.Active {
		return fmt.Errorf("user %q is in the team already", b.User)
	}
	u.Role, u.Active = b.Role, true
	return nil
}

// AddUsers adds people, all or none (R8.2), and returns who was added. A repeated request key gives the
// first answer.
func (t *Team) AddUsers(now Instant, c Caller, users []UserAdded) ([]UserAdded, Effect, error) {
	var first []UserAdded
	if again, err := t.repeated(now, c, &first); again || err != nil {
		return first, Effect{}, err
	}
	bodies := make([]Body, 0, len(users))
	seen := map[string]bool{}
	for i := range users {
		u := users[i]
		if old := t.Users[u.User]; seen[u.User] || (old != nil && old.Active) {
			return nil, Effect{}, fail(ErrUserExists, "the user %q is in the team already", u.User)
		}
		if u.Role != RoleUser && u.Role != RoleSecondaryAdmin {
			return nil, Effect{}, fail(ErrInvalid, "the role %q is not user or secondary_admin", u.Role)
		}
		seen[u.User] = true
		bodies = append(bodies, &u)
	}
	effect, err := t.record(now, c, users, t.at(now).due, bodies...)
	return users, effect, err
}

// UserRemoved takes a person out: seats become free, the history stays (R8.9).
type UserRemoved struct {
	User string `json:"user"`
}

// Kind implements Body.
func (*UserRemoved) Kind() string { return "user_removed" }

func (b *UserRemoved) apply(t *Team, _ *Entry) error {
	u := t.Users[b.User]
	if u == nil || !u.Active {
		return fmt.Errorf("user %q is not in the team", b.User)
	}
	for _, a := range slices.Clone(u.Assigned) {
		t.unassign(u, a.What)
	}
	u.Active, u.Flex, u.Own, u.Trials = false, false, nil, nil
	return nil
}

// RemoveUser takes a person out; doing it again changes nothing.
func (t *Team) RemoveUser(now Instant, c Caller, user string) (Effect, error) {
	u := t.Users[user]
	switch {
	case u == nil:
		return Effect{}, fail(ErrUserUnknown, "there is no user %q", user)
	case u.Role == RolePrimaryAdmin && u.Active:
		return Effect{}, fail(ErrLastPrimary, "%s is the primary admin: hand the team over first (R8.1)", user)
	case !u.Active:
		return Effect{}, nil
	}
	return t.change(now, c, &UserRemoved{user})
}

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

// member returns an active user.
func (t *Team) member(user string) (*User, error) {
	u := t.Users[user]
	if u == nil || !u.Active {
		return nil, fail(ErrUserUnknown, "there is no user %q in the team", user)
	}
	return u, nil
}

// SubscriptionAdded adds seats for a term.
type SubscriptionAdded struct {
	Subscription
}

// Kind implements Body.
func (*SubscriptionAdded) Kind() string { return "subscription_added" }

func (b *SubscriptionAdded) apply(t *Team, _ *Entry) error {
	if t.Subscriptions[b.ID] != nil {
		return fmt.Errorf("the subscription %q was added before", b.ID)
	}
	s := b.Subscription
	t.Subscriptions[s.ID] = &s
	p := t.pool(s.What)
	p.Subscriptions = append(p.Subscriptions, &s)
	return nil
}

// AddSubscription adds seats; the same again changes nothing.
func (t *Team) AddSubscription(now Instant, cat *Catalog, c Caller, s Subscription) (Effect, error) {
	if old := t.Subscriptions[s.ID]; old != nil {
		if *old != s {
			return Effect{}, fail(ErrConflict, "the subscription %q is another one", s.ID)
		}
		return Effect{}, nil
	}
	switch {
	case !cat.Sells(s.What):
		return Effect{}, fail(ErrWhatUnknown, "there is no product or collection %q in the catalogue", s.What)
	case s.Kind != SingleUser && s.Kind != MultiUser:
		return Effect{}, fail(ErrInvalid, "the kind %q is not single_user or multi_user", s.Kind)
	case s.Seats < 1 || s.Seats > 1_000_000 || s.From >= s.Until:
		return Effect{}, fail(ErrInvalid, "a subscription has 1 to 1000000 seats and ends after it begins")
	}
	return t.change(now, c, &SubscriptionAdded{s})
}

// Assigned gives a user a seat, the right to a floating seat, or Flex (R8.5).
type Assigned struct {
	User string   `json:"user"`
	What string   `json:"what"`
	Seat SeatKind `json:"seat,omitempty"` // empty for Flex
}

// Kind implements Body.
func (*Assigned) Kind() string { return "assigned" }

func (b *Assigned) apply(t *Team, _ *Entry) error {
	u := t.Users[b.User]
	if u == nil || !u.Active || (b.What != FlexCode && u.assignment(b.What) != nil) {
		return fmt.Errorf("%q cannot be assigned to %q", b.What, b.User)
	}
	if b.What == FlexCode {
		u.Flex = true
		return nil
	}
	u.Assigned = append(u.Assigned, Assignment{b.What, b.Seat})
	if b.Seat == SingleUser {
		p := t.pool(b.What)
		p.Single = append(p.Single, b.User)
	}
	return nil
}

// Assign gives a user what may be a product, a collection or Flex. Kind may be empty: a single-user seat
// when there is one, else a floating one. Whoever has it already gets no second (R8.3).
func (t *Team) Assign(now Instant, cat *Catalog, c Caller, user, what string, kind SeatKind) (Effect, error) {
	u, err := t.member(user)
	if err != nil {
		return Effect{}, err
	}
	if what == FlexCode {
		if u.Flex {
			return Effect{}, nil
		}
		return t.change(now, c, &Assigned{User: user, What: what})
	}
	if !cat.Sells(what) {
		return Effect{}, fail(ErrWhatUnknown, "there is no product or collection %q in the catalogue", what)
	}
	if a := u.assignment(what); a != nil && (kind == "" || kind == a.Kind) {
		return Effect{}, nil
	} else if a != nil {
		return Effect{}, fail(ErrSeatsShort, "%s has a %s seat of %s: take it away first", user, a.Kind, what)
	}
	kind, err = t.seatKind(now, what, kind)
	if err != nil {
		return Effect{}, err
	}
	return t.change(now, c, &Assigned{User: user, What: what, Seat: kind})
}

// seatKind finds a seat to assign, or says how many there are.
func (t *Team) seatKind(now Instant, what string, kind SeatKind) (SeatKind, error) {
	p := t.Pools[what]
	if p == nil {
		p = &Pool{}
	}
	single, floating := p.room(SingleUser, now), p.room(MultiUser, now)
	switch {
	case kind != MultiUser && len(p.Single) < single:
		return SingleUser, nil
	case kind != SingleUser && floating > 0:
		return MultiUser, nil
	}
	return "", fail(ErrSeatsShort, "all %d seats of %s are assigned: 1 more is needed", single, what)
}

// Unassigned takes away what was assigned; seats become free at once.
type Unassigned struct {
	User string `json:"user"`
	What string `json:"what"`
}

// Kind implements Body.
func (*Unassigned) Kind() string { return "unassigned" }

func (b *Unassigned) apply(t *Team, _ *Entry) error {
	u := t.Users[b.User]
	if u == nil {
		return fmt.Errorf("user %q is unknown", b.User)
	}
	t.unassign(u, b.What)
	return nil
}

func (t *Team) unassign(u *User, what string) {
	if what == FlexCode {
		u.Flex = false
		return
	}
	is := func(a Assignment) bool { return a.What == what }
	u.Assigned = slices.DeleteFunc(u.Assigned, is)
	if p := t.Pools[what]; p != nil {
		p.Single = slices.DeleteFunc(p.Single, func(id string) bool { return id == u.ID })
	}
}

// Unassign takes away; what was never assigned stays so.
func (t *Team) Unassign(now Instant, c Caller, user, what string) (Effect, error) {
	u, err := t.member(user)
	if err != nil {
		return Effect{}, err
	}
	if (what == FlexCode && !u.Flex) || (what != FlexCode && u.assignment(what) == nil) {
		return Effect{}, nil
	}
	return t.change(now, c, &Unassigned{user, what})
}

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

// LimitsSet replaces the team's limits (R8.7).
type LimitsSet struct {
	Items []Limit `json:"items"`
}

// Kind implements Body.
func (*LimitsSet) Kind() string { return "limits_set" }

func (b *LimitsSet) apply(t *Team, _ *Entry) error {
	t.Limits = b.Items
	return nil
}

// SetLimits replaces the limits.
func (t *Team) SetLimits(now Instant, c Caller, items []Limit) (Effect, error) {
	for i, l := range items {
		if err := l.check(); err != nil {
			return Effect{}, fail(ErrInvalid, "items/%d: %v", i, err)
		}
	}
	return t.change(now, c, &LimitsSet{items})
}

func (l Limit) check() error {
	switch l.Scope {
	case ScopeTeam, ScopeUser, ScopeProduct, ScopeUserProduct:
	default:
		return fmt.Errorf("the scope %q is not team, user, product or user_product", l.Scope)
	}
	if l.Period != PerDay && l.Period != PerWeek && l.Period != PerMonth {
		return fmt.Errorf("the period %q is not day, week or month", l.Period)
	}
	if l.Action != ActionRefuse && l.Action != ActionWarn {
		return fmt.Errorf("the action %q is not refuse or warn", l.Action)
	}
	if l.Tokens < 0 || l.Tokens > MaxTokens {
		return fmt.Errorf("a limit is 0 to 10^12 tokens")
	}
	return nil
}
