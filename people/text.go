package people

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// refusal is what is wrong with a file as a whole.
type refusal string

func (r refusal) Error() string { return string(r) }

const (
	errCharset  = refusal("is neither UTF-8 nor UTF-16 nor Windows-1252 all through: save it as CSV UTF-8")
	errUTF32    = refusal("is UTF-32: save it as CSV UTF-8")
	errNotUTF8  = refusal("is not UTF-8, as it was said to be")
	errWorkbook = refusal("is a workbook of a spreadsheet: save it as CSV UTF-8")
	errNULs     = refusal("has NUL characters and is no table of text: save it as CSV UTF-8")
)

// The names of encodings, as they are told.
const (
	utf8Name    = "utf-8"
	utf16       = "utf-16" // either of the following
	utf16LE     = "utf-16le"
	utf16BE     = "utf-16be"
	windows1252 = "windows-1252"
)

// encodings are those that a file can be said to have. Windows-1252 is what everyone means by ISO 8859-1.
var encodings = map[string]encoding.Encoding{
	utf16LE:      unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	utf16BE:      unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	windows1252:  charmap.Windows1252,
	"iso-8859-1": charmap.Windows1252,
}

// Known reports whether a file can be said to have this encoding; "" leaves it to be found out.
func Known(charset string) bool {
	name := strings.ToLower(charset)
	return name == "" || name == utf16 || name == utf8Name || name == "us-ascii" || encodings[name] != nil
}

// decode turns a file into text. What is said of its encoding is believed; where nothing is said, a mark at the
// beginning tells, else where the zeros of plain letters stand, else whether it is UTF-8.
func decode(file []byte, charset string) (text, name string, err error) {
	switch name = strings.ToLower(charset); {
	case name == "", name == utf16:
		if name, err = sniff(file); err != nil {
			return "", "", err
		}
	case encodings[name] == nil: // UTF-8 or a part of it
		if name = utf8Name; !utf8.Valid(file) {
			return "", name, errNotUTF8
		}
	}
	if e := encodings[name]; e != nil {
		if file, err = e.NewDecoder().Bytes(file); err != nil {
			return "", name, errCharset
		}
	}
	text = strings.TrimPrefix(string(file), "\ufeff")
	if strings.ContainsRune(text, 0) {
		return "", name, errNULs
	}
	return text, name, nil
}

// sniff finds out how a file is encoded.
func sniff(file []byte) (string, error) {
	zero := func(i int) bool { return len(file) >= 4 && file[i] == 0 && file[i+2] == 0 }
	switch {
	case bytes.HasPrefix(file, []byte("PK\x03\x04")), bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return "", errWorkbook
	case bytes.HasPrefix(file, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(file, []byte("\x00\x00\xfe\xff")):
		return "", errUTF32
	case bytes.HasPrefix(file, []byte("\xff\xfe")), zero(1) && !zero(0):
		return utf16LE, nil
	case bytes.HasPrefix(file, []byte("\xfe\xff")), zero(0) && !zero(1):
		return utf16BE, nil
	case utf8.Valid(file):
		return utf8Name, nil
	case mostlyUTF8(file):
		return "", errCharset // with a place that is broken; read as Windows-1252 all other accents would be
	}
	return windows1252, nil
}

// mostlyUTF8 says that of the letters beyond ASCII no fewer are UTF-8 than not.
func mostlyUTF8(file []byte) bool {
	good, bad := 0, 0
	for len(file) > 0 {
		r, n := utf8.DecodeRune(file)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		file = file[n:]
	}
	return good > 0 && good >= bad
}

// brokenLine is the first line that is not UTF-8, or the first of all.
func brokenLine(file []byte) int {
	for at := 0; at < len(file); {
		r, n := utf8.DecodeRune(file[at:])
		if r == utf8.RuneError && n == 1 {
			return 1 + bytes.Count(file[:at], []byte("\n"))
		}
		at += n
	}
	return 1
}

// oneLineEnd makes a line feed of each carriage return that ends a line on its own, as old programs for the Mac write
// it. Those in quotes are somebody's text.
func oneLineEnd(text string) string {
	if !strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), "\r") {
		return text
	}
	b, quoted := []byte(text), false
	for i, c := range b {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\r' && !quoted && (i+1 == len(b) || b[i+1] != '\n'):
			b[i] = '\n'
		}
	}
	return string(b)
}
