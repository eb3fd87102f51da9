package stories

import "github.com/daypass/daypass/license"

// The actions that are no commands of license: what a stage must also be able to do.
type (
	// SetCatalog puts another catalogue in force.
	SetCatalog struct{ Catalog license.Catalog }
	// AddUser adds a user, who is assigned to nothing.
	AddUser struct{ User string }
	// Import adds who of some users is not in the team, and assigns to all when it says what.
	Import struct {
		Users []string
		What  string
	}
	// Invite sends a user an invitation again.
	Invite struct{ User string }
	// RemoveUser takes a user out of the team. Who does it is named as in ChangeRole; empty is ada.
	RemoveUser struct{ User, By string }
	// ChangeRole makes somebody a user, a guest or a secondary admin; By is a user, or the operator.
	ChangeRole struct {
		User string
		Role license.Role
		By   string
	}
	// HandOver makes a secondary admin the primary one.
	HandOver struct{ To, By string }
	// Assign gives a user a seat of the kind, if one is named, or Flex.
	Assign struct {
		User, What string
		Kind       license.SeatKind
	}
	// Unassign takes it away.
	Unassign struct{ User, What string }
	// Move takes tokens to another team.
	Move struct{ license.Withdraw }
	// Approve and Decline decide on a request for access.
	Approve struct{ license.Decide }
	Decline struct{ license.Decide }
	// ShowBalance asks for the team's balance, ShowPack for one pack.
	ShowBalance struct{}
	ShowPack    struct{ Pack string }
)

// by is how the rules know who does something: a user, or the operator.
func by(who string) license.Caller {
	switch who {
	case "":
		return license.Caller{By: "user:ada"}
	case "operator":
		return license.Caller{By: who}
	}
	return license.Caller{By: "user:" + who}
}
