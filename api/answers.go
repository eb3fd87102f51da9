package api

// Outcome says whether a session or job may go on. A refusal is an answer, not an error (R4).
type Outcome string

const (
	OutcomeGranted Outcome = "granted"
	OutcomeRefused Outcome = "refused"
	OutcomeError   Outcome = "error" // only in a bulk answer: this item has the problem that Code names
)

// Source says what covers a pass (R4).
type Source string

const (
	SourceFree   Source = "free"
	SourceSeat   Source = "seat" // single-user or floating
	SourceTrial  Source = "trial"
	SourceTokens Source = "tokens"
)

// Codes of grants (R4.3 to R4.8, R7.2).
const (
	CodeFree          Code = "free"
	CodeSeat          Code = "seat"
	CodeFloatingSeat  Code = "floating_seat"
	CodeTrial         Code = "trial"
	CodePassLive      Code = "pass_live"
	CodeTokensCharged Code = "tokens_charged"
	CodeTokensHeld    Code = "tokens_held" // jobs only
)

// Codes of refusals (R4), in the order in which they are looked for.
const (
	CodeProductUnknown     Code = "product_unknown"
	CodeProductRetired     Code = "product_retired"
	CodeVersionUnsupported Code = "version_unsupported"
	CodeUserUnknown        Code = "user_unknown"
	CodeUserInactive       Code = "user_inactive"
	CodeTeamSuspended      Code = "team_suspended"
	CodeFlexNotAssigned    Code = "flex_not_assigned"
	CodeProductNotInFlex   Code = "product_not_in_flex"
	CodeProductExcluded    Code = "product_excluded"
	CodeLimitReached       Code = "limit_reached"
	CodeTokensInsufficient Code = "tokens_insufficient"
	CodeDevicesExceeded    Code = "devices_exceeded"
	CodeIdle               Code = "idle" // renewals only: an idle session does not renew (R5.5)
)

// Refusal is one row of the table of refusals.
type Refusal struct {
	Code    Code
	Message string // what the person in front of the product reads
}

// refusals is the one table of refusals.
var refusals = []Refusal{
	{CodeProductUnknown, "This product is not in the catalogue."},
	{CodeProductRetired, "This product has been retired and can no longer be opened."},
	{CodeVersionUnsupported, "This version cannot be opened. Use one of the newest six."},
	{CodeUserUnknown, "You are not a user of this team. Ask an admin to add you."},
	{CodeUserInactive, "Your access to this team has been turned off. Ask an admin."},
	{CodeTeamSuspended, "Your team has been suspended. Ask an admin."},
	{CodeFlexNotAssigned, "You have no seat for this product and are not assigned to Flex. Ask an admin for access."},
	{CodeProductNotInFlex, "This product can only be opened with a subscription seat, and none covers you now."},
	{CodeProductExcluded, "Your team has not opened this product to you. You can request access."},
	{CodeLimitReached, "A limit on tokens that your team has set is reached. Ask an admin, or wait for the next period."},
	{CodeTokensInsufficient, "Your team does not have enough tokens left. Ask an admin to buy more."},
	{CodeDevicesExceeded, "You are using this product on too many devices. Close it on one of them and try again."},
	{CodeIdle, "This session has been idle. It goes on at your next action."},
}

// Grants lists every code of a granted answer.
func Grants() []Code {
	return []Code{CodeFree, CodeSeat, CodeFloatingSeat, CodeTrial, CodePassLive, CodeTokensCharged, CodeTokensHeld}
}

// Refusals lists every refusal with its message, in the order of R4.
func Refusals() []Refusal { return append([]Refusal(nil), refusals...) }

// Message is the sentence for people of a refusal's code; empty for any other code.
func (c Code) Message() string {
	for _, r := range refusals {
		if r.Code == c {
			return r.Message
		}
	}
	return ""
}
