package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/daypass/daypass/api"
)

// AddUser adds a person to a team.
func (c *Client) AddUser(ctx context.Context, id string, r api.UserRequest) (api.User, error) {
	k := call{method: http.MethodPost, path: team(id, "users"), body: r}
	if r.ID == "" {
		k.key = NewID("add-")
	}
	return send[api.User](ctx, c, k)
}

// Users lists the people of a team.
func (c *Client) Users(ctx context.Context, id string, p Page) (api.List[api.User], error) {
	return get[api.List[api.User]](ctx, c, team(id, "users"), p.query())
}

// User reads one of them, by id or mail address.
func (c *Client) User(ctx context.Context, id, user string) (api.User, error) {
	return get[api.User](ctx, c, team(id, "users", user), nil)
}

// ChangeRole makes a person a user, a guest or a secondary admin.
func (c *Client) ChangeRole(ctx context.Context, id, user string, r api.RoleRequest) (api.User, error) {
	return put[api.User](ctx, c, team(id, "users", user, "role"), r)
}

// HandOver makes a secondary admin the primary one, and the primary one a secondary.
func (c *Client) HandOver(ctx context.Context, id string, r api.HandOverRequest) (api.Team, error) {
	return post[api.Team](ctx, c, team(id, "hand-over"), r)
}

// RemoveUser takes a person out of a team.
func (c *Client) RemoveUser(ctx context.Context, id, user string) (api.User, error) {
	return remove[api.User](ctx, c, team(id, "users", user))
}

// Import says how a list of people is taken in.
type Import struct {
	DryRun bool
	// Assign is given to everyone on the list: a product, a collection or flex; empty: nothing.
	Assign string
}

// ImportUsers takes in people from a table with a heading row: all, or none when a row is wrong.
func (c *Client) ImportUsers(ctx context.Context, id string, csv []byte, o Import) (api.ImportAnswer, error) {
	q := url.Values{}
	if o.DryRun {
		q.Set("dry_run", "true")
	}
	if o.Assign != "" {
		q.Set("assign", o.Assign)
	}
	return send[api.ImportAnswer](ctx, c, call{method: http.MethodPost, path: team(id, "users", "import"),
		query: q, csv: append([]byte{}, csv...), key: NewID("import-")})
}
