package client

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
)

// NewID makes an id that nobody else makes, for sessions, jobs and orders: "ses-" and 24 hex digits.
func NewID(prefix string) string {
	b := make([]byte, 12)
	rand.Read(b) // never fails
	return prefix + hex.EncodeToString(b)
}

// at is an address made of parts that may hold anything.
func at(parts ...string) string {
	path := "/v1"
	for _, p := range parts {
		path += "/" + url.PathEscape(p)
	}
	return path
}

func team(id string, parts ...string) string {
	return at(append([]string{"teams", id}, parts...)...)
}

// Page is the part of a list that is asked for; the zero value is its beginning.
type Page struct {
	Limit  int // 0: as many as the server gives by itself
	Cursor string
}

func (p Page) query() url.Values {
	q := url.Values{}
	if p.Limit != 0 {
		q.Set("limit", strconv.Itoa(p.Limit))
	}
	if p.Cursor != "" {
		q.Set("cursor", p.Cursor)
	}
	return q
}

func get[T any](ctx context.Context, c *Client, path string, q url.Values) (T, error) {
	return send[T](ctx, c, call{method: http.MethodGet, path: path, query: q})
}

func put[T any](ctx context.Context, c *Client, path string, body any) (T, error) {
	return send[T](ctx, c, call{method: http.MethodPut, path: path, body: body})
}

// post sends what names itself by an id in its address or body, and so can be sent again.
func post[T any](ctx context.Context, c *Client, path string, body any) (T, error) {
	return send[T](ctx, c, call{method: http.MethodPost, path: path, body: body})
}

func remove[T any](ctx context.Context, c *Client, path string) (T, error) {
	return send[T](ctx, c, call{method: http.MethodDelete, path: path})
}
