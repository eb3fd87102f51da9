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

// Usage reads what a user has used lately.
func (c *Client) Usage(ctx context.Context, id, user string) (api.Usage, error) {
	return get[api.Usage](ctx, c, team(id, "users", user, "usage"), nil)
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

// Import says how people are taken in.
type Import struct {
	DryRun bool
	// Assign is given to everyone: a product, a collection or flex; empty: nothing.
	Assign string
	// Charset is how the text is encoded; empty leaves it to the server to find out.
	Charset string
}

// ImportUsers takes in people from a CSV table with a heading row: all, or none when a row is wrong.
func (c *Client) ImportUsers(ctx context.Context, id string, csv []byte, o Import) (api.ImportAnswer, error) {
	return c.importAs(ctx, id, "text/csv", csv, o)
}

// ImportList takes in people from a list as people type it and mail programs copy it: Name <mail>; Name <mail>.
func (c *Client) ImportList(ctx context.Context, id, list string, o Import) (api.ImportAnswer, error) {
	return c.importAs(ctx, id, "text/plain", []byte(list), o)
}

func (c *Client) importAs(ctx context.Context, id, media string, body []byte, o Import) (api.ImportAnswer, error) {
	if len(body) > api.MaxImport { // a server would hang up on it
		return api.ImportAnswer{}, api.NewProblem(api.CodeBodyTooLarge, "people are sent in files of up to 8 MiB")
	}
	q := url.Values{}
	if o.DryRun {
		q.Set("dry_run", "true")
	}
	if o.Assign != "" {
		q.Set("assign", o.Assign)
	}
	if o.Charset != "" {
		media += "; charset=" + o.Charset
	}
	return send[api.ImportAnswer](ctx, c, call{method: http.MethodPost, path: team(id, "users", "import"),
		query: q, raw: append([]byte{}, body...), media: media, key: NewID("import-")})
}

// ExportUsers returns all people of a team as a CSV table that a spreadsheet can open.
func (c *Client) ExportUsers(ctx context.Context, id string) ([]byte, error) {
	return c.do(ctx, call{method: http.MethodGet, path: team(id, "users.csv"), accept: "text/csv"})
}

// InviteUser sends a person an invitation again; the one before is worth nothing then.
func (c *Client) InviteUser(ctx context.Context, id, user string) (api.User, error) {
	return send[api.User](ctx, c, call{method: http.MethodPost, path: team(id, "users", user, "invitation"), key: NewID("invite-")})
}

// AcceptInvitation accepts an invitation by the code that the mail has. It needs no credential.
func (c *Client) AcceptInvitation(ctx context.Context, code string) (api.Accepted, error) {
	return send[api.Accepted](ctx, c, call{method: http.MethodPost, path: "/v1/invitations/accept",
		body: api.AcceptRequest{Code: code}, key: NewID("accept-")})
}
