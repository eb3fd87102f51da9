package api

import "strings"

// Role is what a user is in a team (R8.1).
type Role string

const (
	RoleUser           Role = "user"
	RoleGuest          Role = "guest" // a user without the team's default assignments
	RoleSecondaryAdmin Role = "secondary_admin"
	RolePrimaryAdmin   Role = "primary_admin" // one per team; cannot be given, only handed over
)

// UserRequest adds a user to a team (R8.2).
type UserRequest struct {
	ID    string `json:"id,omitzero"` // absent: the server makes one
	Name  string `json:"name"`
	Email string `json:"email"`
	Role  Role   `json:"role,omitzero"` // absent: user
}

// Trim takes blanks off both ends of name and address.
func (r *UserRequest) Trim() {
	r.Name, r.Email = strings.TrimSpace(r.Name), strings.TrimSpace(r.Email)
}

// Validate checks the form of each field.
func (r UserRequest) Validate() []FieldError {
	var c checks
	c.optional("/id", r.ID, CheckID)
	c.check("/name", CheckName(r.Name))
	c.check("/email", CheckEmail(r.Email))
	oneOf(&c, "/role", r.Role, "", RoleUser, RoleGuest, RoleSecondaryAdmin)
	return c
}

// RoleRequest changes what a user is in the team.
type RoleRequest struct {
	Role Role `json:"role"` // user, guest or secondary_admin; the primary admin hands the team over
}

// Validate checks the role.
func (r RoleRequest) Validate() []FieldError {
	var c checks
	oneOf(&c, "/role", r.Role, RoleUser, RoleGuest, RoleSecondaryAdmin)
	return c
}

// HandOverRequest hands a team over to one of its secondary admins.
type HandOverRequest struct {
	To string `json:"to"` // id or e-mail address of the secondary admin who becomes the primary one
}

// Validate wants somebody.
func (r HandOverRequest) Validate() []FieldError {
	var c checks
	c.check("/to", CheckUserRef(r.To))
	return c
}

// User is a user of a team.
type User struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Email       string       `json:"email"`
	Role        Role         `json:"role"`
	Active      bool         `json:"active"`              // false once removed; the history stays (R8.9)
	Flex        bool         `json:"flex"`                // assigned to Flex
	Assignments []Assignment `json:"assignments"`         // of seats; Flex is the field above
	Invitation  *Invitation  `json:"invitation,omitzero"` // absent: never invited
	Position    int64        `json:"position,omitzero"`   // absent inside a list
}

// Assignment is a seat that a user has, or the right to a floating one.
type Assignment struct {
	What string           `json:"what"` // code of a product or collection
	Kind SubscriptionKind `json:"kind"`
}

// AssignmentRequest says which kind of seat is assigned. The body may be left out.
type AssignmentRequest struct {
	Kind SubscriptionKind `json:"kind,omitzero"` // absent: single_user if one is free, else multi_user
}

// Validate checks the kind.
func (r AssignmentRequest) Validate() []FieldError {
	var c checks
	oneOf(&c, "/kind", r.Kind, "", SingleUser, MultiUser)
	return c
}

// WhatFlex stands for Flex where an assignment's address names a product or collection.
const WhatFlex = "flex"

// AssignmentAnswer is the answer to assigning and unassigning.
type AssignmentAnswer struct {
	User     string `json:"user"`     // id
	What     string `json:"what"`     // code of a product or collection, or WhatFlex
	Assigned bool   `json:"assigned"` // as it is now
	Position int64  `json:"position"`
}

// ImportAnswer is the answer to an import: with errors nothing was changed, and a dry run says besides what would be
// done with the rows that are right (R8.2, R8.3).
type ImportAnswer struct {
	Added          int              `json:"added"`    // users; in a dry run those that would be
	Existing       int              `json:"existing"` // users that the team had
	Assigned       int              `json:"assigned"` // of all in the file, those newly assigned
	Errors         []RowError       `json:"errors"`
	People         []ImportedPerson `json:"people"`            // of the rows that are right, in their order; none when errors kept it from being done
	IgnoredColumns []string         `json:"ignored_columns"`   // that say nothing about who somebody is, as they are headed
	Encoding       string           `json:"encoding,omitzero"` // that the file was taken for
	Position       int64            `json:"position"`
}

// ImportAction is what became of a person who was imported.
type ImportAction string

// The actions of an import.
const (
	ImportAdded    ImportAction = "added"
	ImportExisting ImportAction = "existing"
)

// ImportedPerson is a person of an import, and what was done, or in a dry run would be.
type ImportedPerson struct {
	Row      int          `json:"row"` // from 1, the heading being row 1; the how-manieth of a list
	Name     string       `json:"name"`
	Email    string       `json:"email"`
	User     string       `json:"user,omitzero"` // id; absent in a dry run for who is new
	Action   ImportAction `json:"action"`
	Assigned bool         `json:"assigned"`          // newly
	Seatless bool         `json:"seatless,omitzero"` // no seat is left for them; only in a dry run
}

// RowError says what is wrong with one cell of a file.
type RowError struct {
	Row     int     `json:"row"`    // from 1, the heading being row 1; the how-manieth of a list
	Column  string  `json:"column"` // as the heading says; "" is the whole row
	Code    RowCode `json:"code"`
	Message string  `json:"message"`
}

// RowCode is the stable name of what is wrong with a row.
type RowCode string

// The codes of rows.
const (
	RowFileUnreadable RowCode = "file_unreadable" // it is no text, or of an encoding that is not known
	RowFileEmpty      RowCode = "file_empty"      // there is nobody in it
	RowHeadingInvalid RowCode = "heading_invalid" // the heading lacks a column, or has it twice
	RowMalformed      RowCode = "row_malformed"   // quotes or separators are wrong
	RowTooMany        RowCode = "too_many_rows"   // more than 5 000 people
	RowNameInvalid    RowCode = "name_invalid"
	RowEmailInvalid   RowCode = "email_invalid"
	RowEmailRefused   RowCode = "email_refused"   // it looks like another address, or has what nobody types
	RowEmailDuplicate RowCode = "email_duplicate" // it stands in another row, perhaps spelt otherwise
	RowSeatsShort     RowCode = "seats_short"     // in a dry run: fewer seats are free than are wanted; the row is the first without one
)

// TrialRequest lets a user use a product without seat or tokens (R4.5).
type TrialRequest struct {
	Until *Instant `json:"until"` // one that is past ends it
}

// Validate wants an end.
func (r TrialRequest) Validate() []FieldError {
	var c checks
	c.given(r.Until != nil, "/until")
	return c
}

// Trial is a trial, over from Until on.
type Trial struct {
	User     string  `json:"user"` // id
	Product  string  `json:"product"`
	Until    Instant `json:"until"`
	Running  bool    `json:"running"`           // not over now
	Position int64   `json:"position,omitzero"` // absent inside a list
}
