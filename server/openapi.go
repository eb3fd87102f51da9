package server

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/daypass/daypass/api"
)

// openapi serves the document.
func (s *Server) openapi(c *call) error {
	body, err := s.document()
	if err != nil {
		return err
	}
	write(c.w, c.status, jsonType, body)
	return nil
}

// examplesJSON are requests and answers of every route, recorded from a true server by a test.
//
//go:embed document/examples.json
var examplesJSON []byte

// example is what was sent to a route and what it answered, by operation id.
type example struct {
	Request json.RawMessage `json:"request,omitempty"`
	Answer  json.RawMessage `json:"answer,omitempty"`
}

const introduction = `Daypass licenses products by the day: a subscription seat covers those who use a product often, prepaid
tokens cover the rest, one day pass at a time.

**Style.** JSON with snake_case names. Instants are RFC 3339 in UTC with milliseconds; tokens are numbers with at most
three decimals; money is in minor units. Unknown fields, duplicate names and trailing data are refused.

**A refusal is an answer.** Opening a product answers 200 with ` + "`outcome`" + ` granted or refused and a ` + "`code`" + ` that says
why. Errors are ` + "`application/problem+json`" + ` (RFC 9457) with a stable ` + "`code`" + `.

**Retries.** Where the body has an id that the caller chose, the same request again has one effect and the first
answer; the id with another body is a conflict. Other POSTs take an Idempotency-Key for that. A repeated answer
carries ` + "`Idempotent-Replayed: true`" + `.

**Position.** Every answer about a team has the number of the team's last ledger entry; a later answer never has a lower
one.`

// describe makes the document of a table.
func describe(rows []route) *huma.OpenAPI {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	registry.RegisterTypeAlias(reflect.TypeFor[api.Entry](), reflect.TypeFor[ledgerEntry]())
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "Daypass", Version: "1", Description: introduction,
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
		Servers: []*huma.Server{{URL: "/", Description: "This server"}},
		Paths:   map[string]*huma.PathItem{},
		Tags:    tags,
		Components: &huma.Components{Schemas: registry, Examples: problemExamples(), SecuritySchemes: map[string]*huma.SecurityScheme{"bearer": {
			Type: "http", Scheme: "bearer", Description: "The operator's credential, or the secret of a team's key."}}},
		Security: []map[string][]string{{"bearer": {}}},
	}
	var examples map[string]example
	if err := json.Unmarshal(examplesJSON, &examples); err != nil {
		panic(fmt.Errorf("document/examples.json: %w", err)) // it is part of the program
	}
	for i := range rows {
		r := &rows[i]
		item := doc.Paths[r.path]
		if item == nil {
			item = &huma.PathItem{}
			doc.Paths[r.path] = item
		}
		place(item, r.method, operation(registry, r, examples[r.name()]))
	}
	shapeAll(registry, rows)
	return doc
}

func place(item *huma.PathItem, method string, op *huma.Operation) {
	switch method {
	case http.MethodGet:
		item.Get = op
	case http.MethodPut:
		item.Put = op
	case http.MethodPost:
		item.Post = op
	case http.MethodDelete:
		item.Delete = op
	}
}

// name is the operation's id: the name of its handler.
func (r *route) name() string {
	name := runtime.FuncForPC(r.do.handler).Name()
	return name[strings.LastIndex(name, ".")+1:]
}
