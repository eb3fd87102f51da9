package api

import "strings"

// GroupRequest makes a group, which gives the same things to all its members (R8.8).
type GroupRequest struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Trim takes blanks off both ends of the name.
func (r *GroupRequest) Trim() { r.Name = strings.TrimSpace(r.Name) }

// Validate checks the form of both fields.
func (r GroupRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckID(r.ID))
	c.check("/name", CheckName(r.Name))
	return c
}

// GroupChange gives a group another name.
type GroupChange struct {
	Name string `json:"name"`
}

// Trim takes blanks off both ends of the name.
func (r *GroupChange) Trim() { r.Name = strings.TrimSpace(r.Name) }

// Validate checks the name's form.
func (r GroupChange) Validate() []FieldError {
	var c checks
	c.check("/name", CheckName(r.Name))
	return c
}

// Group is a group of a team.
type Group struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Members  int    `json:"members"` // how many
	Gives    []Gift `json:"gives"`   // what every member has through it
	Position int64  `json:"position,omitzero"`
}

// Gift is what a group gives to each of its members.
type Gift struct {
	What string           `json:"what"`          // code of a product or collection, or WhatFlex
	Kind SubscriptionKind `json:"kind,omitzero"` // of the seats, where one was asked for
}

// GroupRemoved is the answer to removing a group: what only it gave, nobody has any more.
type GroupRemoved struct {
	Group    string `json:"group"`
	Position int64  `json:"position"`
}

// MaxMembers is how many users one request can put into a group.
const MaxMembers = 5000

// MembersRequest puts users into a group, all or none of them.
type MembersRequest struct {
	Users []string `json:"users"` // ids or mail addresses, 1 to MaxMembers
}

// Validate checks the form of each user.
func (r MembersRequest) Validate() []FieldError {
	var c checks
	c.must(1 <= len(r.Users) && len(r.Users) <= MaxMembers, "/users", "must name 1 to 5000 users")
	for i, u := range r.Users {
		c.check(at("/users", i), CheckUserRef(u))
	}
	return c
}

// MembersAnswer says how many users joined a group, and how many are in it now.
type MembersAnswer struct {
	Group    string `json:"group"`
	Added    int    `json:"added"` // those who were in it already do not count
	Members  int    `json:"members"`
	Position int64  `json:"position"`
}

// MemberAnswer is the answer to taking a user out of a group.
type MemberAnswer struct {
	Group    string `json:"group"`
	User     string `json:"user"`   // id
	Member   bool   `json:"member"` // as it is now
	Position int64  `json:"position"`
}

// GroupAssignmentAnswer is the answer to letting a group give something, and to ending that.
type GroupAssignmentAnswer struct {
	Group    string `json:"group"`
	What     string `json:"what"`     // code of a product or collection, or WhatFlex
	Assigned bool   `json:"assigned"` // as it is now
	Position int64  `json:"position"`
}
