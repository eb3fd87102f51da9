package api

import "net/http"

// Code is the stable name of a problem, of a grant or of a refusal. Codes are never renamed.
type Code string

// ProblemCode is one row of the table of problems.
type ProblemCode struct {
	Code   Code
	Status int    // HTTP status
	Title  string // one sentence for people
}

// Codes of problems.
const (
	CodeBodyMalformed       Code = "body_malformed"
	CodeBodyInvalid         Code = "body_invalid"
	CodeBodyTooLarge        Code = "body_too_large"
	CodeMediaUnsupported    Code = "media_type_unsupported"
	CodeIDInvalid           Code = "id_invalid"
	CodeQueryInvalid        Code = "query_invalid"
	CodeCursorInvalid       Code = "cursor_invalid"
	CodeKeyInvalid          Code = "idempotency_key_invalid"
	CodeCatalogInvalid      Code = "catalog_invalid"
	CodeCredentialMissing   Code = "credential_missing"
	CodeCredentialInvalid   Code = "credential_invalid"
	CodeForbidden           Code = "forbidden"
	CodeProductForbidden    Code = "product_forbidden"
	CodeNotFound            Code = "not_found"
	CodeMethodNotAllowed    Code = "method_not_allowed"
	CodeIdempotencyConflict Code = "idempotency_conflict"
	CodeAlreadyExists       Code = "already_exists"
	CodeUserExists          Code = "user_exists"
	CodeInvitationInvalid   Code = "invitation_invalid"
	CodeInvitationAccepted  Code = "invitation_accepted"
	CodeLastPrimaryAdmin    Code = "last_primary_admin"
	CodeNotSecondaryAdmin   Code = "not_secondary_admin"
	CodeKeyEnded            Code = "key_ended"
	CodeSeatsShort          Code = "seats_short"
	CodeAlreadyAssigned     Code = "already_assigned"
	CodeGroupGives          Code = "group_gives"
	CodeRequestOpen         Code = "request_open"
	CodeRequestDecided      Code = "request_decided"
	CodeAlreadyAllowed      Code = "already_allowed"
	CodeSeatNeeded          Code = "seat_needed"
	CodeSessionClosed       Code = "session_closed"
	CodeKindMismatch        Code = "kind_mismatch"
	CodeHoldExpired         Code = "hold_expired"
	CodeJobEnded            Code = "job_ended"
	CodeWithdrawTooMuch     Code = "withdraw_too_much"
	CodeClockReal           Code = "clock_real"
	CodeClockBackwards      Code = "clock_backwards"
	CodeClockBehind         Code = "clock_behind"
	CodeRateLimited         Code = "rate_limited"
	CodeBusy                Code = "busy"
	CodeUnavailable         Code = "unavailable"
	CodeStorageFull         Code = "storage_full"
	CodeLedgerBroken        Code = "ledger_broken"
	CodeInternal            Code = "internal"
)

// problemCodes is the one table of problems.
var problemCodes = []ProblemCode{
	{CodeBodyMalformed, 400, "The body is not well-formed JSON."},
	{CodeBodyInvalid, 422, "The body does not say what this request needs."},
	{CodeBodyTooLarge, 413, "The body is too large."},
	{CodeMediaUnsupported, 415, "The body's media type is not understood here."},
	{CodeIDInvalid, 422, "An id in the address is not well-formed."},
	{CodeQueryInvalid, 422, "A parameter in the address is not well-formed."},
	{CodeCursorInvalid, 422, "The cursor is not one that this list gave out."},
	{CodeKeyInvalid, 422, "An Idempotency-Key is 1 to 128 printable ASCII characters, given once."},
	{CodeCatalogInvalid, 422, "The catalogue contradicts itself or what is already in use."},
	{CodeCredentialMissing, 401, "A credential is needed."},
	{CodeCredentialInvalid, 401, "The credential is unknown, expired or revoked."},
	{CodeForbidden, 403, "The credential does not allow this."},
	{CodeProductForbidden, 403, "The key is bound to other products."},
	{CodeNotFound, 404, "There is nothing here that the credential may see."},
	{CodeMethodNotAllowed, 405, "This address does not take that method."},
	{CodeIdempotencyConflict, 409, "The key was used before with another request."},
	{CodeAlreadyExists, 409, "Something with this id exists already."},
	{CodeUserExists, 409, "The team has a user with this id or e-mail address already."},
	{CodeInvitationInvalid, 404, "There is no such invitation, or it was accepted, replaced or is over."},
	{CodeInvitationAccepted, 409, "The invitation was accepted, so there is nothing to send again."},
	{CodeLastPrimaryAdmin, 409, "A team is never without its primary admin."},
	{CodeNotSecondaryAdmin, 409, "A team is handed over to one of its secondary admins."},
	{CodeKeyEnded, 409, "The key was revoked or has expired."},
	{CodeSeatsShort, 409, "There are fewer free seats than this needs."},
	{CodeAlreadyAssigned, 409, "The user has this already."},
	{CodeGroupGives, 409, "A group gives this: it is taken away there, or with the membership."},
	{CodeRequestOpen, 409, "The user asked for this product before, and nobody has decided yet."},
	{CodeRequestDecided, 409, "The request has been decided otherwise."},
	{CodeAlreadyAllowed, 409, "The user may open this product already."},
	{CodeSeatNeeded, 409, "Tokens do not open this product: it needs a seat."},
	{CodeSessionClosed, 409, "The session has been closed."},
	{CodeKindMismatch, 409, "Daily products are opened; metered services are started as jobs."},
	{CodeHoldExpired, 409, "The job's hold has expired and its tokens have returned."},
	{CodeJobEnded, 409, "The job has ended already."},
	{CodeWithdrawTooMuch, 409, "The pack has fewer tokens left than should be withdrawn."},
	{CodeClockReal, 409, "This server runs on the real clock, which cannot be set."},
	{CodeClockBackwards, 409, "The clock never goes backwards."},
	{CodeClockBehind, 503, "The server's clock is behind the team's last entry, so nothing is written."},
	{CodeRateLimited, 429, "Too many requests; try again later."},
	{CodeBusy, 503, "The server has more waiting than it can take; try again."},
	{CodeUnavailable, 503, "The server cannot decide now; try again."},
	{CodeStorageFull, 507, "The server has no room left to write."},
	{CodeLedgerBroken, 503, "The team's ledger does not verify, so nothing is written."},
	{CodeInternal, 500, "Something failed inside the server."},
}

// Problems lists every code a [Problem] can have, with its status and title.
func Problems() []ProblemCode { return append([]ProblemCode(nil), problemCodes...) }

// Status is the HTTP status of a problem's code: 500 for one that is not in the table.
func (c Code) Status() int {
	for _, p := range problemCodes {
		if p.Code == c {
			return p.Status
		}
	}
	return http.StatusInternalServerError
}

// Title is the sentence that every problem of this code has; empty for one that is not in the table.
func (c Code) Title() string {
	for _, p := range problemCodes {
		if p.Code == c {
			return p.Title
		}
	}
	return ""
}
