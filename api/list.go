package api

import (
	"net/url"
	"strconv"
)

// List is one page of a list.
type List[T any] struct {
	Items    []T     `json:"items"`
	Next     *string `json:"next"`              // the cursor of the next page; null: this is the last
	Position int64   `json:"position,omitzero"` // the team's last ledger entry; absent where no team is meant
}

// Bounds of a page.
const (
	DefaultLimit = 100  // items of a page when ?limit= is absent
	MaxLimit     = 1000 // items of a page at most
	MaxCursor    = 512  // bytes
)

// Page is the part of a list that a request asks for, by ?limit= and ?cursor=.
type Page struct {
	Limit  int    // items, 1 to MaxLimit
	Cursor string // as given out in List.Next; "" is the beginning
}

// ParsePage reads limit and cursor and leaves other parameters alone. The error is nil or a
// *[Problem] (query_invalid, cursor_invalid).
func ParsePage(query url.Values) (Page, error) {
	page := Page{Limit: DefaultLimit, Cursor: query.Get("cursor")}
	if len(query["limit"]) > 1 || len(query["cursor"]) > 1 {
		return Page{}, NewProblem(CodeQueryInvalid, "limit and cursor can be given once")
	}
	if len(page.Cursor) > MaxCursor {
		return Page{}, NewProblem(CodeCursorInvalid, "")
	}
	if !query.Has("limit") {
		return page, nil
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 1 || limit > MaxLimit {
		return Page{}, NewProblem(CodeQueryInvalid, "limit must be a whole number between 1 and 1000")
	}
	page.Limit = limit
	return page, nil
}
