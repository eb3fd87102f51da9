package client

import (
	"context"
	"net/http"

	"github.com/daypass/daypass/api"
)

// Ready asks whether the server can decide now. When it cannot, the error says why.
func (c *Client) Ready(ctx context.Context) (api.Health, error) {
	return get[api.Health](ctx, c, "/readyz", nil)
}

// Clock asks for the server's instant.
func (c *Client) Clock(ctx context.Context) (api.Clock, error) {
	return get[api.Clock](ctx, c, at("clock"), nil)
}

// MoveClock moves a virtual clock. Moving on by a duration is not sent twice.
func (c *Client) MoveClock(ctx context.Context, r api.ClockRequest) (api.Clock, error) {
	return send[api.Clock](ctx, c, call{method: http.MethodPost, path: at("clock"), body: r, once: r.Advance != nil})
}

// Catalog reads the catalogue in force.
func (c *Client) Catalog(ctx context.Context) (api.Catalog, error) {
	return get[api.Catalog](ctx, c, at("catalog"), nil)
}

// SetCatalog replaces the catalogue.
func (c *Client) SetCatalog(ctx context.Context, r api.Catalog) (api.Catalog, error) {
	return put[api.Catalog](ctx, c, at("catalog"), r)
}

// CreateOperatorKey makes another credential of the operator's. Its secret is told once, so it is not sent again after a
// broken line.
func (c *Client) CreateOperatorKey(ctx context.Context, r api.OperatorKeyRequest) (api.APIKey, error) {
	return send[api.APIKey](ctx, c, call{method: http.MethodPost, path: at("operator", "keys"), body: r, once: true})
}

// OperatorKeys lists the operator's keys, without their secrets.
func (c *Client) OperatorKeys(ctx context.Context, p Page) (api.List[api.APIKey], error) {
	return get[api.List[api.APIKey]](ctx, c, at("operator", "keys"), p.query())
}

// RotateOperatorKey gives a key of the operator's a new secret, while the one before lives on for a while.
func (c *Client) RotateOperatorKey(ctx context.Context, key string, r api.RotateRequest) (api.APIKey, error) {
	return post[api.APIKey](ctx, c, at("operator", "keys", key, "rotate"), r)
}

// RevokeOperatorKey ends a key of the operator's with the next request.
func (c *Client) RevokeOperatorKey(ctx context.Context, key string) (api.APIKey, error) {
	return remove[api.APIKey](ctx, c, at("operator", "keys", key))
}

// CreateTeam makes a team.
func (c *Client) CreateTeam(ctx context.Context, r api.TeamRequest) (api.Team, error) {
	return post[api.Team](ctx, c, at("teams"), r)
}

// Teams lists the teams.
func (c *Client) Teams(ctx context.Context, p Page) (api.List[api.Team], error) {
	return get[api.List[api.Team]](ctx, c, at("teams"), p.query())
}

// Team reads one team.
func (c *Client) Team(ctx context.Context, id string) (api.Team, error) {
	return get[api.Team](ctx, c, team(id), nil)
}

// SuspendTeam lets a team open nothing any more, until ResumeTeam.
func (c *Client) SuspendTeam(ctx context.Context, id string, r api.SuspendRequest) (api.Team, error) {
	return post[api.Team](ctx, c, team(id, "suspend"), r)
}

// ResumeTeam lets a suspended team go on.
func (c *Client) ResumeTeam(ctx context.Context, id string, r api.SuspendRequest) (api.Team, error) {
	return post[api.Team](ctx, c, team(id, "resume"), r)
}

// Plans reads what the plans unlock.
func (c *Client) Plans(ctx context.Context) (api.PlanTable, error) {
	return get[api.PlanTable](ctx, c, at("plans"), nil)
}

// SetPlans replaces what the plans unlock.
func (c *Client) SetPlans(ctx context.Context, r api.PlanTableRequest) (api.PlanTable, error) {
	return put[api.PlanTable](ctx, c, at("plans"), r)
}

// Plan reads a team's plan, and why it is in force.
func (c *Client) Plan(ctx context.Context, id string) (api.TeamPlan, error) {
	return get[api.TeamPlan](ctx, c, team(id, "plan"), nil)
}

// ChangePlan orders another plan.
func (c *Client) ChangePlan(ctx context.Context, id string, r api.PlanRequest) (api.TeamPlan, error) {
	return put[api.TeamPlan](ctx, c, team(id, "plan"), r)
}

// TradeIn trades seats of a multi-user subscription for single-user ones.
func (c *Client) TradeIn(ctx context.Context, id, subscription string, r api.TradeRequest) (api.Subscription, error) {
	return post[api.Subscription](ctx, c, team(id, "subscriptions", subscription, "trade-in"), r)
}

// AddSubscription adds seats for a term.
func (c *Client) AddSubscription(ctx context.Context, id string, r api.SubscriptionRequest) (api.Subscription, error) {
	return post[api.Subscription](ctx, c, team(id, "subscriptions"), r)
}
