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
	return api.SubscriptionStanding{Subscription: subscriptionOf(v.Catalog, st.Subscription), Owned: st.Owned, Assigned: st.Assigned, OverAssigned: st.Over,
		Uncovered: append([]string{}, st.Uncovered[:min(len(st.Uncovered), api.MaxUncovered)]...)}
}

func subscriptionOf(cat *license.Catalog, s license.Subscription) api.Subscription {
	out := api.Subscription{ID: s.ID, Kind: api.SubscriptionKind(s.Kind), Seats: s.Seats, From: api.Instant(s.From),
		Until: api.Instant(s.Until), OverAssign: s.OverAssign, Traded: s.Traded}
	if out.Product = s.What; cat.Product(s.What) == nil && cat.Sells(s.What) {
		out.Product, out.Collection = "", s.What
	}
	if s.Trade != nil {
		out.Trade = &api.Trade{Subscription: s.Trade.From, Seats: s.Trade.Seats}
	}
	return out
}

func (s *Server) tradeIn(c *call, in api.TradeRequest) (out api.Subscription, err error) {
	s.seen(c, func(v desk.View) bool { return v.Team.Subscriptions[in.ID] != nil })
	gained, pos, err := s.desk.TradeIn(c.r.Context(), c.team, license.TradeIn{Caller: c.caller(), ID: in.ID,
		From: c.r.PathValue("subscription"), Seats: in.Seats, To: cmp.Or(license.TradeTo(in.To), license.TradeToSingleUser)})
	if err != nil {
		return out, err
	}
	catalog, err := s.desk.Catalog(c.r.Context())
	if err != nil {
		return out, err
	}
	out = subscriptionOf(catalog, gained)
	out.Position = pos
	return out, nil
}
