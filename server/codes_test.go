package server

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/license"
)

// TestCodesOfTheRulesAreInTheContract: the contract names the codes for itself, since products embed it without the
// rules; here is where the two are held together.
func TestCodesOfTheRulesAreInTheContract(t *testing.T) {
	for _, c := range []license.Code{license.CodeFree, license.CodeSeat, license.CodeFloatingSeat, license.CodeTrial,
		license.CodePassLive, license.CodeTokensCharged, license.CodeTokensHeld} {
		if !slices.Contains(api.Grants(), api.Code(c)) {
			t.Errorf("%s is a grant of the rules and not of the contract", c)
		}
	}
	for _, c := range []license.Code{license.CodeProductUnknown, license.CodeProductRetired, license.CodeVersionUnsupported,
		license.CodeUserUnknown, license.CodeUserInactive, license.CodeTeamSuspended, license.CodeFlexNotAssigned,
		license.CodeProductNotInFlex, license.CodeProductExcluded, license.CodeLimitReached,
		license.CodeTokensInsufficient, license.CodeDevicesExceeded, license.CodeIdle} {
		if api.Code(c).Message() == "" {
			t.Errorf("%s is a refusal of the rules and has no words in the contract", c)
		}
	}
	for _, c := range []string{license.ErrConflict, license.ErrKindMismatch, license.ErrSessionClosed, license.ErrJobEnded,
		license.ErrHoldExpired, license.ErrUserExists, license.ErrLastPrimary, license.ErrSeatsShort, license.ErrWithdrawTooMuch,
		license.ErrTradeTokens, license.ErrTradeRefused, license.ErrSeatsInUse} {
		if api.Code(c).Status() < 400 {
			t.Errorf("%s is an error of the rules and no problem of the contract", c)
		}
	}
}

// TestWordsAreWhole: whatever value package api has a name for, its document allows.
func TestWordsAreWhole(t *testing.T) {
	named := map[string][]string{} // by type
	files, err := filepath.Glob("../api/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			kind, typed := spec.Type.(*ast.Ident)
			text, plain := spec.Values[0].(*ast.BasicLit)
			if typed && plain && text.Kind == token.STRING && kind.Name != "string" {
				value, err := strconv.Unquote(text.Value)
				if err != nil {
					t.Fatal(err)
				}
				named[kind.Name] = append(named[kind.Name], value)
			}
			return true
		})
	}
	delete(named, "Code") // whose values stand with the routes
	for kind, all := range words {
		var allowed []string
		for _, word := range all {
			allowed = append(allowed, reflect.ValueOf(word).String())
		}
		values := named[kind.Name()]
		slices.Sort(values)
		slices.Sort(allowed)
		if !slices.Equal(values, allowed) {
			t.Errorf("%s: the document allows %v, and there are %v", kind, allowed, values)
		}
		delete(named, kind.Name())
	}
	if len(named) > 0 {
		t.Errorf("the document allows any text for %v", slices.Sorted(maps.Keys(named)))
	}
}
