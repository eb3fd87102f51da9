package api

// MaxPack is the largest pack, grant or withdrawal: 10^9 tokens.
const MaxPack = Tokens(1_000_000_000 * Whole)

// PackRequest buys one pack of any whole size (R3.1).
type PackRequest struct {
	ID   string `json:"id"`
	Size Tokens `json:"size"` // whole tokens, 1 to MaxPack
}

// Validate checks id and size.
func (r PackRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	checkSize(&c, "/size", r.Size)
	return c
}

func checkSize(c *checks, path string, size Tokens) {
	c.must(size.IsWhole() && size >= Whole && size <= MaxPack, path, "must be a whole number between 1 and 10^9")
}

// GrantRequest gives a team tokens that nobody bought, as a pack of that id (R3.8).
type GrantRequest struct {
	ID     string `json:"id"`     // of the pack that is made
	Tokens Tokens `json:"tokens"` // more than 0
	Reason string `json:"reason"` // one line, for the ledger
}

// Validate checks each field.
func (r GrantRequest) Validate() []FieldError {
	return checkMove(r.ID, r.Tokens, r.Reason)
}

// WithdrawRequest takes tokens out of a pack, up to what is left in it (R3.8).
type WithdrawRequest struct {
	ID     string `json:"id"`     // of the withdrawal, the caller's
	Tokens Tokens `json:"tokens"` // more than 0
	Reason string `json:"reason"` // one line, for the ledger
}

// Validate checks each field.
func (r WithdrawRequest) Validate() []FieldError {
	return checkMove(r.ID, r.Tokens, r.Reason)
}

// MoveRequest moves tokens to another team; each part keeps the expiry of the pack it comes from (R3.8).
type MoveRequest struct {
	ID     string `json:"id"`     // of the movement, the caller's
	To     string `json:"to"`     // the team that gets them
	Tokens Tokens `json:"tokens"` // more than 0
	Reason string `json:"reason"` // one line, for both ledgers
}

// Validate checks each field.
func (r MoveRequest) Validate() []FieldError {
	var c checks
	c.nest("", checkMove(r.ID, r.Tokens, r.Reason))
	c.check("/to", CheckTeamID(r.To))
	return c
}

// MoveAnswer is the answer to moving tokens.
type MoveAnswer struct {
	ID       string `json:"id"`
	To       string `json:"to"`
	Tokens   Tokens `json:"tokens"`
	Position int64  `json:"position"` // of the team that they left
}

func checkMove(id string, tokens Tokens, reason string) []FieldError {
	var c checks
	c.check("/id", CheckID(id))
	c.must(tokens > 0 && tokens <= MaxPack, "/tokens", "must be more than 0 and at most 10^9")
	c.reason("/reason", reason)
	return c
}

// Pack is a pack as it stands now. What is neither left, expired nor withdrawn was drawn (R3.7).
type Pack struct {
	ID        string  `json:"id"`
	Size      Tokens  `json:"size"`       // what was bought or granted
	Left      Tokens  `json:"left"`       // what can still be drawn; 0 once expired
	BoughtAt  Instant `json:"bought_at"`  // draws from this instant on
	ExpiresAt Instant `json:"expires_at"` // and before this one (R3.2)
	Expired   Tokens  `json:"expired"`    // what was left when it expired
	Withdrawn Tokens  `json:"withdrawn"`
	Origin    Origin  `json:"origin"`
	Reason    string  `json:"reason,omitzero"` // why it was granted or moved here
}

// Origin says how a pack came to the team.
type Origin string

const (
	OriginBought  Origin = "bought"
	OriginGranted Origin = "granted" // by the operator (R3.8)
	OriginMoved   Origin = "moved"   // from another team (R3.8)
)

// PackAnswer is the answer to buying, granting and withdrawing.
type PackAnswer struct {
	Pack
	Position int64 `json:"position"`
}

// Balance is the team's account: Bought = Available + Held + Used + Expired + Withdrawn.
type Balance struct {
	Available Tokens `json:"available"` // can be spent now
	Held      Tokens `json:"held"`      // by jobs that run (R7.2)
	Used      Tokens `json:"used"`
	Expired   Tokens `json:"expired"`
	Bought    Tokens `json:"bought"` // and granted
	Withdrawn Tokens `json:"withdrawn"`
	Packs     []Pack `json:"packs"` // in the order in which they are drawn (R3.3), expired ones last
	Position  int64  `json:"position"`
}
