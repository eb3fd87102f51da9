// Package identity says who is calling. For now callers are programs with keys: the operator's, and those
// of teams. It turns a bearer credential into a Principal; what a principal may do is the server's one table.
package identity

import (
	"errors"

	"github.com/daypass/daypass/license"
)

// Role is what a credential may act as.
type Role string

// The roles of credentials.
const (
	Anyone   Role = ""         // no credential
	Operator Role = "operator" // runs Daypass; every team
	Admin    Role = "admin"    // administrates one team, as a named admin of it or in its own name
	Reports  Role = "reports"  // reads one team
	Product  Role = "product"  // opens sessions and starts jobs for users it names, in one team
	User     Role = "user"     // acts as one user of one team
)

// Principal is who is calling: who, in which team, with which role and scope. What the person that it names may
// do now is said by the team, not by the credential.
type Principal struct {
	Role     Role
	Team     string          // empty for the operator and for anyone
	Key      string          // the id of the key; empty for the operator's first credential
	User     string          // the admin or user that it acts as; empty for a key in its own name
	Products []string        // that a product key is bound to; nil: all
	Ends     license.Instant // when the credential does; 0: never
}

// NoTeam is where the operator's keys are kept: they are of no team, and no team can have the name.
const NoTeam = ""

// By is how entries name the principal.
func (p Principal) By() string {
	switch {
	case p.Role == Operator && p.Key != "":
		return "operator:" + p.Key
	case p.Role == Operator:
		return "operator"
	case p.User != "":
		return "user:" + p.User
	}
	return "key:" + p.Key
}

// ErrInvalid answers a credential that is malformed, unknown, expired or revoked: all alike.
var ErrInvalid = errors.New("the credential is not valid")

// ErrExists answers the creation of a key whose id is taken.
var ErrExists = errors.New("the key exists already")

// ErrUnknown answers the rotation of a key that the team does not have.
var ErrUnknown = errors.New("there is no such key")

// ErrEnded answers the rotation of a key that was revoked or has expired.
var ErrEnded = errors.New("the key has ended")
