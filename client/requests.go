package client

import (
	"context"

	"github.com/daypass/daypass/api"
)

// RequestAccess asks for a product that a user may not open.
func (c *Client) RequestAccess(ctx context.Context, id string, r api.WishRequest) (api.Wish, error) {
	return post[api.Wish](ctx, c, team(id, "requests"), r)
}

// Requests lists the requests for access that the credential may see, of one state or of all.
func (c *Client) Requests(ctx context.Context, id string, state api.WishState, p Page) (api.List[api.Wish], error) {
	q := p.query()
	if state != "" {
		q.Set("state", string(state))
	}
	return get[api.List[api.Wish]](ctx, c, team(id, "requests"), q)
}

// Request reads one of them.
func (c *Client) Request(ctx context.Context, id, request string) (api.Wish, error) {
	return get[api.Wish](ctx, c, team(id, "requests", request), nil)
}

// Approve lets the user open what they asked for: for good, or for days or passes.
func (c *Client) Approve(ctx context.Context, id, request string, r api.ApproveRequest) (api.Wish, error) {
	return post[api.Wish](ctx, c, team(id, "requests", request, "approve"), r)
}

// Decline refuses a request, or takes an approval back.
func (c *Client) Decline(ctx context.Context, id, request, reason string) (api.Wish, error) {
	return post[api.Wish](ctx, c, team(id, "requests", request, "decline"), api.DeclineRequest{Reason: reason})
}
