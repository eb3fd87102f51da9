package license

import (
	"errors"
	"testing"
)

// peopled is a team with ada as its primary admin, cleo as a secondary one, and ben.
func peopled(t *testing.T) *Team {
	t.Helper()
	team, _, err := CreateTeam(Day, "operator", TeamCreated{Team: "acme", PrimaryAdmin: "ada"})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = team.AddUsers(Day, Caller{By: "user:ada"}, []UserAdded{{"ben", RoleUser}, {"cleo", RoleSecondaryAdmin}, {"gus", RoleGuest}})
	if err != nil {
		t.Fatal(err)
	}
	return team
}

// TestWhoDecidesAdmins tries every change of a role as every kind of caller (R8.1).
func TestWhoDecidesAdmins(t *testing.T) {
	may := map[string]bool{"operator": true, "user:ada": true, "user:cleo": false, "user:ben": false, "user:nobody": false, "key:ci": false}
	for by, decides := range may {
		for user, from := range map[string]Role{"ada": RolePrimaryAdmin, "ben": RoleUser, "cleo": RoleSecondaryAdmin, "gus": RoleGuest} {
			for _, to := range []Role{RoleUser, RoleGuest, RoleSecondaryAdmin, RolePrimaryAdmin, "owner", ""} {
				team := peopled(t)
				before := team.Position
				effect, err := team.ChangeRole(Day, Caller{By: by}, user, to)
				want := ""
				switch {
				case !to.given():
					want = ErrInvalid
				case from == RolePrimaryAdmin:
					want = ErrLastPrimary
				case from != to && (from == RoleSecondaryAdmin || to == RoleSecondaryAdmin) && !decides:
					want = ErrForbidden
				}
				var rule *Error
				if errors.As(err, &rule); want == "" && err != nil || want != "" && (rule == nil || rule.Code != want) {
					t.Errorf("%s makes %s a %q: got %v, want %q", by, user, to, err, want)
				}
				changed := want == "" && from != to
				if (len(effect.Entries) > 0) != changed || (team.Position > before) != changed || team.Users[user].Role != map[bool]Role{true: to, false: from}[changed] {
					t.Errorf("%s makes %s a %q: they are %q at %d", by, user, to, team.Users[user].Role, team.Position)
				}
				if err := team.Check(); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// TestHandOverToAll tries every hand-over: there is one primary admin afterwards, and only a secondary one can become it.
func TestHandOverToAll(t *testing.T) {
	for by, may := range map[string]bool{"operator": true, "user:ada": true, "user:cleo": false, "key:ci": false} {
		for to, want := range map[string]string{"ada": "", "cleo": "", "ben": ErrNotSecondary, "gus": ErrNotSecondary, "nobody": ErrUserUnknown} {
			team := peopled(t)
			_, err := team.HandOver(Day, Caller{By: by}, to)
			if !may && to != "ada" && to != "nobody" {
				want = ErrForbidden
			}
			var rule *Error
			if errors.As(err, &rule); want == "" && err != nil || want != "" && (rule == nil || rule.Code != want) {
				t.Errorf("%s hands over to %s: got %v, want %q", by, to, err, want)
			}
			primary := "ada"
			if want == "" {
				primary = to
			}
			if team.primary() != primary || team.Check() != nil || primary != "ada" && team.Users["ada"].Role != RoleSecondaryAdmin {
				t.Errorf("%s hands over to %s: the primary admin is %s, want %s", by, to, team.primary(), primary)
			}
		}
	}
}

// TestRolesAreFolded: entries that contradict the roles are refused, and a team with another number of primary admins is broken.
func TestRolesAreFolded(t *testing.T) {
	for _, b := range []Body{&RoleChanged{"ada", RoleUser}, &RoleChanged{"ben", RolePrimaryAdmin}, &RoleChanged{"nobody", RoleUser},
		&HandedOver{"ada", "ben"}, &HandedOver{"cleo", "cleo"}, &HandedOver{"ada", "nobody"}} {
		if err := peopled(t).Apply(&Entry{At: Day, Body: b}); err == nil {
			t.Errorf("%+v was folded", b)
		}
	}
	team := peopled(t)
	for _, role := range []Role{RoleUser, RolePrimaryAdmin} {
		team.Users["ada"].Role, team.Users["cleo"].Role = role, role
		if team.Check() == nil {
			t.Errorf("a team whose admins are all %s passes", role)
		}
	}
}
