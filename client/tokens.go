package client

import (
	"context"
	"strings"

	"github.com/daypass/daypass/api"
)

// BuyPack adds a pack to a team. The id is the order's: the same again adds nothing.
func (c *Client) BuyPack(ctx context.Context, id string, r api.PackRequest) (api.PackAnswer, error) {
	return post[api.PackAnswer](ctx, c, team(id, "packs"), r)
}

// Grant gives a team tokens that nobody bought.
func (c *Client) Grant(ctx context.Context, id string, r api.GrantRequest) (api.PackAnswer, error) {
	return post[api.PackAnswer](ctx, c, team(id, "grants"), r)
}

// Withdraw takes tokens out of a pack.
func (c *Client) Withdraw(ctx context.Context, id, pack string, r api.WithdrawRequest) (api.PackAnswer, error) {
	return post[api.PackAnswer](ctx, c, team(id, "packs", pack, "withdraw"), r)
}

// Move moves tokens to another team.
func (c *Client) Move(ctx context.Context, id string, r api.MoveRequest) (api.MoveAnswer, error) {
	return post[api.MoveAnswer](ctx, c, team(id, "moves"), r)
}

// Balance reads the team's tokens.
func (c *Client) Balance(ctx context.Context, id string) (api.Balance, error) {
	return get[api.Balance](ctx, c, team(id, "balance"), nil)
}

// Ledger reads the team's entries, oldest first.
func (c *Client) Ledger(ctx context.Context, id string, p Page) (api.List[api.Entry], error) {
	return get[api.List[api.Entry]](ctx, c, team(id, "ledger"), p.query())
}

// LedgerOf reads the team's entries of some kinds. A page may have fewer than its limit, or none, and yet a next.
func (c *Client) LedgerOf(ctx context.Context, id string, kinds []string, p Page) (api.List[api.Entry], error) {
	q := p.query()
	q.Set("kind", strings.Join(kinds, ","))
	return get[api.List[api.Entry]](ctx, c, team(id, "ledger"), q)
}
