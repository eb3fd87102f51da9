package people

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/mailbox"
)

var update = flag.Bool("update", false, "write the golden files anew")

// told is what was found, for people to read.
func told(f Found) string {
	var b strings.Builder
	if f.Encoding != "" {
		fmt.Fprintf(&b, "encoding %s\n", f.Encoding)
	}
	for _, c := range f.Ignored {
		fmt.Fprintf(&b, "ignored %q\n", c)
	}
	for _, p := range f.People {
		fmt.Fprintf(&b, "%d %q %q\n", p.Row, p.Name, p.Email)
	}
	for _, w := range f.Mistakes {
		fmt.Fprintf(&b, "wrong %d %q %s: %s\n", w.Row, w.Column, w.Code, w.Message)
	}
	return b.String()
}

// TestFiles reads files as people have them, beside each of which stands what is in it.
func TestFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.csv")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got := []byte(told(ReadTable(file, "")))
		golden := strings.TrimSuffix(name, ".csv") + ".golden"
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(want, got) {
			t.Errorf("%s (-want +got):\n%s", name, cmp.Diff(string(want), string(got)))
		}
		wrong := strings.HasPrefix(filepath.Base(name), "wrong-")
		if hasWrong := bytes.Contains(got, []byte("wrong ")); wrong && !hasWrong {
			t.Errorf("%s has no mistake", name)
		}
	}
}

func TestLists(t *testing.T) {
	for text, want := range map[string]string{
		"Ada Lovelace <ada@acme.example>; Ben <ben@acme.example>":        "1 Ada Lovelace ada@acme.example\n2 Ben ben@acme.example",
		"Ada Lovelace <ada@acme.example>, Ben <ben@acme.example>,":       "1 Ada Lovelace ada@acme.example\n2 Ben ben@acme.example",
		"Ada <ada@acme.example>\r\nBen <ben@acme.example>\n\n":           "1 Ada ada@acme.example\n2 Ben ben@acme.example",
		"\"Lovelace, Ada\" <ada@acme.example>, 'Ben' <ben@acme.example>": "1 Lovelace, Ada ada@acme.example\n2 Ben ben@acme.example",
		"Lovelace, Ada <ada@acme.example>; Ode, Ben <ben@acme.example>":  "1 Lovelace, Ada ada@acme.example\n2 Ode, Ben ben@acme.example",
		"Lovelace, Ada <ada@acme.example>, Ode, Ben <ben@acme.example>":  "1 Lovelace, Ada ada@acme.example\n2 Ode, Ben ben@acme.example",
		"ada@acme.example, ben.ode@acme.example":                         "1 ada ada@acme.example\n2 ben.ode ben.ode@acme.example",
		"ada@acme.example (Ada Lovelace)":                                "1 Ada Lovelace ada@acme.example",
		"<ada@acme.example>":                                             "1 ada ada@acme.example",
		"Ada Lovelace ada@acme.example":                                  "1 Ada Lovelace ada@acme.example",
		"Ada [ada@acme.example]":                                         "1 Ada ada@acme.example",
		"Ada <mailto:ada@acme.example>":                                  "1 Ada ada@acme.example",
		"ada@acme.example <ada@acme.example>":                            "1 ada ada@acme.example",
		"'ada@acme.example' <ada@acme.example>":                          "1 ada ada@acme.example",
		"To: Ada <ada@acme.example>; ben@acme.example":                   "1 Ada ada@acme.example\n2 ben ben@acme.example",
		"=?UTF-8?Q?Ren=C3=A9?= <rene@acme.example>":                      "1 René rene@acme.example",
		"=?windows-1252?Q?Ren=E9?= <rene@acme.example>":                  "1 René rene@acme.example",
		"René Müller <rene@acme.example>":                                "1 René Müller rene@acme.example",
		"'t Hooft <gerard@acme.example>; Pat O'Brien <pat@acme.example>": "1 't Hooft gerard@acme.example\n2 Pat O'Brien pat@acme.example",
		"Ada \"the first\" Lovelace <ada@acme.example>":                  "1 Ada the first Lovelace ada@acme.example",
		"\u200bAda\u00a0<ada@acme.example\u200b>\u2028":                  "1 Ada ada@acme.example",
		"=1+1 <eve@acme.example>":                                        "1 =1+1 eve@acme.example",
		"Ada <ada@acme.example> Ben <ben@acme.example>":                  "wrong 1 Email has two addresses: put a semicolon between two people",
		"Ada <ada@acme.example>; ADA <Ada@ACME.example>":                 "1 Ada ada@acme.example\nwrong 2 Email stands in row 1 already",
		"Ada <ada@acme.example>; Ben":                                    "1 Ada ada@acme.example\nwrong 2 Email must be a plain e-mail address of at most 254 bytes",
		" ; ,\n":                                                         "wrong 1  there is nobody in the list",
	} {
		var lines []string
		f := ReadList([]byte(text), "")
		for _, p := range f.People {
			lines = append(lines, fmt.Sprintf("%d %s %s", p.Row, p.Name, p.Email))
		}
		for _, w := range f.Mistakes {
			lines = append(lines, fmt.Sprintf("wrong %d %s %s", w.Row, w.Column, w.Message))
		}
		if got := strings.Join(lines, "\n"); got != want {
			t.Errorf("%q (-want +got):\n%s", text, cmp.Diff(want, got))
		}
	}
}

// What is said of a file's encoding is believed, and what it says wrongly is told.
func TestCharset(t *testing.T) {
	latin := []byte("First name,Email\nRen\xe9,r@acme.example\n")
	for charset, want := range map[string]string{"": "René", "windows-1252": "René", "ISO-8859-1": "René", "utf-8": "", "us-ascii": ""} {
		if !Known(charset) {
			t.Errorf("%q is not known", charset)
		}
		f := ReadTable(latin, charset)
		if ok := len(f.Mistakes) == 0; ok != (want != "") || ok && f.People[0].Name != want {
			t.Errorf("%q: %s", charset, told(f))
		}
	}
	if Known("ebcdic") {
		t.Error("ebcdic is known")
	}
}

// A file has at most 5 000 people, whatever its other rows are like.
func TestAtMost(t *testing.T) {
	file := []byte("First name,Email\n")
	for i := range Max {
		file = fmt.Appendf(file, "N,n%d@acme.example\n", i)
	}
	if f := ReadTable(append(file, "\n,\n"...), ""); len(f.People) != Max || f.Mistakes != nil {
		t.Errorf("%d people and %v", len(f.People), f.Mistakes)
	}
	f := ReadTable(append(file, "One,more@acme.example\n"...), "")
	if d := cmp.Diff([]api.RowError{{Row: Max + 2, Code: api.RowTooMany, Message: "a file has at most 5000 people"}}, f.Mistakes); d != "" {
		t.Error(d)
	}
	if f := ReadTable(append([]byte("First name,Email\n"), strings.Repeat("a\"b,\n", 100_000)...), ""); len(f.Mistakes) > Max+1 {
		t.Errorf("%d mistakes are told", len(f.Mistakes))
	}
	list := strings.Repeat("x\n", 100_000)
	if f := ReadList([]byte(list), ""); len(f.Mistakes) > Max+1 {
		t.Errorf("%d mistakes of a list are told", len(f.Mistakes))
	}
}

func TestDefuse(t *testing.T) {
	for text, want := range map[string]string{"": "", "Ada": "Ada", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM": "'@SUM",
		"\tx": "'\tx", "\rx": "'\rx", "a=b": "a=b", "'=x": "'=x", "é": "é"} {
		if got := Defuse(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// hold checks what must be true of whatever was read.
func hold(t *testing.T, f Found) {
	t.Helper()
	if len(f.People) > Max || len(f.People)+len(f.Mistakes) == 0 || len(f.Mistakes) > 4*Max {
		t.Fatalf("%d people, %d mistakes", len(f.People), len(f.Mistakes))
	}
	for _, w := range f.Mistakes {
		if w.Row < 1 || w.Message == "" || w.Code == "" {
			t.Fatalf("a mistake without a place or a reason: %+v", w)
		}
	}
	if len(f.Mistakes) > 0 {
		return
	}
	seen, row := map[string]bool{}, 0
	for _, p := range f.People {
		key := mailbox.Key(p.Email)
		if api.CheckName(p.Name) != nil || api.CheckEmail(p.Email) != nil || mailbox.Check(p.Email) != nil || seen[key] || p.Row <= row {
			t.Fatalf("%+v was taken", p)
		}
		seen[key], row = true, p.Row
	}
}

// FuzzReadTable: no file makes it panic, and what it takes is well-formed, at most 5 000 people, each address once.
func FuzzReadTable(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.csv")
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file, "")
	}
	f.Add([]byte("sep=\nName,Email\n"), "utf-16")
	f.Fuzz(func(t *testing.T, file []byte, charset string) {
		if len(file) < 1<<16 && Known(charset) {
			hold(t, ReadTable(file, charset))
		}
	})
}

// FuzzReadList: the same of lists.
func FuzzReadList(f *testing.F) {
	for _, seed := range []string{"Ada <ada@acme.example>; Ben <ben@acme.example>", "a@b, \"c, d\" <e@f>", "=?UTF-8?Q?=?= <a@b>", "(a@b", "To:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 1<<16 {
			hold(t, ReadList([]byte(text), ""))
		}
	})
}

func BenchmarkReadTable(b *testing.B) {
	file := []byte("First name,Last name,Email\n")
	for i := range Max {
		file = fmt.Appendf(file, "René,Müller %d,rene%d@acme.example\n", i, i)
	}
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if f := ReadTable(file, ""); f.Mistakes != nil {
			b.Fatal(f.Mistakes)
		}
	}
}

// What somebody sends to keep the reader busy takes it no longer than a good file.
func TestHostile(t *testing.T) {
	const size = 1 << 17
	head := "First name,Last name,Email\n"
	for _, unit := range []string{"(", "<", "@", "\"", ",", ";", "a@b,", "\r", "\n", "a <", "=?utf-8?q?", "é", "\u0301", "\\", "xn--", "a.", "@ü.", "(a", "\"a\" ", "<a@b>", "\x00", "\xff"} {
		text := strings.Repeat(unit, size/len(unit))
		begin := time.Now()
		for _, text := range []string{text, "a@ü" + text, "a " + text + "@acme.example"} {
			hold(t, ReadList([]byte(text), ""))
			hold(t, ReadTable([]byte(text), ""))
			hold(t, ReadTable([]byte(head+"a,b,\""+text), ""))
			hold(t, ReadTable([]byte(head+"a,b,"+text), ""))
		}
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("a lot of %q takes %v", unit, took)
		}
	}
}
