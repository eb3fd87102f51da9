package server

import (
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

func (s *Server) readSettings(c *call) (out api.Settings, err error) {
	pos, err := s.desk.View(c.r.Context(), c.team, func(v desk.View) error {
		out = settingsOf(v.Team.Settings)
		return nil
	})
	out.Position = pos
	return out, err
}

func settingsOf(s license.Settings) api.Settings {
	return api.Settings{ShortLaunch: duration(s.ShortLaunch), ShortLaunches: s.ShortLaunches, Devices: s.Devices}
}

// duration is a span that the rules keep in milliseconds.
func duration(ms license.Instant) api.Duration {
	return api.Duration(time.Duration(ms) * time.Millisecond)
}

func milliseconds(d api.Duration) license.Instant {
	return license.Instant(time.Duration(d) / time.Millisecond)
}

// setSettings replaces the settings; what is left out takes its default.
func (s *Server) setSettings(c *call, in api.SettingsRequest) (api.Settings, error) {
	set := license.DefaultSettings
	if in.ShortLaunch != nil {
		set.ShortLaunch = milliseconds(*in.ShortLaunch)
	}
	if in.ShortLaunches != nil {
		set.ShortLaunches = *in.ShortLaunches
	}
	if in.Devices != nil {
		set.Devices = *in.Devices
	}
	pos, err := s.desk.SetSettings(c.r.Context(), c.team, c.caller(), set)
	out := settingsOf(set)
	out.Position = pos
	return out, err
}
