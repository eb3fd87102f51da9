package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// secret is a setting that must not stand on a command line: a variable of the environment, or else the file of
// that name in small letters in the folder $CREDENTIALS_DIRECTORY. There systemd puts a unit's credentials, and an
// image has the secrets of its container. Empty: neither is there. A file that is there and says nothing is an
// error, so that a mount gone wrong does not start a server without its secret.
func secret(variable string) (string, error) {
	if value := os.Getenv(variable); value != "" {
		return value, nil
	}
	folder := os.Getenv("CREDENTIALS_DIRECTORY")
	if folder == "" {
		return "", nil
	}
	path := filepath.Join(folder, strings.ToLower(variable))
	text, err := os.ReadFile(path)
	value := strings.TrimSpace(string(text))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("cannot read %s: %w: let this account read it, or set %s", path, innermost(err), variable)
	case value == "":
		return "", fmt.Errorf("%s is empty: write the secret into it, remove it, or set %s", path, variable)
	}
	return value, nil
}
