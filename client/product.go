package client

import (
	"context"

	"github.com/daypass/daypass/api"
)

// Open asks to open a product. The session's id is made before asking, see [NewID], and kept: the same
// again, however long after, gives the first answer.
func (c *Client) Open(ctx context.Context, id string, r api.SessionRequest) (api.SessionAnswer, error) {
	return post[api.SessionAnswer](ctx, c, team(id, "sessions"), r)
}

// OpenAll asks for up to a thousand sessions, each decided for itself and answered in order.
func (c *Client) OpenAll(ctx context.Context, id string, r api.BulkRequest) (api.BulkAnswer, error) {
	return post[api.BulkAnswer](ctx, c, team(id, "sessions", "bulk"), r)
}

// Renew keeps a session going; inside its pass that is free.
func (c *Client) Renew(ctx context.Context, id, session string, inUse bool) (api.SessionAnswer, error) {
	return post[api.SessionAnswer](ctx, c, team(id, "sessions", session, "renew"), api.RenewRequest{InUse: &inUse})
}

// CloseSession ends a session.
func (c *Client) CloseSession(ctx context.Context, id, session string) (api.CloseAnswer, error) {
	return post[api.CloseAnswer](ctx, c, team(id, "sessions", session, "close"), api.CloseRequest{})
}

// StartJob holds the tokens of a job, or quotes it.
func (c *Client) StartJob(ctx context.Context, id string, r api.JobRequest) (api.JobAnswer, error) {
	return post[api.JobAnswer](ctx, c, team(id, "jobs"), r)
}

// CompleteJob charges what a job made and returns the rest.
func (c *Client) CompleteJob(ctx context.Context, id, job string, made api.Quantity) (api.JobEndAnswer, error) {
	return post[api.JobEndAnswer](ctx, c, team(id, "jobs", job, "complete"), api.CompleteRequest{Quantity: &made})
}

// CancelJob gives a job up. Made is what it made before; nil is nothing.
func (c *Client) CancelJob(ctx context.Context, id, job string, made *api.Quantity) (api.JobEndAnswer, error) {
	return post[api.JobEndAnswer](ctx, c, team(id, "jobs", job, "cancel"), api.CancelRequest{Quantity: made})
}

// LeaseKeys reads the public keys that leases verify with.
func (c *Client) LeaseKeys(ctx context.Context) (api.Keys, error) {
	set, err := get[api.JWKS](ctx, c, at("keys"), nil)
	if err != nil {
		return nil, err
	}
	return set.Verifying()
}
