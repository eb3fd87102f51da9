package api

// FloatingSeat is a floating seat that a user has in use: one, for all that it covers. Taken away, it is free at once
// while leases that are out run to their end (R6.5).
type FloatingSeat struct {
	What     string            `json:"what"` // code of a product or collection
	User     string            `json:"user"` // id
	Since    *Instant          `json:"since"`
	Until    *Instant          `json:"until"`    // when the last lease that is out ends; null: nothing was in use
	Sessions []FloatingSession `json:"sessions"` // in which it is in use
	Position int64             `json:"position,omitzero"`
}

// FloatingSession is a session that a floating seat pays for.
type FloatingSession struct {
	Session string  `json:"session"`
	Product string  `json:"product"`
	Device  string  `json:"device,omitzero"`
	Since   Instant `json:"since"`
	Until   Instant `json:"until"` // end of its lease
}
