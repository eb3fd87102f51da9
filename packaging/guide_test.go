package packaging

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command of daypass that a document shows in a box for the shell is one of the program, with its flags.
func TestCommandsOfTheDocuments(t *testing.T) {
	documents, err := fs.Glob(os.DirFS(root), "docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, document := range append(documents, "README.md") {
		for _, box := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(read(t, document), -1) {
			for line := range strings.Lines(box[1]) {
				if command := daypassIn(line); command != nil {
					shown++
					help(t, command...)
				}
			}
		}
	}
	if shown < 5 {
		t.Errorf("%d commands are shown: the documents are not read as they are written", shown)
	}
}

// daypassIn are the words after daypass where a line runs it, perhaps with variables or as somebody else.
func daypassIn(line string) []string {
	line, _, _ = strings.Cut(line, " #")
	line = regexp.MustCompile(` [|<>&].*`).ReplaceAllString(strings.TrimSpace(line), "")
	line = regexp.MustCompile(`^((\w+=\S*|runuser -u \S+ --) )*`).ReplaceAllString(line, "")
	words := strings.Fields(line)
	if len(words) < 2 || words[0] != "daypass" {
		return nil
	}
	return words[1:]
}

// What the operator's guide says that the log says is what the program logs.
func TestMessagesOfTheGuide(t *testing.T) {
	source := new(strings.Builder)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		source.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(read(t, "docs/operating.md"), "| message | what to do |\n|---|---|\n")
	table, _, ended := strings.Cut(table, "\n\n")
	if !found || !ended {
		t.Fatal("docs/operating.md has no table of messages")
	}
	for row := range strings.Lines(table) {
		cell, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " |")
		for _, message := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cell, -1) {
			if !strings.Contains(source.String(), `"`+message[1]+`"`) {
				t.Errorf("nothing logs %q", message[1])
			}
		}
	}
}
