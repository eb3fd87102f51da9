package api

import (
	"strings"
	"time"
)

// Plan is what a team has bought into (R9).
type Plan string

const (
	PlanStandard Plan = "standard"
	PlanPremium  Plan = "premium"
)

// TeamState says whether a team may open products.
type TeamState string

const (
	TeamActive    TeamState = "active"
	TeamSuspended TeamState = "suspended"
)

// TeamRequest makes a team with its primary admin (R8.1).
type TeamRequest struct {
	ID           string       `json:"id"` // 1 to 63 of a-z, 0-9 and -
	Name         string       `json:"name"`
	Plan         Plan         `json:"plan,omitzero"`      // absent: standard
	TimeZone     string       `json:"time_zone,omitzero"` // IANA name; absent: UTC (R10.1)
	PrimaryAdmin PrimaryAdmin `json:"primary_admin"`
}

// PrimaryAdmin is the person whom a team begins with.
type PrimaryAdmin struct {
	ID    string `json:"id,omitzero"` // absent: the server makes one
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Trim takes blanks off both ends of names and the address.
func (r *TeamRequest) Trim() {
	r.Name = strings.TrimSpace(r.Name)
	r.PrimaryAdmin.Name, r.PrimaryAdmin.Email = strings.TrimSpace(r.PrimaryAdmin.Name), strings.TrimSpace(r.PrimaryAdmin.Email)
}

// Validate checks the form of each field. Whether the time zone exists is the server's to say.
func (r TeamRequest) Validate() []FieldError {
	var c checks
	c.check("/id", CheckTeamID(r.ID))
	c.check("/name", CheckName(r.Name))
	oneOf(&c, "/plan", r.Plan, "", PlanStandard, PlanPremium)
	c.optional("/time_zone", r.TimeZone, checkTimeZone)
	c.optional("/primary_admin/id", r.PrimaryAdmin.ID, CheckID)
	c.check("/primary_admin/name", CheckName(r.PrimaryAdmin.Name))
	c.check("/primary_admin/email", CheckEmail(r.PrimaryAdmin.Email))
	return c
}

// Team is a team as its operator and admins see it.
type Team struct {
	ID           string       `json:"id"`
	Name         string       `json:"name"`
	Plan         Plan         `json:"plan"`          // that was ordered
	PlanInForce  Plan         `json:"plan_in_force"` // that the team has now (R9.1)
	PlanBecause  PlanReason   `json:"plan_because"`  // why it has that one
	Unlocks      []Feature    `json:"unlocks"`       // what the plan in force unlocks (R9.2)
	TimeZone     string       `json:"time_zone"`     // "UTC" unless set
	State        TeamState    `json:"state"`
	PrimaryAdmin PrimaryAdmin `json:"primary_admin"`
	CreatedAt    Instant      `json:"created_at"`
	Position     int64        `json:"position"`
}

// SuspendRequest stops a team's openings, or lets them go on (R4.2). The body may be left out.
type SuspendRequest struct {
	Reason string `json:"reason,omitzero"` // one line, for the ledger
}

// Validate checks the reason's form.
func (r SuspendRequest) Validate() []FieldError {
	var c checks
	c.text("/reason", r.Reason, MaxReason)
	return c
}

// SettingsRequest sets what a team can choose. Absent fields take their default.
type SettingsRequest struct {
	ShortLaunch   *Duration `json:"short_launch,omitzero"`   // default 5m; 0 turns the rule off (R5.6)
	ShortLaunches *int      `json:"short_launches,omitzero"` // default 3 in 24 hours per user and product; 0 turns the rule off
	Devices       *int      `json:"devices,omitzero"`        // default 3 in use per user and product (R4.10)
}

// MaxShortLaunch is the longest use that can be given back: a pass.
const MaxShortLaunch = Duration(24 * time.Hour)

// Validate checks the bounds.
func (r SettingsRequest) Validate() []FieldError {
	var c checks
	c.must(r.ShortLaunch == nil || *r.ShortLaunch <= MaxShortLaunch, "/short_launch", "must be between 0 and 24h")
	c.must(r.ShortLaunches == nil || 0 <= *r.ShortLaunches && *r.ShortLaunches <= 1000, "/short_launches", "must be between 0 and 1000")
	c.must(r.Devices == nil || 1 <= *r.Devices && *r.Devices <= 1000, "/devices", "must be between 1 and 1000")
	return c
}

// Settings are the settings in force, defaults filled in.
type Settings struct {
	ShortLaunch   Duration `json:"short_launch"`
	ShortLaunches int      `json:"short_launches"`
	Devices       int      `json:"devices"`
	Position      int64    `json:"position"`
}
