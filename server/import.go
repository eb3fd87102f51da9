package server

import "github.com/daypass/daypass/api"

func (s *Server) importUsers(c *call) error { return api.NewProblem(api.CodeInternal, "") }
