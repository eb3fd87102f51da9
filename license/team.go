package license

import "slices"

// Team is a customer's whole current state: the fold of its journal and nothing else. It is a plain
// value without locks; whoever holds it serialises its use. A team is read through its methods and
// changed only by entries.
type Team struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Plan      Plan     `json:"plan"`                // as ordered; see PlanAt for the one in force
	FirstPlan Plan     `json:"first_plan"`          // that it was created with
	TimeZone  string   `json:"time_zone,omitempty"` // IANA name; empty is UTC (R10.1)
	CreatedAt Instant  `json:"created_at"`
	Suspended bool     `json:"suspended,omitempty"`
	Settings  Settings `json:"settings"`
	// Position is the number of the last entry, 0 before the first (R14.5).
	Position int64 `json:"position"`
	// Last is the instant of the last entry; the team's time never goes back behind it (R1.3).
	Last Instant `json:"last"`

	Users         map[string]*User         `json:"users"`
	Groups        map[string]*Group        `json:"groups,omitempty"`
	Flex          FlexList                 `json:"flex"` // default assignments (R8.5)
	Subscriptions map[string]*Subscription `json:"subscriptions"`
	Pools         map[string]*Pool         `json:"pools"` // by product or collection
	Limits        []Limit                  `json:"limits,omitempty"`
	Wishes        map[string]*Wish         `json:"wishes,omitempty"` // requests for access (R8.6)
	Packs         map[string]*Pack         `json:"packs"`
	Totals        Totals                   `json:"totals"`
	Sessions      map[string]*Session      `json:"sessions"` // see Session
	Jobs          map[string]*Job          `json:"jobs"`     // see Job
	Receipts      map[string]*Receipt      `json:"receipts"` // first answers by request key (R14.3)

	uses      map[useKey]*Use  // of each user and product
	approved  map[useKey]*Wish // the latest approval of each user and product, over or not
	spent     tally            // tokens of the running periods, without those of each use
	zone      calendar         // of TimeZone
	today     periods          // of the last question, for which they hold until todayEnds
	todayEnds Instant
	drawable  []*Pack         // whose expiry is not recorded yet, in draw order (R3.3)
	holding   map[string]*Job // jobs whose tokens are held
	members   int             // of all groups together
	nextDue   Instant         // nothing expires before this instant; 0 when nothing can

	// With those that ended long ago, which Sessions, Jobs and Receipts do not have.
	sessions remembered[*Session]
	jobs     remembered[*Job]
	receipts remembered[*Receipt]

	leaving leaving

	spentPacks int     // this many at the front of drawable have nothing left
	touched    []*Pack // not counted since they were last changed
	counted    Totals  // of all packs, as far as they are counted
}

// Settings are the numbers that a team can change.
type Settings struct {
	// ShortLaunch is how soon after its start a pass must be closed to be given back; 0 turns the
	// rule off (R5.6).
	ShortLaunch Instant `json:"short_launch"`
	// ShortLaunches is how many passes of one user and product are given back in 24 hours; 0 turns the
	// rule off (R5.6).
	ShortLaunches int `json:"short_launches"`
	// Devices is how many devices one user may use one product on at once; 0 is no limit (R4.10).
	Devices int `json:"devices"`
}

// DefaultSettings are those of a new team.
var DefaultSettings = Settings{ShortLaunch: 5 * Minute, ShortLaunches: 3, Devices: 3}

// Role is what a person is in a team (R8.1).
type Role string

// The roles.
const (
	RoleUser           Role = "user"
	RoleGuest          Role = "guest" // a user without defaults (R8.5)
	RoleSecondaryAdmin Role = "secondary_admin"
	RolePrimaryAdmin   Role = "primary_admin"
)

// User is a named person in a team. Name and mail stand beside the journal, so that they can be erased.
type User struct {
	ID     string `json:"id"`
	Role   Role   `json:"role"`
	Active bool   `json:"active"` // false once removed; the history stays (R8.9)
	// Flex says that tokens may open products for this user (R8.5), FlexFrom who gave it.
	Flex     bool    `json:"flex,omitempty"`
	FlexFrom Sources `json:"flex_from,omitzero"`
	// Own replaces the team's default assignments for this user; nil takes the defaults.
	Own *FlexList `json:"own,omitempty"`
	// Assigned lists what the user has seats of, products and collections, in the order of assignment.
	Assigned []Assignment `json:"assigned,omitempty"`
	// Trials holds the end of each trial, by product (R4.5).
	Trials map[string]Instant `json:"trials,omitempty"`
	// Groups are the ids of the groups that the user is in, sorted (R8.8).
	Groups []string `json:"-"`
}

// Assignment is one seat right of a user: a seat of a single-user subscription, or the right to a
// floating one.
type Assignment struct {
	What string   `json:"what"`
	Kind SeatKind `json:"kind"`
	Sources
}

// FlexCode names Flex itself where a product or collection could stand (R8.5).
const FlexCode = "flex"

// FlexMode says which products tokens may open.
type FlexMode string

// The modes: every product that Flex has, new ones included, or a chosen list.
const (
	FlexAll    FlexMode = "all"
	FlexListed FlexMode = "listed"
)

// FlexList decides which products tokens may open, for a team or for one user (R8.5).
type FlexList struct {
	Mode     FlexMode `json:"mode"`
	Products []string `json:"products,omitempty"`
}

func (l FlexList) allows(product string) bool {
	return l.Mode == FlexAll || slices.Contains(l.Products, product)
}

// FlexOf returns the list that holds for u.
func (t *Team) FlexOf(u *User) FlexList {
	switch {
	case u.Own != nil:
		return *u.Own
	case u.Role == RoleGuest:
		return FlexList{Mode: FlexListed}
	}
	return t.Flex
}

// Totals are the team's tokens by what became of them (R3.7), kept beside the packs and compared with
// them after every change.
type Totals struct {
	Bought    Tokens `json:"bought"` // granted and moved in as well
	Drawn     Tokens `json:"drawn"`
	Held      Tokens `json:"held"`
	Expired   Tokens `json:"expired"`
	Withdrawn Tokens `json:"withdrawn"` // moved out as well
}

// NewTeam returns the state before the first entry.
func NewTeam() *Team {
	t := &Team{
		Users:         map[string]*User{},
		Groups:        map[string]*Group{},
		Subscriptions: map[string]*Subscription{},
		Pools:         map[string]*Pool{},
		Packs:         map[string]*Pack{},
		Sessions:      map[string]*Session{},
		Jobs:          map[string]*Job{},
		Wishes:        map[string]*Wish{},
		Receipts:      map[string]*Receipt{},
		uses:          map[useKey]*Use{},
		approved:      map[useKey]*Wish{},
		spent:         newTally(),
		holding:       map[string]*Job{},
		leaving:       leaving{passes: agenda[useKey]{}},
	}
	t.sessions = newRemembered("session", t.Sessions, readSession)
	t.jobs = newRemembered("job", t.Jobs, readJob)
	t.receipts = newRemembered("first answer", t.Receipts, readReceipt)
	return t
}

// Now is the team's time for a clock reading (R1.3).
func (t *Team) Now(clock Instant) Instant { return max(clock, t.Last) }

// Size estimates the memory that the team takes, in bytes, for whoever decides which teams to keep.
func (t *Team) Size() int64 {
	size := 8_000 + 450*int64(len(t.Users)) + 700*int64(len(t.Sessions)) + 600*int64(len(t.uses)) +
		200*int64(t.spent.len()) + 300*int64(len(t.Packs)) + 500*int64(len(t.Jobs)) + 300*int64(len(t.Receipts)) +
		500*int64(len(t.Wishes)) + 300*int64(t.members)
	for _, m := range t.memories() {
		size += m.size()
	}
	return size
}

// Weight counts the parts of the team's state: what a snapshot of it costs grows with them. What is stowed costs a quarter.
func (t *Team) Weight() int64 {
	weight := len(t.Users) + len(t.Sessions) + len(t.uses) + len(t.Jobs) + len(t.Receipts) + len(t.Packs) + len(t.Wishes)
	for _, m := range t.memories() {
		weight += m.count() / 4
	}
	return int64(weight)
}
