package main

import (
	"context"
	"encoding/hex"
	"fmt"

	"github.com/daypass/daypass/identity"
)

// metaOperator is what is kept of the operator's credential: its fingerprint.
const metaOperator = "operator_key"

// openOperator accepts the credential that was made at the first start, or makes it.
func openOperator(ctx context.Context, h *house, c houseConfig) error {
	kept, known, err := h.journal.Meta(ctx, metaOperator)
	if err != nil {
		return fmt.Errorf("reading the operator's credential: %w", err)
	}
	if !known {
		return makeOperator(ctx, h, c)
	}
	var fingerprint [32]byte
	if n, err := hex.Decode(fingerprint[:], []byte(kept)); err != nil || n != len(fingerprint) {
		return fmt.Errorf("what %s keeps of the operator's credential is damaged: give one in DAYPASS_OPERATOR_KEY", c.place)
	}
	h.keys.AcceptOperator(fingerprint)
	return nil
}

// makeOperator prints a new credential before its fingerprint is kept: should the program end between the two,
// the next start makes another.
func makeOperator(ctx context.Context, h *house, c houseConfig) error {
	key := identity.NewOperatorKey()
	_, err := fmt.Fprintf(c.out, `The operator's credential, made now and shown only this once:

    %s

Keep it safe. Other commands take it from DAYPASS_KEY.

`, key)
	if err != nil {
		return fmt.Errorf("printing the operator's credential: %w", err)
	}
	fingerprint := identity.Fingerprint(key)
	if err := h.journal.SetMeta(ctx, metaOperator, hex.EncodeToString(fingerprint[:])); err != nil {
		return fmt.Errorf("keeping the operator's credential: %w", err)
	}
	h.keys.AcceptOperator(fingerprint)
	return nil
}
