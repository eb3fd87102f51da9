package license

import (
	"encoding/json"
	"fmt"
)

// repeated finds the first answer to a request with a key (R14.3): true when there is one, read into
// answer. The same key with another request is a conflict.
func (t *Team) repeated(now Instant, c Caller, answer any) (bool, error) {
	r := t.receipt(now, c.Key)
	if r == nil {
		return false, nil
	}
	if r.Print != c.Print {
		return false, fail(ErrConflict, "the key %q was used for another request", c.Key)
	}
	if err := json.Unmarshal(r.Answer, answer); err != nil {
		return false, fmt.Errorf("reading the first answer to %q: %w", c.Key, err)
	}
	return true, nil
}

// receipt returns the first answer to a key that is remembered at an instant, or nil.
func (t *Team) receipt(now Instant, key string) *Receipt {
	r := t.receipts.get(key)
	if key == "" || r == nil || now >= r.At+Retention {
		return nil
	}
	return r
}

// Repeats reports whether a request's key is one that was answered before.
func (t *Team) Repeats(now Instant, c Caller) bool { return t.receipt(now, c.Key) != nil }

// sign writes a request's key and first answer into its entry.
func (t *Team) sign(e *Entry, c Caller, answer any) error {
	b, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("keeping the answer to %q: %w", c.Key, err)
	}
	e.Request = &Request{c.Key, c.Print, b}
	t.receipts.keep(&Receipt{c.Key, e.At, c.Print, b})
	return nil
}
