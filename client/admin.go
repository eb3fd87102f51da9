package client

import (
	"context"

	"github.com/daypass/daypass/api"
)

// Assign gives a user a product, a collection or flex.
func (c *Client) Assign(ctx context.Context, id, user, what string, r api.AssignmentRequest) (api.AssignmentAnswer, error) {
	return put[api.AssignmentAnswer](ctx, c, team(id, "users", user, "assignments", what), r)
}

// Unassign takes it away.
func (c *Client) Unassign(ctx context.Context, id, user, what string) (api.AssignmentAnswer, error) {
	return remove[api.AssignmentAnswer](ctx, c, team(id, "users", user, "assignments", what))
}

// SetUserFlex gives a user a list of products that tokens open, in place of the team's.
func (c *Client) SetUserFlex(ctx context.Context, id, user string, r api.UserFlexRequest) (api.Flex, error) {
	return put[api.Flex](ctx, c, team(id, "users", user, "flex"), r)
}

// GrantTrial lets a user use a product without seat or tokens, until an instant; one that is past ends it.
func (c *Client) GrantTrial(ctx context.Context, id, user, product string, r api.TrialRequest) (api.Trial, error) {
	return put[api.Trial](ctx, c, team(id, "users", user, "trials", product), r)
}

// EndTrial ends a trial at once.
func (c *Client) EndTrial(ctx context.Context, id, user, product string) (api.Trial, error) {
	return remove[api.Trial](ctx, c, team(id, "users", user, "trials", product))
}

// Trials lists the trials of a user, or of all when user is empty.
func (c *Client) Trials(ctx context.Context, id, user string, p Page) (api.List[api.Trial], error) {
	q := p.query()
	if user != "" {
		q.Set("user", user)
	}
	return get[api.List[api.Trial]](ctx, c, team(id, "trials"), q)
}

// Flex reads which products tokens open for those who have no list of their own.
func (c *Client) Flex(ctx context.Context, id string) (api.Flex, error) {
	return get[api.Flex](ctx, c, team(id, "flex"), nil)
}

// SetFlex replaces that list.
func (c *Client) SetFlex(ctx context.Context, id string, r api.FlexRequest) (api.Flex, error) {
	return put[api.Flex](ctx, c, team(id, "flex"), r)
}

// Limits reads the team's limits.
func (c *Client) Limits(ctx context.Context, id string) (api.List[api.Limit], error) {
	return get[api.List[api.Limit]](ctx, c, team(id, "limits"), nil)
}

// SetLimits replaces them.
func (c *Client) SetLimits(ctx context.Context, id string, r api.LimitsRequest) (api.List[api.Limit], error) {
	return put[api.List[api.Limit]](ctx, c, team(id, "limits"), r)
}

// Settings reads what the team can choose.
func (c *Client) Settings(ctx context.Context, id string) (api.Settings, error) {
	return get[api.Settings](ctx, c, team(id, "settings"), nil)
}

// SetSettings replaces it; what is left out takes its default.
func (c *Client) SetSettings(ctx context.Context, id string, r api.SettingsRequest) (api.Settings, error) {
	return put[api.Settings](ctx, c, team(id, "settings"), r)
}
