package server

import (
	"errors"
	"slices"
	"strings"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/license"
)

// leaseKeys are the public keys that leases verify with.
func (s *Server) leaseKeys(*call) (api.JWKS, error) { return s.jwks, nil }

func (s *Server) createKey(c *call, in api.KeyRequest) (api.APIKey, error) {
	pos, err := s.position(c)
	if err != nil {
		return api.APIKey{}, err
	}
	var until license.Instant
	if in.ExpiresAt != nil {
		if until = license.Instant(*in.ExpiresAt); until <= s.desk.Now() {
			return api.APIKey{}, invalid("/expires_at", "must be later than now")
		}
	}
	secret, key, err := s.keys.Create(c.r.Context(), c.team, in.ID, identity.Role(in.Role), until)
	if errors.Is(err, identity.ErrExists) {
		return api.APIKey{}, api.NewProblem(api.CodeAlreadyExists, "the secret of a key is shown once: make another one")
	}
	if err != nil {
		return api.APIKey{}, &unavailable{err}
	}
	out := keyOf(key)
	out.Secret, out.Position = secret, pos
	return out, nil
}

// position is the team's position; a team that is not there is an error.
func (s *Server) position(c *call) (int64, error) {
	return s.desk.View(c.r.Context(), c.team, func(desk.View) error { return nil })
}

func keyOf(k identity.Key) api.APIKey {
	return api.APIKey{ID: k.ID, Role: api.KeyRole(k.Role), CreatedAt: api.Instant(k.CreatedAt),
		ExpiresAt: instantOr(k.ExpiresAt), RevokedAt: instantOr(k.RevokedAt)}
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
	return page(c, keys, func(k identity.Key) string { return k.ID }, keyOf, pos)
}

// revokeKey ends a key with the next request; doing it again changes nothing.
func (s *Server) revokeKey(c *call) (api.APIKey, error) {
	pos, err := s.position(c)
	if err != nil {
		return api.APIKey{}, err
	}
	id := c.r.PathValue("key")
	if _, err := s.keys.Revoke(c.r.Context(), c.team, id); err != nil {
		return api.APIKey{}, &unavailable{err}
	}
	keys, err := s.keys.List(c.r.Context(), c.team)
	if err != nil {
		return api.APIKey{}, &unavailable{err}
	}
	i := slices.IndexFunc(keys, func(k identity.Key) bool { return k.ID == id })
	if i < 0 {
		return api.APIKey{}, api.NewProblem(api.CodeNotFound, "there is no such key")
	}
	out := keyOf(keys[i])
	out.Position = pos
	return out, nil
}
