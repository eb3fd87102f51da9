package client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/go-json-experiment/json"

	"github.com/daypass/daypass/api"
)

// call is one request.
type call struct {
	method string
	path   string
	query  url.Values
	body   any    // written as JSON; nil: none
	raw    []byte // written as it is, instead of body, with its media type
	media  string
	accept string // media type of the answer; "" is JSON
	key    string // Idempotency-Key, where the body has no id of the caller's
	// once says that sending it twice could do it twice: it is sent again only when it was not taken.
	once bool
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 20

// send makes the call and reads its answer.
func send[T any](ctx context.Context, c *Client, k call) (answer T, err error) {
	body, err := c.do(ctx, k)
	if err != nil || len(body) == 0 {
		return answer, err
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return answer, fmt.Errorf("reading the answer to %s %s: %w", k.method, k.path, err)
	}
	return answer, nil
}

// do sends the request until it is answered, refused for good, or sent often enough.
func (c *Client) do(ctx context.Context, k call) ([]byte, error) {
	sent, media, err := k.encode()
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		body, later, err := c.attempt(ctx, k, sent, media)
		if err == nil {
			c.budget.earn()
			if c.answer != nil {
				c.answer(body)
			}
			return body, nil
		}
		wait, ok := later.in(try)
		if !ok || try >= c.attempts || later.busy && !c.budget.spend() {
			return nil, err
		}
		if err := pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

func (k call) encode() (body []byte, media string, err error) {
	switch {
	case k.raw != nil:
		return k.raw, k.media, nil
	case k.body == nil:
		return nil, "", nil
	}
	body, err = json.Marshal(k.body)
	if err != nil {
		return nil, "", fmt.Errorf("writing the body of %s %s: %w", k.method, k.path, err)
	}
	return body, "application/json", nil
}

// attempt sends the request once.
func (c *Client) attempt(ctx context.Context, k call, sent []byte, media string) ([]byte, again, error) {
	request, err := c.request(ctx, k, sent, media)
	if err != nil {
		return nil, never, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return c.lost(ctx, k, err)
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return c.lost(ctx, k, err)
	}
	if response.StatusCode/100 == 2 {
		return body, never, nil
	}
	return nil, afterStatus(response), problem(response, body)
}

func (c *Client) request(ctx context.Context, k call, sent []byte, media string) (*http.Request, error) {
	address := c.server + k.path
	if len(k.query) > 0 {
		address += "?" + k.query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, k.method, address, bytes.NewReader(sent))
	if err != nil {
		return nil, fmt.Errorf("asking for %s %s: %w", k.method, k.path, err)
	}
	for name, value := range map[string]string{"Content-Type": media, "Idempotency-Key": k.key, "Accept": cmp.Or(k.accept, "application/json")} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+c.key)
	}
	return r, nil
}

// lost says whether a request that got no answer is sent again.
func (c *Client) lost(ctx context.Context, k call, err error) ([]byte, again, error) {
	if ctx.Err() != nil {
		return nil, never, ctx.Err()
	}
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // the address is told by Unreachable
	}
	err = &Unreachable{c.server, err}
	if k.once && !notSent(err) {
		return nil, never, err
	}
	return nil, soon, err
}

// problem reads an answer that is not a good one.
func problem(r *http.Response, body []byte) error {
	p := new(api.Problem)
	if err := json.Unmarshal(body, p); err != nil || p.Code == "" {
		return fmt.Errorf("the server answered %s, and not as Daypass does", r.Status)
	}
	return p
}
