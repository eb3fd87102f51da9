package server

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/license"
)

// leaseKeys are the public keys that leases verify with.
func (s *Server) leaseKeys(*call) (api.JWKS, error) { return s.jwks, nil }

func (s *Server) createKey(c *call, in api.KeyRequest) (api.APIKey, error) {
	key := identity.Key{ID: in.ID, Role: identity.Role(in.Role), Products: in.Products, MadeBy: c.who.By()}
	pos, err := s.bind(c, &key, in)
	if err != nil {
		return api.APIKey{}, err
	}
	if err := c.mayHold(key); err != nil {
		return api.APIKey{}, err
	}
	if key.ExpiresAt, err = s.end(c, in.ExpiresAt); err != nil {
		return api.APIKey{}, err
	}
	return s.makeKey(c, key, pos)
}

// makeKey keeps a key, and tells its secret this once.
func (s *Server) makeKey(c *call, key identity.Key, pos int64) (api.APIKey, error) {
	secret, key, err := s.keys.Create(c.r.Context(), c.team, key)
	if errors.Is(err, identity.ErrExists) {
		return api.APIKey{}, api.NewProblem(api.CodeAlreadyExists, "the secret of a key is shown once: make another one")
	}
	if err != nil {
		return api.APIKey{}, &unavailable{err}
	}
	out := s.keyOf(key)
	out.Secret, out.Position = secret, pos
	return out, nil
}

// createOperatorKey makes another credential of the operator's.
func (s *Server) createOperatorKey(c *call, in api.OperatorKeyRequest) (api.APIKey, error) {
	until, err := s.end(c, in.ExpiresAt)
	if err != nil {
		return api.APIKey{}, err
	}
	return s.makeKey(c, identity.Key{ID: in.ID, Role: identity.Operator, ExpiresAt: until, MadeBy: c.who.By()}, 0)
}

func (s *Server) listOperatorKeys(c *call) (api.List[api.APIKey], error) { return s.listKeys(c) }
func (s *Server) revokeOperatorKey(c *call) (api.APIKey, error)          { return s.revokeKey(c) }
func (s *Server) rotateOperatorKey(c *call, in api.RotateRequest) (api.APIKey, error) {
	return s.rotateKey(c, in)
}

// bind finds what a key names in the team and in the catalogue, and says where the team stands.
func (s *Server) bind(c *call, key *identity.Key, in api.KeyRequest) (int64, error) {
	return s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		for i, code := range in.Products {
			if v.Catalog.Product(code) == nil {
				return invalid(at("/products", i), "is not in the catalogue")
			}
		}
		if in.User == "" {
			return nil
		}
		u := v.Team.Users[v.User(in.User)]
		switch {
		case u == nil || !u.Active:
			return invalid("/user", "is not a user of the team")
		case in.Role == api.KeyAdmin && !u.Administrates():
			return invalid("/user", "is not an admin of the team")
		}
		key.User = u.ID
		return nil
	})
}

// mayHold keeps callers from getting the secret of a key that can do what they cannot, or that acts as another admin.
// A key that names nobody makes no admins: who finds it could live on in another.
func (c *call) mayHold(key identity.Key) error {
	switch {
	case c.as == operator || key.Role != identity.Admin:
		return nil
	case c.who.User != "" && (key.User == "" || key.User == c.who.User):
		return nil
	}
	return api.NewProblem(api.CodeForbidden, "this credential cannot make or change such a key")
}

// end is when a key ends: not after the one that makes it.
func (s *Server) end(c *call, asked *api.Instant) (license.Instant, error) {
	if asked == nil {
		return c.who.Ends, nil
	}
	until := license.Instant(*asked)
	switch {
	case until <= s.desk.Now():
		return 0, invalid("/expires_at", "must be later than now")
	case c.who.Ends != 0 && until > c.who.Ends:
		return 0, invalid("/expires_at", "must not be later than the end of the key that makes it")
	}
	return until, nil
}

// position is the team's position; a team that is not there is an error. What is of no team has none.
func (s *Server) position(c *call) (int64, error) {
	if c.team == identity.NoTeam {
		return 0, nil
	}
	return s.desk.View(c.r.Context(), c.team, func(desk.View) error { return nil })
}

func (s *Server) keyOf(k identity.Key) api.APIKey {
	out := api.APIKey{ID: k.ID, Role: api.KeyRole(k.Role), User: k.User, Products: k.Products, MadeBy: k.MadeBy,
		CreatedAt: api.Instant(k.CreatedAt), ExpiresAt: instantOr(k.ExpiresAt), RevokedAt: instantOr(k.RevokedAt),
		LastUsedAt: instantOr(k.UsedAt)}
	if k.OldUntil > s.desk.Now() {
		out.OldUntil = instantOr(k.OldUntil)
	}
	return out
}

// instantOr is nil for an instant that is not set.
func instantOr(i license.Instant) *api.Instant {
	if i == 0 {
		return nil
	}
	out := api.Instant(i)
	return &out
}

func (s *Server) listKeys(c *call) (api.List[api.APIKey], error) {
	pos, err := s.position(c)
	if err != nil {
		return api.List[api.APIKey]{}, err
	}
	keys, err := s.keys.List(c.r.Context(), c.team)
	if err != nil {
		return api.List[api.APIKey]{}, &unavailable{err}
	}
	slices.SortFunc(keys, func(a, b identity.Key) int { return strings.Compare(a.ID, b.ID) })
	return page(c, keys, func(k identity.Key) string { return k.ID }, s.keyOf, pos)
}

// key reads one key of the team.
func (s *Server) key(c *call) (identity.Key, error) {
	id := c.r.PathValue("key")
	keys, err := s.keys.List(c.r.Context(), c.team)
	if err != nil {
		return identity.Key{}, &unavailable{err}
	}
	i := slices.IndexFunc(keys, func(k identity.Key) bool { return k.ID == id })
	if i < 0 {
		return identity.Key{}, errNoKey
	}
	return keys[i], nil
}

var errNoKey = api.NewProblem(api.CodeNotFound, "there is no such key")

// revokeKey ends a key with the next request; doing it again changes nothing. Any admin may, whatever the key can do:
// who finds a leaked one must be able to stop it.
func (s *Server) revokeKey(c *call) (api.APIKey, error) {
	pos, err := s.position(c)
	if err != nil {
		return api.APIKey{}, err
	}
	if _, err := s.keys.Revoke(c.r.Context(), c.team, c.r.PathValue("key")); err != nil {
		return api.APIKey{}, &unavailable{err}
	}
	key, err := s.key(c)
	if err != nil {
		return api.APIKey{}, err
	}
	out := s.keyOf(key)
	out.Position = pos
	return out, nil
}

// rotateKey gives a key a new secret, while the one before lives on for a while.
func (s *Server) rotateKey(c *call, in api.RotateRequest) (api.APIKey, error) {
	pos, err := s.position(c)
	if err != nil {
		return api.APIKey{}, err
	}
	key, err := s.key(c)
	if err != nil {
		return api.APIKey{}, err
	}
	if err := c.mayHold(key); err != nil {
		return api.APIKey{}, err
	}
	overlap := *cmp.Or(in.Overlap, new(api.DefaultOverlap))
	secret, key, err := s.keys.Rotate(c.r.Context(), c.team, key.ID, license.Instant(time.Duration(overlap).Milliseconds()))
	switch {
	case errors.Is(err, identity.ErrUnknown):
		return api.APIKey{}, errNoKey
	case errors.Is(err, identity.ErrEnded):
		return api.APIKey{}, api.NewProblem(api.CodeKeyEnded, "")
	case err != nil:
		return api.APIKey{}, &unavailable{err}
	}
	out := s.keyOf(key)
	out.Secret, out.Position = secret, pos
	return out, nil
}
