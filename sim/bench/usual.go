package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// usual is Go's own HTTP client, as programs have it that open products.
type usual struct {
	client http.Client
	head   *http.Request // of every request
	answer bytes.Buffer
}

func dialUsual(ctx context.Context, address, method, path, key string) (line, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+address+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	return &usual{client: http.Client{Transport: new(http.Transport), Timeout: patience}, head: r}, nil
}

func (u *usual) ask(body []byte) (answer []byte, err error) {
	r := u.head
	if body != nil {
		if r, err = http.NewRequestWithContext(r.Context(), r.Method, r.URL.String(), bytes.NewReader(body)); err != nil {
			return nil, err
		}
		r.Header = u.head.Header.Clone()
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := u.client.Do(r)
	if err != nil {
		return nil, err
	}
	u.answer.Reset()
	_, err = io.Copy(&u.answer, res.Body)
	if closed := res.Body.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %s: %s", res.Status, u.answer.Bytes())
	}
	return u.answer.Bytes(), nil
}

func (u *usual) close() error {
	u.client.CloseIdleConnections()
	return nil
}
