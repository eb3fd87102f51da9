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
		From: license.Instant(*in.From), Until: license.Instant(*in.Until)})
	return api.Subscription{ID: in.ID, Product: in.Product, Collection: in.Collection, Kind: in.Kind, Seats: in.Seats,
		From: *in.From, Until: *in.Until, Position: pos}, err
}
