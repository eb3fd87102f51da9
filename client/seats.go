package client

import (
	"context"
	"net/http"

	"github.com/daypass/daypass/api"
)

// Subscriptions lists a team's subscriptions, each beside the seats owned and assigned.
func (c *Client) Subscriptions(ctx context.Context, id string, p Page) (api.List[api.SubscriptionStanding], error) {
	return get[api.List[api.SubscriptionStanding]](ctx, c, team(id, "subscriptions"), p.query())
}

// MoveAssignment moves what a user has to another.
func (c *Client) MoveAssignment(ctx context.Context, id, user, what string, r api.MoveAssignmentRequest) (api.MoveAssignmentAnswer, error) {
	return post[api.MoveAssignmentAnswer](ctx, c, team(id, "users", user, "assignments", what, "move"), r)
}

// Assignments reads all that a user has, and why.
func (c *Client) Assignments(ctx context.Context, id, user string) (api.UserAssignments, error) {
	return get[api.UserAssignments](ctx, c, team(id, "users", user, "assignments"), nil)
}

// Floating lists who has which floating seat in use.
func (c *Client) Floating(ctx context.Context, id string, p Page) (api.List[api.FloatingSeat], error) {
	return get[api.List[api.FloatingSeat]](ctx, c, team(id, "floating"), p.query())
}

// TakeFloating frees a floating seat that a user has in use.
func (c *Client) TakeFloating(ctx context.Context, id, what, user string) (api.FloatingSeat, error) {
	return send[api.FloatingSeat](ctx, c, call{method: http.MethodPost, path: team(id, "floating", what, user, "take"), key: NewID("take-")})
}

// Access asks which of some users may open which of some products.
func (c *Client) Access(ctx context.Context, id string, r api.AccessRequest) (api.AccessAnswer, error) {
	return post[api.AccessAnswer](ctx, c, team(id, "access"), r)
}
