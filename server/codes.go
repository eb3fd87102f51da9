package server

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/daypass/daypass/api"
)

// problemsOf lists the codes that a row can answer: those of its kind and its own.
func problemsOf(r *route) []api.Code {
	codes := append([]api.Code{api.CodeQueryInvalid, api.CodeInternal}, r.codes...)
	add := func(when bool, more ...api.Code) {
		if when {
			codes = append(codes, more...)
		}
	}
	team := strings.Contains(r.path, "{team}")
	writes := r.method != http.MethodGet && r.who&anyone == 0
	add(r.who&anyone == 0, api.CodeCredentialMissing, api.CodeCredentialInvalid, api.CodeForbidden, api.CodeUnavailable)
	add(team, api.CodeIDInvalid, api.CodeNotFound, api.CodeBusy)
	add(r.method == http.MethodPost, api.CodeKeyInvalid)
	add(r.do.in != nil, api.CodeMediaUnsupported, api.CodeBodyTooLarge)
	add(r.do.in != nil && r.do.media == "", api.CodeBodyMalformed, api.CodeBodyInvalid)
	add(writes, api.CodeStorageFull)
	add(writes && team, api.CodeClockBehind, api.CodeLedgerBroken)
	add(r.pages(), api.CodeCursorInvalid)
	slices.Sort(codes)
	return slices.Compact(codes)
}

func (r *route) pages() bool {
	return slices.ContainsFunc(r.query, func(p param) bool { return p.name == "cursor" })
}

func byStatus(codes []api.Code) map[int][]api.Code {
	by := map[int][]api.Code{}
	for _, c := range codes {
		by[c.Status()] = append(by[c.Status()], c)
	}
	return by
}

// problemResponse describes the problems of one status, each with an example.
func problemResponse(registry huma.Registry, codes []api.Code) *huma.Response {
	media := &huma.MediaType{Schema: registry.Schema(reflect.TypeFor[api.Problem](), true, ""), Examples: map[string]*huma.Example{}}
	var words []string
	for _, c := range codes {
		words = append(words, fmt.Sprintf("`%s`: %s", c, c.Title()))
		media.Examples[string(c)] = &huma.Example{Ref: "#/components/examples/" + string(c)}
	}
	out := &huma.Response{Description: strings.Join(words, "\n\n"), Content: map[string]*huma.MediaType{api.ProblemType: media}}
	if slices.ContainsFunc(codes, func(c api.Code) bool { return passing[c] }) {
		out.Headers = map[string]*huma.Header{"Retry-After": {Schema: &huma.Schema{Type: huma.TypeInteger}, Description: "Seconds to wait."}}
	}
	return out
}

// problemExamples is an example of every problem.
func problemExamples() map[string]*huma.Example {
	examples := map[string]*huma.Example{}
	for _, p := range api.Problems() {
		examples[string(p.Code)] = &huma.Example{Summary: p.Title, Value: api.NewProblem(p.Code, "")}
	}
	return examples
}
