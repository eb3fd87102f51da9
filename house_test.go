// Package house holds the rules of the house that no compiler checks.
package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/daypass/daypass/"

// mayImport is who may import whom of ours: arrows point down only. A package that is not in the table cannot
// be added without saying where it stands.
var mayImport = []struct {
	who     string
	imports []string
	because string
}{
	{"license", nil, "the rules are values in, values out: they can be tested, simulated and read alone"},
	{"journal", nil, "it keeps bytes and knows no rule, so a rule can change without touching what is stored"},
	{"journal/pgtest", nil, "it starts a PostgreSQL for tests, and knows nothing of what is kept in it"},
	{"api", nil, "it is the contract: products embed it through client, so it brings nothing along"},
	{"sample", []string{"api"}, "data in the form that anyone can send to the server"},
	{"mailbox", nil, "whether two mail addresses are one is asked by whoever keeps, reads or compares them"},
	{"people", []string{"api", "mailbox"}, "it reads what people send, within the bounds of the contract, for whoever takes people in"},
	{"desk", []string{"journal", "license", "mailbox"}, "the verbs bring rules and journal together, and nothing above them"},
	{"peer", []string{"desk", "license"}, "servers pass the desk's calls to each other; it knows nothing of what callers send"},
	{"observe", nil, "how a server is looked at: it knows nothing of what it looks at, so it can look at anything"},
	{"identity", []string{"license"}, "who is calling is a question of its own, answered from its own tables; instants are those of the rules"},
	{"server", []string{"api", "desk", "identity", "journal", "license", "mailbox", "people"}, "it translates, authorizes and calls the desk"},
	{"client", []string{"api"}, "a vendor's product embeds it: the contract and nothing else of ours"},
	{"stories", []string{"license"}, "one text in the words of the rules; its tests run it at every level"},
	{"sim/model", nil, "the second model shares no line with what it checks"},
	{"sim/firm", []string{"api", "desk", "journal", "license", "sample"}, "a simulated firm acts through the desk like anyone"},
	{"sim/yearbook", []string{"desk", "license"}, "the figures of a year come from the ledger, and not from who played it"},
	{"sim", []string{"desk", "journal", "license", "sim/model"}, "the simulated world drives the true desk and audits it with the model"},
	{"sim/bench", []string{"desk", "journal", "license", "peer"}, "it measures the true desk on its true journal; what it compares with is its own"},
	{"packaging", nil, "it is tests only, which hold what Daypass is installed with to what the program says"},
	{"sim/torture", nil, "it is tests only, which kill and check the true program"},
	{"sim/page", nil, "it writes figures into a document, whatever they are of"},
	{"sim/process", nil, "it starts and ends the true program, and knows it by its command line"},
	{"sim/overload", nil, "it is tests only, which measure the true server from outside"},
	{"cmd/daypass", []string{"api", "client", "desk", "identity", "journal", "license", "observe", "peer", "server", "sim/bench", "sim/firm", "sim/yearbook"}, "one binary brings everything together"},
}

// pure are the packages that do no input or output, and the standard packages that would.
var pure = []string{"license", "sim/model"}

var inputOutput = []string{"os", "io", "io/fs", "net", "net/http", "database/sql", "syscall", "context", "log", "log/slog", "os/exec", "bufio", "math/rand", "math/rand/v2", "crypto/rand", "hash/maphash"}

// clockReaders are the packages that may read the time: everyone else is told it (R1.3).
var clockReaders = []struct{ who, because string }{
	{"desk", "it has the one clock of a server, and measures what it waits for"},
	{"client", "a product's machine has a clock of its own"},
	{"peer", "it measures for how long another server was silent"},
	{"cmd/daypass", "it says which clock a server has"},
	{"sim/bench", "how long things take is what it is about; the desks that it measures have the real clock"},
	{"observe", "it measures how long requests took; no decision sees what it reads"},
	{"sim/page", "figures say on which day they were measured"},
}

func readsClock(pkg string) bool {
	return slices.ContainsFunc(clockReaders, func(row struct{ who, because string }) bool { return row.who == pkg })
}

// onlyDoor are modules that change much, each with the one package that may import it.
var onlyDoor = []struct{ module, pkg, because string }{
	{"go.opentelemetry.io/", "observe", "parts of it are not stable yet: a change there is a change of one package here"},
	{"net/http/pprof", "observe", "it puts itself where a careless server serves it"},
}

func TestOneDoor(t *testing.T) {
	used := map[string]bool{}
	for _, f := range files(t) {
		for _, p := range imports(f) {
			for _, row := range onlyDoor {
				if !strings.HasPrefix(p, row.module) {
					continue
				}
				if used[row.module] = true; f.pkg != row.pkg {
					t.Errorf("%s: only %s may import %s: %s", f.path, row.pkg, p, row.because)
				}
			}
		}
	}
	for _, row := range onlyDoor {
		if !used[row.module] {
			t.Errorf("nobody imports %s: take it out of the table", row.module)
		}
	}
}

// file is a parsed source file of a package.
type file struct {
	pkg, path string
	test      bool
	tree      *ast.File
}

func TestImportsPointDown(t *testing.T) {
	table := map[string][]string{}
	for _, row := range mayImport {
		table[row.who] = row.imports
		if row.because == "" {
			t.Errorf("%s stands in the table without a reason", row.who)
		}
	}
	seen := map[string]bool{}
	used := map[string]bool{} // who imports whom
	for _, f := range files(t) {
		seen[f.pkg] = true
		if f.test || f.pkg == "." {
			continue
		}
		allowed, known := table[f.pkg]
		if !known {
			t.Errorf("%s: package %s is not in the table of imports", f.path, f.pkg)
			continue
		}
		for _, p := range imports(f) {
			own, ours := strings.CutPrefix(p, module)
			used[f.pkg+" "+own] = true
			if ours && !slices.Contains(allowed, own) {
				t.Errorf("%s: %s may not import %s", f.path, f.pkg, own)
			}
			if slices.Contains(pure, f.pkg) && slices.Contains(inputOutput, p) {
				t.Errorf("%s: %s does no input or output and may not import %s", f.path, f.pkg, p)
			}
			if slices.Contains(pure, f.pkg) && !ours && strings.Contains(p, ".") {
				t.Errorf("%s: %s needs the standard library only, not %s", f.path, f.pkg, p)
			}
		}
	}
	for _, row := range mayImport {
		if !seen[row.who] {
			t.Errorf("%s stands in the table and is not there", row.who)
		}
		for _, own := range row.imports {
			if !used[row.who+" "+own] {
				t.Errorf("%s may import %s and does not: take it out of the table", row.who, own)
			}
		}
	}
}

func TestOneClock(t *testing.T) {
	for _, row := range clockReaders {
		if row.because == "" {
			t.Errorf("%s may read the clock without a reason", row.who)
		}
	}
	for _, f := range files(t) {
		if f.test || readsClock(f.pkg) {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "Sleep", "Tick"}, s.Sel.Name) {
				t.Errorf("%s: time.%s in a package that is not in the table of who may: the instant is handed in (R1.3)", f.path, s.Sel.Name)
			}
			return true
		})
	}
}

func imports(f file) (paths []string) {
	for _, spec := range f.tree.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			panic(err) // the parser accepted it
		}
		paths = append(paths, p)
	}
	return paths
}

func files(t *testing.T) (all []file) {
	t.Helper()
	set := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "tools" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		tree, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, file{filepath.ToSlash(filepath.Dir(path)), path, strings.HasSuffix(path, "_test.go"), tree})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
