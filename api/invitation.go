package api

// InvitationState is what became of an invitation.
type InvitationState string

// The states of an invitation.
const (
	InvitationPending  InvitationState = "pending"
	InvitationAccepted InvitationState = "accepted"
	InvitationExpired  InvitationState = "expired" // it can be sent again
)

// Invitation is the latest that a user was sent (R8.4). Nothing that a user may do depends on it.
type Invitation struct {
	State      InvitationState `json:"state"`
	SentAt     Instant         `json:"sent_at"`
	ExpiresAt  Instant         `json:"expires_at"`           // seven days after it was sent
	AcceptedAt *Instant        `json:"accepted_at,omitzero"` // absent: not
}

// InvitationRequest is the body of sending an invitation again, which says nothing. The body may be left out.
type InvitationRequest struct{}

// Validate finds nothing wrong.
func (InvitationRequest) Validate() []FieldError { return nil }

// maxCode bounds the code of an invitation, in bytes.
const maxCode = 200

// AcceptRequest accepts an invitation.
type AcceptRequest struct {
	Code string `json:"code"` // as the mail has it
}

// Validate checks the form of the code.
func (r AcceptRequest) Validate() []FieldError {
	var c checks
	c.given(r.Code != "", "/code")
	if r.Code != "" {
		c.check("/code", checkText(r.Code, maxCode))
	}
	return c
}

// Accepted says who has accepted an invitation to which team.
type Accepted struct {
	Team     string `json:"team"` // id
	User     string `json:"user"` // id
	Position int64  `json:"position"`
}
