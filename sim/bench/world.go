package bench

import (
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/daypass/daypass/license"
)

// Shape says how charges are spread.
type Shape struct {
	Name  string `json:"name"`
	Teams int    `json:"teams"`
	Users int    `json:"users"` // of each team
}

// hot has all charges on one team, which is the worst for locks.
var hot = Shape{"one hot team", 1, 2000}

// Shapes are what is measured: all charges on one team, and spread over many, which is the worst for indexes.
func Shapes(many int) []Shape {
	return []Shape{hot, {strconv.Itoa(many) + " teams", many, 2}}
}

const (
	// cost of every charge.
	cost = 7 * license.Token
	// packSize is bought twice for each team, and no run gets through it.
	packSize = license.MaxTokens / 100
	// fastest is how many charges a second no machine does, so that a world never runs out of them.
	fastest = 250_000
)

// world is teams whose users can all be charged once for every product, and who is charged next. Several servers can
// each charge a part of one world: all of its teams, and each user for products of its own.
type world struct {
	Shape
	Products int `json:"products"`
	Part     int `json:"part"` // of this server
	Parts    int `json:"parts"`
	// ByTeam says that the servers have teams of their own; else all charge all teams.
	ByTeam bool `json:"by_team,omitempty"`

	next atomic.Int64
}

// newWorld makes a world that lasts for a time of charging.
func newWorld(s Shape, last time.Duration) *world {
	most := int(last.Seconds()*fastest) + 10_000
	return &world{Shape: s, Parts: 1, Products: max(50, most/(s.Teams*s.Users)+1)}
}

// part is what one of several servers charges.
func (w *world) part(i, of int, byTeam bool) *world {
	return &world{Shape: w.Shape, Products: w.Products, Part: i, Parts: of, ByTeam: byTeam}
}

// strides are the steps in which servers go through the teams, so that neither neighbours in the index nor the
// teams of two servers come together but by chance. They are primes, so that every team has its turn.
var strides = [...]int64{7919, 6007}

func teamName(i int64) string    { return "team-" + strconv.FormatInt(i, 10) }
func userName(i int64) string    { return "user-" + strconv.FormatInt(i, 10) }
func productName(i int64) string { return "product-" + strconv.FormatInt(i, 10) }

// scatter is the nth of some teams in an order that scatters them.
func (w *world) scatter(n, teams int64) int64 {
	stride := strides[w.Part%len(strides)]
	if teams%stride == 0 {
		stride = 1
	}
	return n % teams * stride % teams
}

// turn is the team of the nth charge, and which of the team's charges it is.
func (w *world) turn(n int64) (team, of int64) {
	teams, parts, part := int64(w.Teams), int64(w.Parts), int64(w.Part)
	if w.ByTeam {
		teams /= parts
		return w.scatter(n, teams)*parts + part, n / teams
	}
	return w.scatter(n, teams), n/teams*parts + part
}

// team is the team of the nth charge.
func (w *world) team(n int64) int64 {
	team, _ := w.turn(n)
	return team
}

// errUsedUp ends a run in which everyone has been charged for everything.
var errUsedUp = errors.New("every user has a pass for every product: measure for a shorter time")

// opening is the next opening that will be charged.
func (w *world) opening() (team string, o license.Open, err error) {
	n := w.next.Add(1) - 1
	which, of := w.turn(n)
	if of >= int64(w.Users*w.Products) {
		return "", o, errUsedUp
	}
	users := int64(w.Users)
	return teamName(which), license.Open{
		Session: "s-" + strconv.Itoa(w.Part) + "-" + strconv.FormatInt(n, 10),
		User:    userName(of % users), Product: productName(of / users),
	}, nil
}
