package client

import (
	"testing"

	"github.com/daypass/daypass/api"
)

func withRequests(t *testing.T, c *Client) {
	ctx := t.Context()
	asked := got[api.Wish](t)(c.RequestAccess(ctx, "acme", api.WishRequest{ID: "wish-1", User: "ann", Product: "maya", Reason: "a film"}))
	if a := got[api.List[api.Wish]](t)(c.Requests(ctx, "acme", asked.State, Page{})); len(a.Items) != 1 || a.Items[0].ID != "wish-1" {
		t.Errorf("the requests are %+v", a)
	}
	approved := got[api.Wish](t)(c.Approve(ctx, "acme", "wish-1", api.ApproveRequest{}))
	declined := got[api.Wish](t)(c.Decline(ctx, "acme", "wish-1", "the film is over"))
	if w := got[api.Wish](t)(c.Request(ctx, "acme", "wish-1")); w.State != declined.State || approved.State == asked.State || approved.State == declined.State {
		t.Errorf("the request went from %s over %s to %s, and is %s", asked.State, approved.State, declined.State, w.State)
	}
}
