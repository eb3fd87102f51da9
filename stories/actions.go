package stories

import "github.com/daypass/daypass/license"

// The actions that are no commands of license: what a stage must also be able to do.
type (
	// SetCatalog puts another catalogue in force.
	SetCatalog struct{ Catalog license.Catalog }
	// AddUser adds a user, who is assigned to nothing.
	AddUser struct{ User string }
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

// covered puts the code and the source of a grant into a story's words.
func covered(code, source string) string {
	switch {
	case code == "tokens_charged" || code == "tokens_held" || (code == "pass_live" && source == "tokens"):
		return "tokens"
	case code == "pass_live":
		return source + " kept"
	}
	return map[string]string{"free": "free", "seat": "seat", "floating_seat": "floating seat", "trial": "trial"}[code]
}
