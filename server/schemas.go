package server

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/daypass/daypass/api"
)

// wordsJSON are the comments of the types and fields in package api: "SessionRequest.id" → what it is. A test
// takes them from the source.
//
//go:embed document/words.json
var wordsJSON []byte

// ledgerEntry stands for api.Entry, whose further fields depend on its kind.
type ledgerEntry struct {
	Position int64       `json:"position"`
	At       api.Instant `json:"at"`
	Kind     string      `json:"kind"`
	By       string      `json:"by"`
	Hash     string      `json:"hash"`
}

// schemaName names a type as package api does.
func schemaName(t reflect.Type, hint string) string {
	if t == reflect.TypeFor[ledgerEntry]() {
		return "Entry"
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if item, ok := strings.CutPrefix(name, "List"); ok && item != "" {
		return item + "List"
	}
	return name
}

// words are the values that a text field may have, by its type.
var words = map[reflect.Type][]any{
	reflect.TypeFor[api.Outcome]():         {api.OutcomeGranted, api.OutcomeRefused, api.OutcomeError},
	reflect.TypeFor[api.Source]():          {api.SourceFree, api.SourceSeat, api.SourceTrial, api.SourceTokens},
	reflect.TypeFor[api.ProductKind]():     {api.Daily, api.Metered, api.Free},
	reflect.TypeFor[api.Plan]():            {api.PlanStandard, api.PlanPremium},
	reflect.TypeFor[api.TeamState]():       {api.TeamActive, api.TeamSuspended},
	reflect.TypeFor[api.Role]():            {api.RoleUser, api.RoleGuest, api.RoleSecondaryAdmin, api.RolePrimaryAdmin},
	reflect.TypeFor[api.KeyRole]():         {api.KeyAdmin, api.KeyReports, api.KeyProduct, api.KeyUser, api.KeyOperator},
	reflect.TypeFor[api.InvitationState](): {api.InvitationPending, api.InvitationAccepted, api.InvitationExpired},
	reflect.TypeFor[api.RowCode](): {api.RowFileUnreadable, api.RowFileEmpty, api.RowHeadingInvalid, api.RowMalformed, api.RowTooMany,
		api.RowNameInvalid, api.RowEmailInvalid, api.RowEmailRefused, api.RowEmailDuplicate, api.RowSeatsShort},
	reflect.TypeFor[api.ImportAction]():     {api.ImportAdded, api.ImportExisting},
	reflect.TypeFor[api.SubscriptionKind](): {api.SingleUser, api.MultiUser},
	reflect.TypeFor[api.FlexMode]():         {api.FlexAll, api.FlexListed, api.FlexDefault},
	reflect.TypeFor[api.LimitScope]():       {api.ScopeTeam, api.ScopeGroup, api.ScopeUser, api.ScopeProduct, api.ScopeUserProduct},
	reflect.TypeFor[api.WishState]():        {api.WishOpen, api.WishApproved, api.WishEnded, api.WishDeclined, api.WishLapsed},
	reflect.TypeFor[api.FlexFrom]():         {api.FlexFromDefault, api.FlexFromOwn},
	reflect.TypeFor[api.Period]():           {api.PeriodDay, api.PeriodWeek, api.PeriodMonth},
	reflect.TypeFor[api.LimitAction]():      {api.ActionRefuse, api.ActionWarn},
	reflect.TypeFor[api.Origin]():           {api.OriginBought, api.OriginGranted, api.OriginMoved},
	reflect.TypeFor[api.PlanReason]():       {api.PlanAsOrdered, api.PlanNoSubscriptions, api.PlanSeatsShort},
	reflect.TypeFor[api.Feature]():          {api.SummaryReports, api.ProductReports, api.UserReports, api.DirectorySync, api.ReportingNames},
	reflect.TypeFor[api.TradeTo]():          {api.TradeToSingleUser, api.TradeToTokens},
}

// shapes are the types whose JSON is not what their Go kind says.
var shapes = map[reflect.Type]huma.Schema{
	reflect.TypeFor[api.Tokens]():   {Type: huma.TypeNumber, Description: "At most three decimals.", Examples: []any{7}},
	reflect.TypeFor[api.Quantity](): {Type: huma.TypeNumber, Description: "At most three decimals.", Examples: []any{0.5}},
	reflect.TypeFor[api.Instant]():  {Type: huma.TypeString, Format: "date-time", Examples: []any{"2026-01-05T08:00:00.000Z"}},
	reflect.TypeFor[api.Duration](): {Type: huma.TypeString, Description: "A Go duration.", Examples: []any{"24h", "4m59s"}},
}

// shapeAll gives every schema the words of package api and the shapes that its types have in JSON.
func shapeAll(registry huma.Registry, rows []route) {
	var comments map[string]string
	if err := json.Unmarshal(wordsJSON, &comments); err != nil {
		panic(fmt.Errorf("document/words.json: %w", err)) // it is part of the program
	}
	strict := requests(registry, rows)
	for name, schema := range registry.Map() {
		t := registry.TypeFromRef("#/components/schemas/" + name)
		schema.Description = comments[owner(t)]
		if !strict[name] || t == reflect.TypeFor[ledgerEntry]() {
			schema.AdditionalProperties = nil // an answer may learn to say more
		}
		shapeFields(schema, t, comments)
	}
}

// owner is the name under which a type's comments are kept.
func owner(t reflect.Type) string {
	if t == reflect.TypeFor[ledgerEntry]() {
		return "Entry"
	}
	name, _, _ := strings.Cut(t.Name(), "[")
	return name
}

func shapeFields(schema *huma.Schema, t reflect.Type, comments map[string]string) {
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || schema.Properties[name] == nil {
			continue
		}
		in := owner(t)
		if len(f.Index) > 1 { // of an embedded struct
			in = t.FieldByIndex(f.Index[:len(f.Index)-1]).Type.Name()
		}
		p := shape(schema.Properties[name], f.Type)
		if about := comments[in+"."+name]; about != "" {
			p.Description = sentence(about + ". " + p.Description)
		}
		if f.Type == reflect.TypeFor[api.Code]() {
			p.Description = sentence(p.Description + " " + codesOf(t))
		}
		if f.Type.Kind() == reflect.Pointer && !strings.Contains(options, "omit") {
			p = orNull(p)
		}
		schema.Properties[name] = p
	}
}

// shape is the schema of a field of a type.
func shape(was *huma.Schema, t reflect.Type) *huma.Schema {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s, ok := shapes[t]; ok {
		return &s
	}
	was.Nullable = false
	was.Enum = words[t]
	return was
}

// orNull lets a schema be null. A reference cannot say so itself.
func orNull(s *huma.Schema) *huma.Schema {
	if s.Ref == "" {
		s.Nullable = true
		return s
	}
	return &huma.Schema{Description: s.Description, AnyOf: []*huma.Schema{{Ref: s.Ref}, {Type: "null"}}}
}

// requests are the schemas that requests alone are made of: they are read strictly.
func requests(registry huma.Registry, rows []route) map[string]bool {
	in, out := map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		if r.do.in != nil && r.do.media == "" {
			reach(registry, registry.Schema(r.do.in, true, ""), in)
		}
		reach(registry, registry.Schema(r.do.out, true, ""), out)
	}
	for name := range out {
		delete(in, name)
	}
	return in
}

// reach notes the schemas that one is made of.
func reach(registry huma.Registry, s *huma.Schema, seen map[string]bool) {
	if s == nil {
		return
	}
	if s.Ref != "" {
		name := s.Ref[strings.LastIndex(s.Ref, "/")+1:]
		if seen[name] {
			return
		}
		seen[name] = true
		s = registry.SchemaFromRef(s.Ref)
	}
	reach(registry, s.Items, seen)
	for _, p := range s.Properties {
		reach(registry, p, seen)
	}
}

// sentence begins with a capital, unless it begins with a code.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if first, _, _ := strings.Cut(s, " "); s == "" || strings.Contains(first, "_") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// codesOf lists the codes that an answer of a type can have. More may come.
func codesOf(t reflect.Type) string {
	var codes []string
	if t == reflect.TypeFor[api.Problem]() {
		for _, p := range api.Problems() {
			codes = append(codes, string(p.Code))
		}
		return "One of " + strings.Join(codes, ", ") + "."
	}
	for _, c := range api.Grants() {
		codes = append(codes, string(c))
	}
	grants := "Granted: " + strings.Join(codes, ", ") + ". Refused: "
	codes = nil
	for _, r := range api.Refusals() {
		codes = append(codes, string(r.Code))
	}
	return grants + strings.Join(codes, ", ") + "."
}
