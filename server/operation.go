package server

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// operation describes a row.
func operation(registry huma.Registry, r *route, e example) *huma.Operation {
	op := &huma.Operation{OperationID: r.name(), Summary: strings.TrimSuffix(r.summary, "."), Tags: []string{r.tag()},
		Description: strings.TrimSpace(r.about + "\n\n" + r.allowed()), Parameters: parameters(r),
		Responses: map[string]*huma.Response{}}
	if r.who&anyone != 0 {
		op.Security = []map[string][]string{{}}
	}
	if r.do.in != nil {
		op.RequestBody = requestBody(registry, r, e)
	}
	op.Responses[strconv.Itoa(r.success())] = success(registry, r, e)
	for status, codes := range byStatus(problemsOf(r)) {
		op.Responses[strconv.Itoa(status)] = problemResponse(registry, codes)
	}
	return op
}

func (r *route) success() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// allowed says in words who may call.
func (r *route) allowed() string {
	if r.who&anyone != 0 {
		return "Needs no credential."
	}
	var who []string
	for _, kind := range callers {
		if r.who&kind.who != 0 {
			who = append(who, kind.about)
		}
	}
	return "May be called by " + strings.Join(who, "; ") + "."
}

// abouts say what an id in an address stands for.
var abouts = map[string]string{
	"team":    "The team's id.",
	"user":    "The user's id or e-mail address.",
	"what":    "The code of a product or a collection, or `flex`.",
	"product": "The product's code.",
	"session": "The session's id.",
	"job":     "The job's id.",
	"request": "The id of a request for access.",
	"pack":    "The pack's id.",
	"key":     "The key's id.",
}

func parameters(r *route) (params []*huma.Param) {
	text := func() *huma.Schema { return &huma.Schema{Type: huma.TypeString} }
	for _, id := range r.ids() {
		params = append(params, &huma.Param{Name: id, In: "path", Required: true, Description: abouts[id], Schema: text()})
	}
	for _, p := range r.query {
		params = append(params, &huma.Param{Name: p.name, In: "query", Description: p.about, Schema: text()})
	}
	if r.method == http.MethodPost {
		about := "Names the request, so that it can be repeated. Where the body has an id of the caller's, that is the key."
		params = append(params, &huma.Param{Name: "Idempotency-Key", In: "header", Description: about, Schema: text()})
	}
	return params
}

func requestBody(registry huma.Registry, r *route, e example) *huma.RequestBody {
	media := &huma.MediaType{Example: raw(e.Request), Schema: &huma.Schema{Type: huma.TypeString}}
	if r.do.media == "" {
		media.Schema = registry.Schema(r.do.in, true, "")
	}
	content := map[string]*huma.MediaType{r.mediaType(): media}
	for _, other := range r.do.also {
		content[other] = &huma.MediaType{Schema: media.Schema}
	}
	return &huma.RequestBody{Required: !r.do.optional, Content: content}
}

// mediaType is that of the body.
func (r *route) mediaType() string { return cmp.Or(r.do.media, "application/json") }

// raw is an example, or nothing.
func raw(m json.RawMessage) any {
	if m == nil {
		return nil
	}
	return m
}

func success(registry huma.Registry, r *route, e example) *huma.Response {
	media := &huma.MediaType{Example: raw(e.Answer)}
	kind := "application/json"
	switch {
	case r.do.answers != "":
		kind, media.Schema = r.do.answers, &huma.Schema{Type: huma.TypeString}
	default:
		media.Schema = registry.Schema(r.do.out, true, "")
	}
	if kind == "application/json" && r.do.answers != "" {
		media.Schema = &huma.Schema{Type: huma.TypeObject}
	}
	out := &huma.Response{Description: "Done.", Content: map[string]*huma.MediaType{kind: media}}
	if r.method == http.MethodPost {
		out.Headers = map[string]*huma.Header{"Idempotent-Replayed": {Schema: &huma.Schema{Type: huma.TypeString},
			Description: "`true` when this repeats the first answer to the same request."}}
	}
	return out
}
