package api

import (
	"strconv"

	"github.com/go-json-experiment/json"
)

// AppendJSON appends what marshalling the answer gives, several times faster: opening is the
// hot path. Texts must be UTF-8; instants must be in range.
func (a *SessionAnswer) AppendJSON(b []byte) []byte {
	b = appendString(append(b, `{"session":`...), a.Session)
	b = appendString(append(b, `,"outcome":`...), string(a.Outcome))
	b = appendString(append(b, `,"code":`...), string(a.Code))
	if a.Source != "" {
		b = appendString(append(b, `,"source":`...), string(a.Source))
	}
	if a.Message != "" {
		b = appendString(append(b, `,"message":`...), a.Message)
	}
	if a.Needed != nil {
		b = a.Needed.Append(append(b, `,"needed":`...))
	}
	if a.Available != nil {
		b = a.Available.Append(append(b, `,"available":`...))
	}
	b = a.Pass.appendJSON(append(b, `,"pass":`...))
	b = a.Charge.appendJSON(append(b, `,"charge":`...))
	b = append(b, `,"lease":`...)
	if a.Lease != nil {
		b = appendString(b, *a.Lease)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"lease_expires_at":`...)
	if a.LeaseExpiresAt != nil {
		b = appendInstant(b, *a.LeaseExpiresAt)
	} else {
		b = append(b, "null"...)
	}
	b = appendLimits(b, a.Limits)
	b = a.Balance.Available.Append(append(b, `,"balance":{"available":`...))
	b = strconv.AppendInt(append(b, `},"position":`...), a.Position, 10)
	return append(b, '}')
}

// appendLimits leaves to reflection what few answers have.
func appendLimits(b []byte, limits []LimitLeft) []byte {
	if limits == nil {
		return b
	}
	text, err := json.Marshal(limits, json.Deterministic(true))
	if err != nil {
		panic(err) // a limit has nothing that cannot be written
	}
	return append(append(b, `,"limits":`...), text...)
}

// AppendJSON appends what marshalling the answer gives, as that of a single answer does.
func (a *BulkAnswer) AppendJSON(b []byte) []byte {
	b = append(b, `{"items":[`...)
	for i := range a.Items {
		if i > 0 {
			b = append(b, ',')
		}
		b = a.Items[i].AppendJSON(b)
	}
	b = strconv.AppendInt(append(b, `],"position":`...), a.Position, 10)
	return append(b, '}')
}

func (p *Pass) appendJSON(b []byte) []byte {
	if p == nil {
		return append(b, "null"...)
	}
	b = append(b, '{')
	if p.ID != "" {
		b = append(appendString(append(b, `"id":`...), p.ID), ',')
	}
	b = appendInstant(append(b, `"from":`...), p.From)
	b = appendInstant(append(b, `,"until":`...), p.Until)
	return append(b, '}')
}

func (c *Charge) appendJSON(b []byte) []byte {
	if c == nil {
		return append(b, "null"...)
	}
	b = append(b, '{')
	if c.ID != "" {
		b = append(appendString(append(b, `"id":`...), c.ID), ',')
	}
	b = c.Tokens.Append(append(b, `"tokens":`...))
	b = append(b, `,"draws":[`...)
	for i, d := range c.Draws {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"pack":`...), d.Pack)
		b = append(d.Tokens.Append(append(b, `,"tokens":`...)), '}')
	}
	return append(b, ']', '}')
}
