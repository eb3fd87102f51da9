package server

import (
	"cmp"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

func (s *Server) addSubscription(c *call, in api.SubscriptionRequest) (api.Subscription, error) {
	catalog, err := s.desk.Catalog(c.r.Context())
	if err != nil {
		return api.Subscription{}, err
	}
	if in.Product != "" && catalog.Product(in.Product) == nil {
		return api.Subscription{}, invalid("/product", "is not a product of the catalogue")
	}
	if in.Collection != "" && (!catalog.Sells(in.Collection) || catalog.Product(in.Collection) != nil) {
		return api.Subscription{}, invalid("/collection", "is not a collection of the catalogue")
	}
	s.seen(c, func(v desk.View) bool { return v.Team.Subscriptions[in.ID] != nil })
	pos, err := s.desk.AddSubscription(c.r.Context(), c.team, c.caller(), license.Subscription{ID: in.ID,
		What: cmp.Or(in.Product, in.Collection), Kind: license.SeatKind(in.Kind), Seats: in.Seats,
		From: license.Instant(*in.From), Until: license.Instant(*in.Until), OverAssign: in.OverAssign})
	return api.Subscription{ID: in.ID, Product: in.Product, Collection: in.Collection, Kind: in.Kind, Seats: in.Seats,
		From: *in.From, Until: *in.Until, OverAssign: in.OverAssign, Position: pos}, err
}

// listSubscriptions lists the subscriptions, each beside the seats that are owned and assigned.
func (s *Server) listSubscriptions(c *call) (out api.List[api.SubscriptionStanding], err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) (err error) {
		standing := func(st license.Standing) api.SubscriptionStanding { return standingOf(v, st) }
		out, err = page(c, v.Team.Standings(v.Now), func(st license.Standing) string { return st.ID }, standing, 0)
		return err
	})
	out.Position = pos
	return out, err
}

func standingOf(v desk.View, st license.Standing) api.SubscriptionStanding {
	out := api.SubscriptionStanding{Subscription: api.Subscription{ID: st.ID, Product: st.What, Kind: api.SubscriptionKind(st.Kind),
		Seats: st.Seats, From: api.Instant(st.From), Until: api.Instant(st.Until), OverAssign: st.OverAssign},
		Owned: st.Owned, Assigned: st.Assigned, OverAssigned: st.Over,
		Uncovered: append([]string{}, st.Uncovered[:min(len(st.Uncovered), api.MaxUncovered)]...)}
	if v.Catalog.Product(st.What) == nil {
		out.Product, out.Collection = "", st.What
	}
	return out
}
