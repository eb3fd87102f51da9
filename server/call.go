package server

import (
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
)

// call is one request on its way through its handler.
type call struct {
	w     http.ResponseWriter
	r     *http.Request
	route *route
	who   identity.Principal
	as    who            // what kind of caller it is now
	me    journal.Person // whom the credential acts as
	team  string         // of the address; empty where there is none
	query url.Values
	// key is the Idempotency-Key of a POST; empty when it has none.
	key string
	// replayed says that the answer repeats the first one to the same request.
	replayed bool
	status   int // of success
}

// handler is what the mux calls for a row.
func (s *Server) handler(r *route) http.HandlerFunc {
	ids, status := r.ids(), r.status
	if status == 0 {
		status = http.StatusOK
	}
	return func(w http.ResponseWriter, req *http.Request) {
		c := &call{w: w, r: req, route: r, status: status}
		if err := s.work(c, ids); err != nil {
			s.fail(w, req, err)
		}
	}
}

// work does a request: whether there is room, who may, what is well-formed, then the row's own handler. What is
// not about a team is the operator's or quick, and always finds room.
func (s *Server) work(c *call, ids []string) error {
	in, crowded := c.route.lane(), c.route.ofTeam()
	n := s.door.units(c.r, in)
	if crowded {
		if !s.door.enter(in, n) {
			return errBusy
		}
		defer s.door.leave(in, n)
	}
	if err := s.admit(c); err != nil {
		return err
	}
	if err := c.checkAddress(ids); err != nil {
		return err
	}
	if crowded && c.who.Role != identity.Operator {
		g, err := s.door.join(c.r.Context(), c.team, in, n)
		if err != nil {
			return err
		}
		defer s.door.part(g, in, n)
	}
	return c.route.do.serve(s, c)
}

// caller is how the rules know who asks.
func (c *call) caller() license.Caller { return license.Caller{By: c.who.By(), Reach: c.reach()} }

// named is the caller of a request that names itself by an id: the same again, with the same content, is the
// same request (R14.3).
func (c *call) named(id string, content any) license.Caller {
	return license.Caller{By: c.who.By(), Key: id, Print: c.print(content), Reach: c.reach()}
}

// keyed is the caller of a request that may name itself by its Idempotency-Key. One credential's keys are not
// another's.
func (c *call) keyed(content any) license.Caller {
	if c.key == "" {
		return c.caller()
	}
	return c.named(c.who.By()+"/"+c.key, content)
}

// print is the fingerprint of a request: where it went and what it said, however it was spelt.
func (c *call) print(content any) string {
	body, ok := content.([]byte)
	if !ok {
		body, _ = json.Marshal(content, json.Deterministic(true)) // it was read from JSON
	}
	h := sha256.New()
	h.Write([]byte(c.r.Method + " " + c.r.URL.Path + "?" + c.query.Encode() + "\n"))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// checkAddress looks at the ids, the parameters and the Idempotency-Key.
func (c *call) checkAddress(ids []string) error {
	for _, name := range ids {
		if err := checkID(name, c.r.PathValue(name)); err != nil {
			return api.NewProblem(api.CodeIDInvalid, name+" "+err.Error())
		}
	}
	if c.r.Method == http.MethodPost {
		if err := c.readKey(); err != nil {
			return err
		}
	}
	if c.r.URL.RawQuery == "" {
		return nil
	}
	return c.readQuery()
}

func checkID(name, id string) error {
	switch name {
	case "team":
		return api.CheckTeamID(id)
	case "user":
		return api.CheckUserRef(id)
	}
	return api.CheckID(id)
}

// maxKey bounds an Idempotency-Key, in bytes.
const maxKey = 128

func (c *call) readKey() error {
	values := c.r.Header["Idempotency-Key"]
	if len(values) == 0 {
		return nil
	}
	key := values[0]
	printable := strings.IndexFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) < 0
	if len(values) > 1 || key == "" || len(key) > maxKey || !printable {
		return api.NewProblem(api.CodeKeyInvalid, "")
	}
	c.key = key
	return nil
}

func (c *call) readQuery() (err error) {
	if c.query, err = url.ParseQuery(c.r.URL.RawQuery); err != nil {
		return api.NewProblem(api.CodeQueryInvalid, "it is not well-formed")
	}
	for name, values := range c.query {
		if !c.route.knows(name) {
			return api.NewProblem(api.CodeQueryInvalid, "this address has no parameter "+short(name))
		}
		if len(values) > 1 {
			return api.NewProblem(api.CodeQueryInvalid, name+" is given twice")
		}
	}
	return nil
}

func (r *route) knows(name string) bool {
	for _, p := range r.query {
		if p.name == name {
			return true
		}
	}
	return false
}

// short cuts what a caller wrote to a length that can be given back.
func short(s string) string {
	if len(s) > 64 {
		s = s[:64] + "…"
	}
	return strings.ToValidUTF8(s, "?")
}

// decode reads a JSON body with read.
func (c *call) decode(read func(*call) error) error {
	if err := c.bound(); err != nil {
		return err
	}
	if c.r.ContentLength != 0 && !isJSON(c.r.Header.Get("Content-Type")) {
		return api.NewProblem(api.CodeMediaUnsupported, "send application/json")
	}
	return read(c)
}

// bound keeps a body from being longer than most may be.
func (c *call) bound() error { return c.boundTo(api.MaxBody) }

// boundTo keeps a body from being longer than a number of bytes.
func (c *call) boundTo(bytes int64) error {
	if c.r.ContentLength > bytes {
		return api.NewProblem(api.CodeBodyTooLarge, "")
	}
	if c.r.ContentLength < 0 {
		c.r.Body = http.MaxBytesReader(c.w, c.r.Body, bytes)
	}
	return nil
}

func isJSON(contentType string) bool {
	if contentType == "application/json" {
		return true
	}
	media, params, err := mime.ParseMediaType(contentType)
	charset, given := params["charset"]
	return err == nil && media == "application/json" && (!given || strings.EqualFold(charset, "utf-8"))
}
