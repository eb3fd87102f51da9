package api

// SubscriptionKind says who may use its seats.
type SubscriptionKind string

const (
	SingleUser SubscriptionKind = "single_user" // one assigned user each
	MultiUser  SubscriptionKind = "multi_user"  // floating: any assigned user, as many at once as seats
)

// MaxSeats is the most seats that one subscription can have.
const MaxSeats = 1_000_000

// SubscriptionRequest buys seats of a product or of a collection, for a term [From, Until).
type SubscriptionRequest struct {
	ID         string           `json:"id"`
	Product    string           `json:"product,omitzero"`    // either this
	Collection string           `json:"collection,omitzero"` // or this
	Kind       SubscriptionKind `json:"kind"`
	Seats      int              `json:"seats"` // 1 to MaxSeats
	From       *Instant         `json:"from"`
	Until      *Instant         `json:"until"` // after From
	// OverAssign lets a term begin with fewer single-user seats than are assigned: those who were assigned last are
	// then not covered. Otherwise such a term is refused.
	OverAssign bool `json:"over_assign,omitzero"`
}

// Validate checks each field and that the term has a length.
func (r SubscriptionRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	checkTarget(&c, r.Product, r.Collection)
	oneOf(&c, "/kind", r.Kind, SingleUser, MultiUser)
	c.must(1 <= r.Seats && r.Seats <= MaxSeats, "/seats", "must be between 1 and 1000000")
	c.given(r.From != nil, "/from")
	c.given(r.Until != nil, "/until")
	if r.From != nil && r.Until != nil {
		c.must(*r.From < *r.Until, "/until", "must be after from")
	}
	return c
}

// checkTarget wants exactly one of product and collection.
func checkTarget(c *checks, product, collection string) {
	c.must((product == "") != (collection == ""), "", "must have either product or collection")
	c.optional("/product", product, CheckID)
	c.optional("/collection", collection, CheckID)
}

// Subscription is a subscription as it was bought, or made by a trade.
type Subscription struct {
	ID         string           `json:"id"`
	Product    string           `json:"product,omitzero"`
	Collection string           `json:"collection,omitzero"`
	Kind       SubscriptionKind `json:"kind"`
	Seats      int              `json:"seats"`
	From       Instant          `json:"from"`
	Until      Instant          `json:"until"`
	OverAssign bool             `json:"over_assign,omitzero"` // it was said that more may be assigned than there are
	Traded     int              `json:"traded,omitzero"`      // of its seats, those that were traded in (R8.10)
	Trade      *Trade           `json:"trade,omitzero"`       // what it was made of; absent: it was bought
	Position   int64            `json:"position,omitzero"`    // absent inside a list
}

// MaxUncovered is how many users a subscription names who are not covered.
const MaxUncovered = 100

// SubscriptionStanding is a subscription beside all seats of its kind of the same product or collection, and who is
// assigned to them: now, or of a term that is to come at its beginning.
type SubscriptionStanding struct {
	Subscription
	Owned        int      `json:"owned"`         // seats in term, of all subscriptions together
	Assigned     int      `json:"assigned"`      // users
	OverAssigned int      `json:"over_assigned"` // users assigned to a single-user seat that is not there
	Uncovered    []string `json:"uncovered"`     // ids of these users, up to MaxUncovered: the last to be assigned
}
