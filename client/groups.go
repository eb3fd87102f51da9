package client

import (
	"context"
	"net/http"

	"github.com/daypass/daypass/api"
)

// MakeGroup makes a group.
func (c *Client) MakeGroup(ctx context.Context, id string, r api.GroupRequest) (api.Group, error) {
	return post[api.Group](ctx, c, team(id, "groups"), r)
}

// Groups lists the groups of a team.
func (c *Client) Groups(ctx context.Context, id string, p Page) (api.List[api.Group], error) {
	return get[api.List[api.Group]](ctx, c, team(id, "groups"), p.query())
}

// Group reads one of them.
func (c *Client) Group(ctx context.Context, id, group string) (api.Group, error) {
	return get[api.Group](ctx, c, team(id, "groups", group), nil)
}

// ChangeGroup gives a group another name.
func (c *Client) ChangeGroup(ctx context.Context, id, group string, r api.GroupChange) (api.Group, error) {
	return put[api.Group](ctx, c, team(id, "groups", group), r)
}

// RemoveGroup ends a group and what only it gave.
func (c *Client) RemoveGroup(ctx context.Context, id, group string) (api.GroupRemoved, error) {
	return remove[api.GroupRemoved](ctx, c, team(id, "groups", group))
}

// Members lists the users of a group.
func (c *Client) Members(ctx context.Context, id, group string, p Page) (api.List[api.User], error) {
	return get[api.List[api.User]](ctx, c, team(id, "groups", group, "members"), p.query())
}

// AddMembers puts users into a group, all or none.
func (c *Client) AddMembers(ctx context.Context, id, group string, r api.MembersRequest) (api.MembersAnswer, error) {
	return send[api.MembersAnswer](ctx, c, call{method: http.MethodPost, path: team(id, "groups", group, "members"),
		body: r, key: NewID("join-")})
}

// RemoveMember takes a user out of a group, and from them what only it gave.
func (c *Client) RemoveMember(ctx context.Context, id, group, user string) (api.MemberAnswer, error) {
	return remove[api.MemberAnswer](ctx, c, team(id, "groups", group, "members", user))
}

// AssignGroup gives all of a group a product, a collection or flex.
func (c *Client) AssignGroup(ctx context.Context, id, group, what string, r api.AssignmentRequest) (api.GroupAssignmentAnswer, error) {
	return put[api.GroupAssignmentAnswer](ctx, c, team(id, "groups", group, "assignments", what), r)
}

// UnassignGroup takes away what a group gives.
func (c *Client) UnassignGroup(ctx context.Context, id, group, what string) (api.GroupAssignmentAnswer, error) {
	return remove[api.GroupAssignmentAnswer](ctx, c, team(id, "groups", group, "assignments", what))
}
