package client

import (
	"testing"

	"github.com/daypass/daypass/api"
)

func withRequests(t *testing.T, c *Client) {
	ctx := t.Context()
	for _, id := range []string{"req-1", "req-2"} {
		product := map[string]string{"req-1": "revit", "req-2": "maya"}[id]
		if a := got[api.Wish](t)(c.RequestAccess(ctx, "acme", api.WishRequest{ID: id, User: "ann", Product: product})); a.State != api.WishOpen {
			t.Errorf("a new request is %+v", a)
		}
	}
	got[api.Wish](t)(c.Approve(ctx, "acme", "req-1", api.ApproveRequest{}))
	got[api.Wish](t)(c.Decline(ctx, "acme", "req-2", "there is another"))
	if a := got[api.Wish](t)(c.Request(ctx, "acme", "req-1")); a.State != api.WishApproved {
		t.Errorf("an approved request is %+v", a)
	}
	if a := got[api.List[api.Wish]](t)(c.Requests(ctx, "acme", api.WishDeclined, Page{})); len(a.Items) != 1 || a.Items[0].ID != "req-2" {
		t.Errorf("the declined requests are %+v", a.Items)
	}
}
