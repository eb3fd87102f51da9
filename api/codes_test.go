package api

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// declaredCodes reads the constants of type Code from the source.
func declaredCodes(t *testing.T) (codes []Code) {
	t.Helper()
	for _, name := range []string{"codes.go", "answers.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
				text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				codes = append(codes, Code(text))
			}
			return true
		})
	}
	return codes
}

// Every code is in exactly one of the tables of problems, grants and refusals, with its words.
func TestEveryCodeIsInOneTable(t *testing.T) {
	rows := map[Code]int{}
	for _, p := range Problems() {
		rows[p.Code]++
		if http.StatusText(p.Status) == "" || p.Status < 400 || !strings.HasSuffix(p.Title, ".") {
			t.Errorf("%+v", p)
		}
		if p.Code.Status() != p.Status || p.Code.Title() != p.Title {
			t.Errorf("%s: got %d %q", p.Code, p.Code.Status(), p.Code.Title())
		}
	}
	for _, c := range Grants() {
		rows[c]++
	}
	for _, r := range Refusals() {
		rows[r.Code]++
		if r.Code.Message() != r.Message || !strings.HasSuffix(r.Message, ".") {
			t.Errorf("%+v", r)
		}
	}
	declared := declaredCodes(t)
	for _, c := range declared {
		if rows[c] != 1 || !regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`).MatchString(string(c)) {
			t.Errorf("%q is in %d tables", c, rows[c])
		}
	}
	if len(rows) != len(declared) {
		t.Errorf("got %d codes in tables, want the %d declared", len(rows), len(declared))
	}
}

func TestCodesThatAreInNoTable(t *testing.T) {
	c := Code("no_such_code")
	if c.Status() != 500 || c.Title() != "" || c.Message() != "" {
		t.Errorf("got %d %q %q", c.Status(), c.Title(), c.Message())
	}
}

func TestProblemAsError(t *testing.T) {
	for want, p := range map[string]*Problem{
		"not_found":                     NewProblem(CodeNotFound, ""),
		"busy: later":                   NewProblem(CodeBusy, "later"),
		"body_invalid: /id is required": NewProblem(CodeBodyInvalid, "", FieldError{"/id", "is required"}),
	} {
		if p.Error() != want {
			t.Errorf("got %q, want %q", p.Error(), want)
		}
	}
}
