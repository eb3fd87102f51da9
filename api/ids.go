package api

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of names, in the unit that each says.
const (
	MaxID     = 128  // bytes
	MaxTeamID = 63   // bytes
	MaxName   = 200  // characters
	MaxEmail  = 254  // bytes
	MaxReason = 1000 // characters
)

// What can be wrong with a name.
const (
	errRequired = inputError("is required")
	errID       = inputError("must be 1 to 128 letters, digits or . _ : @ + - ~, and not only dots")
	errTeamID   = inputError("must be 1 to 63 lower-case letters, digits or -")
	errUserRef  = inputError("must be a user's id or e-mail address")
	errEmail    = inputError("must be a plain e-mail address of at most 254 bytes")
	errTextSize = inputError("is too long")
	errText     = inputError("must be text without control characters, and not only spaces")
	errCurrency = inputError("must be an ISO 4217 code of three capital letters")
	errTimeZone = inputError(`must be a time zone's IANA name, such as "Europe/Berlin"`)
)

// CheckID accepts the ids that callers choose: of sessions, jobs, packs, users, products …
// 1 to 128 ASCII letters, digits or . _ : @ + - ~, so that they stand in an address as they are,
// and most e-mail addresses are ids. Dots alone are refused, since they mean a way in an address.
func CheckID(id string) error {
	if id == "" {
		return errRequired
	}
	dots := 0
	for i := range len(id) {
		if !idByte(id[i]) {
			return errID
		}
		if id[i] == '.' {
			dots++
		}
	}
	if len(id) > MaxID || dots == len(id) {
		return errID
	}
	return nil
}

func idByte(c byte) bool {
	switch c {
	case '.', '_', ':', '@', '+', '-', '~':
		return true
	}
	return alphanumeric(c)
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// CheckTeamID accepts 1 to 63 lower-case ASCII letters, digits or hyphens.
func CheckTeamID(id string) error {
	if id == "" {
		return errRequired
	}
	for i := range len(id) {
		if c := id[i]; c != '-' && (!alphanumeric(c) || 'A' <= c && c <= 'Z') {
			return errTeamID
		}
	}
	if len(id) > MaxTeamID {
		return errTeamID
	}
	return nil
}

// CheckUserRef accepts what names a user: an id or an e-mail address.
func CheckUserRef(ref string) error {
	if ref == "" {
		return errRequired
	}
	if CheckID(ref) == nil || CheckEmail(ref) == nil {
		return nil
	}
	return errUserRef
}

// CheckEmail accepts one bare address, without a display name, of at most 254 bytes.
func CheckEmail(email string) error {
	if email == "" {
		return errRequired
	}
	if len(email) > MaxEmail || checkText(email, MaxEmail) != nil {
		return errEmail
	}
	address, err := mail.ParseAddress(email)
	if err != nil || address.Name != "" || address.Address != email {
		return errEmail
	}
	return nil
}

// CheckName accepts the names of people, teams and products: 1 to 200 characters of valid UTF-8
// without control characters or line breaks, and not only spaces.
func CheckName(name string) error {
	if name == "" {
		return errRequired
	}
	return checkText(name, MaxName)
}

// checkText accepts up to limit characters of one line; it finds the empty text wanting.
func checkText(s string, limit int) error {
	if len(s) > limit*utf8.UTFMax || utf8.RuneCountInString(s) > limit {
		return errTextSize
	}
	if !utf8.ValidString(s) || strings.TrimSpace(s) == "" {
		return errText
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return errText
		}
	}
	return nil
}

// checkCurrency accepts the form of an ISO 4217 code; whether it exists is not looked up.
func checkCurrency(s string) error {
	if s == "" {
		return errRequired
	}
	if len(s) != 3 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return errCurrency
	}
	return nil
}

// checkTimeZone accepts the form of an IANA name; whether it exists is not looked up.
func checkTimeZone(s string) error {
	if len(s) > 64 || s == "Local" || strings.HasPrefix(s, "/") {
		return errTimeZone
	}
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && !strings.ContainsRune("_+-/", rune(c)) {
			return errTimeZone
		}
	}
	return nil
}
