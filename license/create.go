package license

import "fmt"

// TeamCreated is a journal's first entry. It names the team, so that no two journals begin alike.
type TeamCreated struct {
	Team         string   `json:"team"`
	Name         string   `json:"name"`
	Plan         Plan     `json:"plan"`
	TimeZone     string   `json:"time_zone,omitempty"`
	Settings     Settings `json:"settings"`
	PrimaryAdmin string   `json:"primary_admin"`
}

// Kind implements Body.
func (*TeamCreated) Kind() string { return "team_created" }

func (b *TeamCreated) apply(t *Team, e *Entry) error {
	if t.Position != 1 || b.Team == "" {
		return fmt.Errorf("a team is created by its first entry")
	}
	t.ID, t.Name, t.Plan, t.TimeZone, t.Settings, t.CreatedAt = b.Team, b.Name, b.Plan, b.TimeZone, b.Settings, e.At
	t.FirstPlan = b.Plan
	t.zone, t.todayEnds = calendarOf(t.TimeZone), 0
	t.Flex = FlexList{Mode: FlexAll}
	t.Users[b.PrimaryAdmin] = &User{ID: b.PrimaryAdmin, Role: RolePrimaryAdmin, Active: true}
	return nil
}

// CreateTeam begins a team's journal.
func CreateTeam(now Instant, by string, b TeamCreated) (*Team, Effect, error) {
	t := NewTeam()
	effect, err := t.record(now, Caller{By: by}, nil, nil, &b)
	return t, effect, err
}

// TeamSuspended stops a team's openings, or lets them go on (R4.2).
type TeamSuspended struct {
	Suspended bool   `json:"suspended"`
	Reason    string `json:"reason,omitempty"`
}

// Kind implements Body.
func (*TeamSuspended) Kind() string { return "team_suspended" }

func (b *TeamSuspended) apply(t *Team, _ *Entry) error {
	t.Suspended = b.Suspended
	return nil
}

// Suspend stops or resumes the team.
func (t *Team) Suspend(now Instant, c Caller, b TeamSuspended) (Effect, error) {
	if t.Suspended == b.Suspended {
		return Effect{}, nil
	}
	return t.change(now, c, &b)
}

// change records one body after what has fallen due.
func (t *Team) change(now Instant, c Caller, b Body) (Effect, error) {
	return t.record(now, c, nil, t.at(now).due, b)
}

// SettingsChanged replaces the team's settings.
type SettingsChanged struct {
	Settings Settings `json:"settings"`
}

// Kind implements Body.
func (*SettingsChanged) Kind() string { return "settings_changed" }

func (b *SettingsChanged) apply(t *Team, _ *Entry) error {
	t.Settings = b.Settings
	return nil
}

// SetSettings replaces the settings.
func (t *Team) SetSettings(now Instant, c Caller, s Settings) (Effect, error) {
	if s.ShortLaunch < 0 || s.ShortLaunch > PassLength || s.ShortLaunches < 0 || s.Devices < 0 {
		return Effect{}, fail(ErrInvalid, "a short launch lasts up to 24 hours, and no number is negative")
	}
	if s == t.Settings {
		return Effect{}, nil
	}
	return t.change(now, c, &SettingsChanged{s})
}
