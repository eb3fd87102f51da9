package server

import (
	"errors"
	"net/http"
	"strings"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/identity"
)

// who is a set of roles that may call a route.
type who uint8

const (
	anyone   who = 1 << iota // no credential is needed
	operator                 // every team
	admin                    // own team
	reports                  // own team
	product                  // own team
)

// roles are the roles of credentials.
var roles = []struct {
	who  who
	role identity.Role
}{
	{operator, identity.Operator},
	{admin, identity.Admin},
	{reports, identity.Reports},
	{product, identity.Product},
}

func (w who) has(role identity.Role) bool {
	for _, r := range roles {
		if r.role == role {
			return w&r.who != 0
		}
	}
	return false
}

// errNoTeam answers for a team that is not there and for one that is somebody else's: the desk has the same
// words for the first.
var errNoTeam = api.NewProblem(api.CodeNotFound, "there is no such team")

// admit lets the caller in, or says why not: first who it is, then whose team it is, then what it may do.
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
		return api.NewProblem(api.CodeCredentialInvalid, "")
	case err != nil:
		return &unavailable{err}
	case c.team != "" && c.who.Role != identity.Operator && c.who.Team != c.team:
		return errNoTeam
	case !c.route.who.has(c.who.Role):
		return api.NewProblem(api.CodeForbidden, "")
	}
	return nil
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
		return "", api.NewProblem(api.CodeCredentialInvalid, "")
	}
	return credential, nil
}
