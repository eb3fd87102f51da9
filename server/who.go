package server

import (
	"errors"
	"net/http"
	"strings"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/mailbox"
)

// who is a set of kinds of callers that may call a route.
type who uint8

const (
	anyone    who = 1 << iota // no credential is needed
	operator                  // every team
	primary                   // the primary admin, in the own team
	secondary                 // a secondary admin in the own team, and an admin key that names nobody
	reports                   // reads the own team
	product                   // opens the products that it is bound to, for anyone of the own team
	user                      // a user or guest of the own team, or an admin with a user's key: own things only
)

// callers are the kinds of callers, in the order of the table that is printed.
var callers = []struct {
	who   who
	name  string
	about string
}{
	{anyone, "anyone", "who sends no credential"},
	{operator, "operator", "the operator"},
	{primary, "primary", "the team's primary admin"},
	{secondary, "secondary", "a secondary admin of the team, or an admin key that names nobody"},
	{reports, "reports", "a reports key of the team"},
	{product, "product", "a product key of the team, for the products that it is bound to"},
	{user, "user", "a user or guest of the team, for what is theirs"},
}

// errNoTeam answers for a team that is not there and for one that is somebody else's: the desk has the same
// words for the first. errNoUser is the same for users.
var (
	errNoTeam  = api.NewProblem(api.CodeNotFound, "there is no such team")
	errNoUser  = api.NewProblem(api.CodeNotFound, "there is no such user")
	errNotMine = api.NewProblem(api.CodeForbidden, "this credential acts for its own user only")
	errInvalid = api.NewProblem(api.CodeCredentialInvalid, "")
)

// admit lets the caller in, or says why not: first who it is, then whose team it is, then what it may do, then
// whose things they are.
func (s *Server) admit(c *call) error {
	c.team = c.r.PathValue("team")
	if c.route.who&anyone != 0 {
		return nil
	}
	credential, err := bearer(c.r)
	if err != nil {
		return err
	}
	c.who, err = s.keys.Authenticate(c.r.Context(), credential)
	switch {
	case errors.Is(err, identity.ErrInvalid):
		return errInvalid
	case err != nil:
		return &unavailable{err}
	}
	if c.as, err = s.standing(c); err != nil {
		return err
	}
	switch {
	case c.team != "" && c.as != operator && c.who.Team != c.team:
		return errNoTeam
	case c.route.who&c.as == 0:
		return api.NewProblem(api.CodeForbidden, "")
	case c.as == user && c.r.PathValue("user") != "" && !c.isMe(c.r.PathValue("user")):
		return errNoUser
	}
	return nil
}

// standing is what kind of caller it is now. What a person may do is said by the team as it stands, on every server:
// the key of one who was removed, or of an admin who is none any more, is worth nothing.
func (s *Server) standing(c *call) (who, error) {
	switch c.who.Role {
	case identity.Operator:
		return operator, nil
	case identity.Reports:
		return reports, nil
	case identity.Product:
		return product, nil
	case identity.Admin:
		if c.who.User == "" {
			return secondary, nil
		}
	}
	role, err := s.person(c)
	switch {
	case err != nil:
		return 0, err
	case c.who.Role == identity.User && role != "":
		return user, nil
	case c.who.Role == identity.Admin && role == license.RolePrimaryAdmin:
		return primary, nil
	case c.who.Role == identity.Admin && role == license.RoleSecondaryAdmin:
		return secondary, nil
	}
	return 0, errInvalid
}

// person looks up whom the credential acts as; no role is nobody of the team.
func (s *Server) person(c *call) (role license.Role, err error) {
	_, err = s.desk.View(c.r.Context(), c.who.Team, func(v desk.View) error {
		role, c.me = "", journal.Person{}
		if u := v.Team.Users[c.who.User]; u != nil && u.Active {
			role, c.me = u.Role, v.Person(u.ID)
		}
		return nil
	})
	return role, err
}

// isMe says that an id or a mail address is that of the person whom the caller acts as.
func (c *call) isMe(idOrMail string) bool {
	return idOrMail == c.who.User || c.me.Email != "" && mailbox.Key(idOrMail) == mailbox.Key(c.me.Email)
}

// reach is which sessions and jobs are there for the caller.
func (c *call) reach() license.Reach {
	if c.as == user {
		return license.Reach{User: c.who.User}
	}
	return license.Reach{Products: c.who.Products}
}

// mine checks whom a body names: a user's key acts for its user, and needs to name nobody; all others have to. Whoever
// else is named is refused in the same words, whether they exist or not.
func (c *call) mine(named string) (string, error) {
	switch {
	case c.as != user && named == "":
		return "", invalid("/user", "is required")
	case c.as != user:
		return named, nil
	case named != "" && !c.isMe(named):
		return "", errNotMine
	}
	return c.who.User, nil
}

// maxCredential bounds a credential, in bytes.
const maxCredential = 512

// bearer is the credential of a request.
func bearer(r *http.Request) (string, error) {
	values := r.Header["Authorization"]
	if len(values) == 0 {
		return "", api.NewProblem(api.CodeCredentialMissing, "")
	}
	scheme, credential, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") || credential == "" {
		return "", api.NewProblem(api.CodeCredentialMissing, "send Authorization: Bearer and the credential")
	}
	if len(values) > 1 || len(credential) > maxCredential {
		return "", errInvalid
	}
	return credential, nil
}
