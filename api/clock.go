package api

// Health is the answer of GET /healthz and GET /readyz.
type Health struct {
	Status string `json:"status"` // "ok" or "ready"
}

// Clock is the answer of GET and POST /v1/clock.
type Clock struct {
	Now Instant `json:"now"`
}

// ClockRequest moves a virtual clock: to an instant, or forward by a duration. Exactly one is
// given. The clock never goes backwards (R1.3); advancing by 0 leaves it.
type ClockRequest struct {
	Now     *Instant  `json:"now,omitzero"`
	Advance *Duration `json:"advance,omitzero"`
}

// Validate wants one of the two.
func (r ClockRequest) Validate() []FieldError {
	var c checks
	c.must((r.Now == nil) != (r.Advance == nil), "", "must have either now or advance")
	return c
}
