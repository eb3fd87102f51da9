package server

import (
	"encoding/hex"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/license"
)

func (s *Server) readLedger(c *call) (out api.List[api.Entry], err error) {
	p, err := api.ParsePage(c.query)
	if err != nil {
		return out, err
	}
	from, err := afterNumber(p.Cursor)
	if err != nil {
		return out, err
	}
	if c.query.Has("kind") {
		return s.ledgerOf(c, p, from)
	}
	records, pos, err := s.desk.Ledger(c.r.Context(), c.team, from, p.Limit+1)
	if err != nil {
		return out, err
	}
	if len(records) > p.Limit {
		records = records[:p.Limit]
		out.Next = cursorAfter(strconv.FormatInt(records[p.Limit-1].Position, 10))
	}
	out.Position = pos
	out.Items, err = entriesOf(records)
	return out, err
}

// ledgerOf reads the entries of some kinds.
func (s *Server) ledgerOf(c *call, p api.Page, from int64) (out api.List[api.Entry], err error) {
	kinds := strings.Split(c.query.Get("kind"), ",")
	for _, kind := range kinds {
		if !slices.Contains(license.Kinds(), kind) {
			return out, api.NewProblem(api.CodeQueryInvalid, "there is no kind of entry "+short(kind))
		}
	}
	records, looked, pos, err := s.desk.LedgerOf(c.r.Context(), c.team, from, p.Limit, kinds)
	if err != nil {
		return out, err
	}
	if looked < pos {
		out.Next = cursorAfter(strconv.FormatInt(looked, 10))
	}
	out.Position = pos
	out.Items, err = entriesOf(records)
	return out, err
}

func entriesOf(records []desk.Record) (_ []api.Entry, err error) {
	items := make([]api.Entry, len(records))
	for i, r := range records {
		if items[i], err = entryOf(r); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func entryOf(r desk.Record) (api.Entry, error) {
	fields, err := fieldsOf(r.Body)
	return api.Entry{Position: r.Position, At: api.Instant(r.At), Kind: r.Body.Kind(), By: r.By, Fields: fields,
		Hash: hex.EncodeToString(r.Hash[:])}, err
}

// fieldsOf writes what an entry changed. Amounts and instants get their wire form by their Go type, so that a
// new kind of entry needs nothing here.
func fieldsOf(body license.Body) (jsontext.Value, error) {
	return json.Marshal(wire(reflect.ValueOf(body)), json.Deterministic(true))
}

// renamedFields are fields whose name means something else in every entry.
var renamedFields = map[string]string{"kind": "seat"}

// wire is a value in its wire form.
func wire(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case license.Tokens:
		return api.Tokens(x)
	case license.Quantity:
		return api.Quantity(x)
	case license.Instant:
		return api.Instant(x)
	case license.Settings: // whose spans are not instants
		s := settingsOf(x)
		return map[string]any{"short_launch": s.ShortLaunch, "short_launches": s.ShortLaunches, "devices": s.Devices}
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return wire(v.Elem())
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = wire(v.Index(i))
		}
		return list
	case reflect.Struct:
		object := map[string]any{}
		addFields(object, v)
		return object
	}
	return v.Interface()
}

// addFields adds the fields of a struct as encoding/json would name and omit them.
func addFields(object map[string]any, v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			addFields(object, v.Field(i))
			continue
		case !field.IsExported() || name == "-" || strings.Contains(options, "omit") && v.Field(i).IsZero():
			continue
		}
		if other, ok := renamedFields[name]; ok {
			name = other
		}
		object[name] = wire(v.Field(i))
	}
}
