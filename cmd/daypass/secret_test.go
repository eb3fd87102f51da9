package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSecret(t *testing.T) {
	for _, c := range []struct {
		name, variable string
		file           *string
		want           string
		refused        bool
	}{
		{name: "neither is there"},
		{name: "the variable alone", variable: "open-sesame", want: "open-sesame"},
		{name: "the file alone, whose line ends", file: new("from-a-file\n"), want: "from-a-file"},
		{name: "the variable goes first", variable: "open-sesame", file: new("from-a-file"), want: "open-sesame"},
		{name: "a file that says nothing", file: new("\n"), refused: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			t.Setenv("CREDENTIALS_DIRECTORY", folder)
			t.Setenv("DAYPASS_OPERATOR_KEY", c.variable)
			if c.file != nil {
				if err := os.WriteFile(filepath.Join(folder, "daypass_operator_key"), []byte(*c.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := secret("DAYPASS_OPERATOR_KEY")
			if got != c.want || (err != nil) != c.refused {
				t.Errorf("got %q, %v; want %q, refused %v", got, err, c.want, c.refused)
			}
		})
	}
	t.Setenv("DAYPASS_OPERATOR_KEY", "")
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	if got, err := secret("DAYPASS_OPERATOR_KEY"); got != "" || err != nil {
		t.Errorf("without a folder: got %q, %v; want nothing", got, err)
	}
}
