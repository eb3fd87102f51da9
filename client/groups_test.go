package client

import (
	"testing"

	"github.com/daypass/daypass/api"
)

func withGroups(t *testing.T, c *Client) {
	ctx := t.Context()
	got[api.Group](t)(c.MakeGroup(ctx, "acme", api.GroupRequest{ID: "cad", Name: "CAD"}))
	if a := got[api.MembersAnswer](t)(c.AddMembers(ctx, "acme", "cad", api.MembersRequest{Users: []string{"ben@acme.example", "ann"}})); a.Added != 2 || a.Members != 2 {
		t.Errorf("two joined: %+v", a)
	}
	if a := got[api.GroupAssignmentAnswer](t)(c.AssignGroup(ctx, "acme", "cad", api.WhatFlex, api.AssignmentRequest{})); !a.Assigned {
		t.Errorf("a group gives flex: %+v", a)
	}
	got[api.Group](t)(c.ChangeGroup(ctx, "acme", "cad", api.GroupChange{Name: "Drafting"}))
	if g := got[api.Group](t)(c.Group(ctx, "acme", "cad")); g.Name != "Drafting" || len(g.Gives) != 1 {
		t.Errorf("the group is %+v", g)
	}
	if a := got[api.List[api.Group]](t)(c.Groups(ctx, "acme", Page{})); len(a.Items) != 1 {
		t.Errorf("the groups are %+v", a)
	}
	if a := got[api.List[api.User]](t)(c.Members(ctx, "acme", "cad", Page{})); len(a.Items) != 2 || a.Items[0].ID != "ann" {
		t.Errorf("the members are %+v", a)
	}
	if a := got[api.MemberAnswer](t)(c.RemoveMember(ctx, "acme", "cad", "ann")); a.Member || a.User != "ann" {
		t.Errorf("who left is %+v", a)
	}
	has := got[api.UserAssignments](t)(c.Assignments(ctx, "acme", "ben"))
	if !has.Flex.Direct || len(has.Flex.Groups) != 1 || len(has.Products) == 0 {
		t.Errorf("ben has %+v", has)
	}
	got[api.GroupAssignmentAnswer](t)(c.UnassignGroup(ctx, "acme", "cad", api.WhatFlex))
	got[api.GroupRemoved](t)(c.RemoveGroup(ctx, "acme", "cad"))
}

func withSeats(t *testing.T, c *Client) {
	ctx := t.Context()
	got[api.AssignmentAnswer](t)(c.Assign(ctx, "acme", "ben", "revit", api.AssignmentRequest{}))
	for _, names := range [][2]string{{"ben", "ann"}, {"ann", "ben"}} {
		if a := got[api.MoveAssignmentAnswer](t)(c.MoveAssignment(ctx, "acme", names[0], "revit", api.MoveAssignmentRequest{To: names[1]})); a.To != names[1] {
			t.Errorf("the seat went to %+v", a)
		}
	}
	if a := got[api.List[api.SubscriptionStanding]](t)(c.Subscriptions(ctx, "acme", Page{})); len(a.Items) == 0 || a.Items[0].Assigned != 1 {
		t.Errorf("the subscriptions are %+v", a)
	}
	access := got[api.AccessAnswer](t)(c.Access(ctx, "acme", api.AccessRequest{Users: []string{"ben", "ann"}, Products: []string{"revit"}}))
	if len(access.Items) != 2 || access.Items[0].Code != api.CodeSeat || access.Items[1].Code != api.CodeFlexNotAssigned {
		t.Errorf("who may is %+v", access)
	}
	got[api.AssignmentAnswer](t)(c.Unassign(ctx, "acme", "ben", "revit"))
	if a := got[api.List[api.FloatingSeat]](t)(c.Floating(ctx, "acme", Page{})); len(a.Items) != 0 {
		t.Errorf("floating seats in use are %+v", a)
	}
	if a := got[api.FloatingSeat](t)(c.TakeFloating(ctx, "acme", "revit", "ben")); len(a.Sessions) != 0 || a.Until != nil {
		t.Errorf("what was not in use is %+v", a)
	}
}
