package server

import (
	"fmt"
	"net/http"
	"path"
	"reflect"
	"regexp"
	"strings"

	"github.com/daypass/daypass/api"
)

// route is one row of the table.
type route struct {
	method, path string
	who          who
	do           endpoint
	summary      string
	more         // what few routes have
}

// more is what a route has beside what every route has.
type more struct {
	status int     // of success; 0 is 200
	query  []param // parameters that the address may have; all others are refused
	// codes are the problems that this route can answer beside those of its kind (see problemsOf).
	codes []api.Code
	about string // a sentence or two for the document
	in    lane   // of what changes something
}

// lane is where the route's requests find room: those that read have a lane of their own.
func (r *route) lane() lane {
	if r.method == http.MethodGet {
		return looks
	}
	return r.in
}

// ofTeam says that a route is about one team.
func (r *route) ofTeam() bool { return strings.Contains(r.path, "{team}") }

// param is a parameter of the address.
type param struct{ name, about string }

// paging are the parameters of lists.
var paging = []param{
	{"limit", "Items on a page, 1 to 1000; 100 when absent."},
	{"cursor", "Where the page begins: `next` of the page before."},
}

// endpoint is a handler with the types that it reads and writes.
type endpoint struct {
	serve    func(*Server, *call) error
	handler  uintptr      // the handler's own function, whose name is the operation's
	in, out  reflect.Type // nil in: no body
	optional bool         // the body may be left out
	media    string       // of a body that is not JSON
	also     []string     // other media that it may have
	answers  string       // media type of an answer that is not JSON
}

// takes is an endpoint that reads a body.
func takes[In api.Validator, Out any](h func(*Server, *call, In) (Out, error)) endpoint {
	return bodied(h, (*call).decode)
}

// mayTake is an endpoint whose body can be left out.
func mayTake[In api.Validator, Out any](h func(*Server, *call, In) (Out, error)) endpoint {
	e := bodied(h, (*call).decodeOptional)
	e.optional = true
	return e
}

func bodied[In api.Validator, Out any](h func(*Server, *call, In) (Out, error), read func(*call, func(*call) error) error) endpoint {
	serve := func(s *Server, c *call) error {
		var in In
		err := read(c, func(c *call) error { return api.DecodeValid(c.r.Body, &in) })
		if err != nil {
			return err
		}
		out, err := h(s, c, in)
		if err != nil {
			return err
		}
		return c.answer(&out)
	}
	return endpoint{serve: serve, handler: pointer(h), in: reflect.TypeFor[In](), out: reflect.TypeFor[Out]()}
}

// gives is an endpoint without a body.
func gives[Out any](h func(*Server, *call) (Out, error)) endpoint {
	serve := func(s *Server, c *call) error {
		out, err := h(s, c)
		if err != nil {
			return err
		}
		return c.answer(&out)
	}
	return endpoint{serve: serve, handler: pointer(h), out: reflect.TypeFor[Out]()}
}

// writes is an endpoint that writes its own answer.
func writes(media string, h func(*Server, *call) error) endpoint {
	return endpoint{serve: h, handler: pointer(h), out: reflect.TypeFor[[]byte](), answers: media}
}

func pointer(function any) uintptr { return reflect.ValueOf(function).Pointer() }

// imports is an endpoint that reads a table of people.
func imports(h func(*Server, *call) error) endpoint {
	return endpoint{serve: h, handler: pointer(h), in: reflect.TypeFor[[]byte](), out: reflect.TypeFor[api.ImportAnswer](), media: mediaTable, also: []string{mediaList}}
}

// wildcard is a part of a path that stands for an id.
var wildcard = regexp.MustCompile(`\{([a-z]+)\}`)

// check says what a row lacks.
func (r *route) check() error {
	switch {
	case r.method == "" || !strings.HasPrefix(r.path, "/"):
		return fmt.Errorf("the route %q %q has no method or path", r.method, r.path)
	case r.who == 0:
		return fmt.Errorf("the route %s %s does not say who may call it", r.method, r.path)
	case r.do.serve == nil || r.do.out == nil:
		return fmt.Errorf("the route %s %s has no handler with types", r.method, r.path)
	case !strings.HasSuffix(r.summary, "."):
		return fmt.Errorf("the route %s %s has no sentence that sums it up", r.method, r.path)
	}
	return nil
}

// ids are the names of the path's wildcards.
func (r *route) ids() (names []string) {
	for _, m := range wildcard.FindAllStringSubmatch(r.path, -1) {
		names = append(names, m[1])
	}
	return names
}

// newMux registers the rows. A faulty row is a mistake in the program and stops it at its start.
func (s *Server) newMux(rows []route) *http.ServeMux {
	mux := http.NewServeMux()
	for i := range rows {
		r := &rows[i]
		if err := r.check(); err != nil {
			panic(err)
		}
		mux.HandleFunc(r.method+" "+r.path, s.handler(r))
	}
	mux.HandleFunc(nowhere, s.notHere)
	return mux
}

// nowhere is the pattern of what no row matches.
const nowhere = "/"

// notHere answers an address that is in no row, or in rows with other methods only.
func (s *Server) notHere(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
		other := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(other); pattern != nowhere && isPlain(r.URL.Path) {
			allowed = append(allowed, method)
		}
	}
	if allowed == nil {
		s.fail(w, r, api.NewProblem(api.CodeNotFound, "there is no such address"))
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	s.fail(w, r, api.NewProblem(api.CodeMethodNotAllowed, "it takes "+strings.Join(allowed, ", ")))
}

// isPlain says that a path is written in its one plain form; the mux would redirect any other.
func isPlain(p string) bool { return strings.HasPrefix(p, "/") && path.Clean(p) == p }
