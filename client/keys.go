package client

import (
	"context"
	"net/http"

	"github.com/daypass/daypass/api"
)

// CreateKey makes a credential. Its secret is told once, so it is not sent again after a broken line.
func (c *Client) CreateKey(ctx context.Context, id string, r api.KeyRequest) (api.APIKey, error) {
	return send[api.APIKey](ctx, c, call{method: http.MethodPost, path: team(id, "keys"), body: r, once: true})
}

// RotateKey gives a credential a new secret, while the one before lives on for a while. An answer that is lost can be
// asked for again.
func (c *Client) RotateKey(ctx context.Context, id, key string, r api.RotateRequest) (api.APIKey, error) {
	return post[api.APIKey](ctx, c, team(id, "keys", key, "rotate"), r)
}

// Keys lists the credentials of a team, without their secrets.
func (c *Client) Keys(ctx context.Context, id string, p Page) (api.List[api.APIKey], error) {
	return get[api.List[api.APIKey]](ctx, c, team(id, "keys"), p.query())
}

// RevokeKey ends a credential with the next request.
func (c *Client) RevokeKey(ctx context.Context, id, key string) (api.APIKey, error) {
	return remove[api.APIKey](ctx, c, team(id, "keys", key))
}
