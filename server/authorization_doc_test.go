package server

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAuthorizationDoc holds the page that prints the table to the table.
func TestAuthorizationDoc(t *testing.T) {
	const file, begin, end = "../docs/authorization.md", "<!-- routes -->\n", "<!-- /routes -->\n"
	page, err := os.ReadFile(file)
	must(t, err)
	before, rest, ok := bytes.Cut(page, []byte(begin))
	_, after, closed := bytes.Cut(rest, []byte(end))
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", file)
	}
	golden(t, file, bytes.Join([][]byte{before, []byte(begin), []byte(printed(routes)), []byte(end), after}, nil))
}

// printed is the table for people.
func printed(rows []route) string {
	var b strings.Builder
	b.WriteString("| |")
	for _, kind := range callers {
		b.WriteString(" " + kind.name + " |")
	}
	b.WriteString("\n|---" + strings.Repeat("|:---:", len(callers)) + "|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| `%s %s` |", r.method, r.path)
		for _, kind := range callers {
			b.WriteString(cell(r.who, kind.who))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func cell(row, kind who) string {
	switch {
	case row&(kind|anyone) == 0:
		return " |"
	case row&anyone == 0 && kind == user:
		return " own |"
	}
	return " ✓ |"
}

// TestEveryCallerIsAsked holds that the kinds of callers are all in the tests, and all different.
func TestEveryCallerIsAsked(t *testing.T) {
	var listed, asked who
	for _, kind := range callers {
		if listed&kind.who != 0 || kind.name == "" || kind.about == "" {
			t.Errorf("%q is listed twice or says nothing", kind.name)
		}
		listed |= kind.who
	}
	for _, kind := range kinds {
		asked |= kind
	}
	if asked |= anyone; asked != listed || listed != user<<1-1 {
		t.Errorf("asked as %b, listed %b, there are %b", asked, listed, user<<1-1)
	}
}

// TestNoRouteBesideTheTable: one place registers handlers, and it reads the table.
func TestNoRouteBesideTheTable(t *testing.T) {
	files, err := filepath.Glob("*.go")
	must(t, err)
	var found []string
	for _, name := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		must(t, err)
		for _, d := range tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || strings.HasSuffix(name, "_test.go") {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "HandleFunc" || s.Sel.Name == "Handle") {
					found = append(found, f.Name.Name)
				}
				return true
			})
		}
	}
	if got := strings.Join(found, " "); got != "newMux newMux" {
		t.Errorf("handlers are registered in %q, want in newMux alone: for the rows, and for what is in none", got)
	}
}
