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
	// RemoveUser takes a user out of the team.
	RemoveUser struct{ User string }
	// Assign gives a user a seat of the kind, if one is named, or Flex.
	Assign struct {
		User, What string
		Kind       license.SeatKind
	}
	// Unassign takes it away.
	Unassign struct{ User, What string }
	// Move takes tokens to another team.
	Move struct{ license.Withdraw }
	// ShowBalance asks for the team's balance, ShowPack for one pack.
	ShowBalance struct{}
	ShowPack    struct{ Pack string }
)
