package torture

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/client"
)

// entry is one of a ledger's, with the fields of all kinds.
type entry struct {
	Position int64
	At       api.Instant
	Kind     string
	By       string
	fields
}

type fields struct {
	Session    string         `json:"session"`
	User       string         `json:"user"`
	Product    string         `json:"product"`
	Version    string         `json:"version"`
	Device     string         `json:"device"`
	Renewal    bool           `json:"renewal"`
	Code       api.Code       `json:"code"`
	Source     api.Source     `json:"source"`
	Until      api.Instant    `json:"until"`
	LeaseUntil api.Instant    `json:"lease_until"`
	Rate       api.Tokens     `json:"rate"`
	Draws      []api.Draw     `json:"draws"`
	Joins      []join         `json:"joins"`
	Reversed   *api.Charge    `json:"reversed"`
	Job        string         `json:"job"`
	Service    string         `json:"service"`
	Quantity   api.Quantity   `json:"quantity"`
	State      string         `json:"state"`
	Used       api.Quantity   `json:"used"`
	Charged    []api.Draw     `json:"charged"`
	Returned   []api.Draw     `json:"returned"`
	ExpiresAt  api.Instant    `json:"expires_at"`
	Pack       string         `json:"pack"`
	Size       api.Tokens     `json:"size"`
	From       string         `json:"from"` // a team, or where a subscription begins
	ID         string         `json:"id"`
	To         string         `json:"to"`
	What       string         `json:"what"`
	Seat       string         `json:"seat"`
	Seats      int            `json:"seats"`
	Admin      string         `json:"primary_admin"`
	Settings   ledgerSettings `json:"settings"`
}

type join struct {
	Session string   `json:"session"`
	User    string   `json:"user"`
	Product string   `json:"product"`
	Version string   `json:"version"`
	Device  string   `json:"device"`
	Pass    int64    `json:"pass"`
	Code    api.Code `json:"code"`
}

type ledgerSettings struct {
	ShortLaunch   api.Duration `json:"short_launch"`
	ShortLaunches int          `json:"short_launches"`
	Devices       int          `json:"devices"`
}

func sum(draws []api.Draw) (total api.Tokens) {
	for _, d := range draws {
		total += d.Tokens
	}
	return total
}

// readLedger reads a team's whole ledger, page by page.
func readLedger(ctx context.Context, c *client.Client, team string) (all []entry, err error) {
	page := client.Page{Limit: 1000}
	for {
		list, err := c.Ledger(ctx, team, page)
		if err != nil {
			return nil, fmt.Errorf("the ledger of %s: %w", team, err)
		}
		for _, e := range list.Items {
			one := entry{Position: e.Position, At: e.At, Kind: e.Kind, By: e.By}
			if err := json.Unmarshal(e.Fields, &one.fields); err != nil {
				return nil, fmt.Errorf("entry %d of %s: %w", e.Position, team, err)
			}
			all = append(all, one)
		}
		if list.Next == nil || *list.Next == "" {
			return all, nil
		}
		page.Cursor = *list.Next
	}
}
