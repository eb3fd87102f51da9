package people

import (
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/daypass/daypass/api"
)

// ReadTable reads a table whose first row names its columns, as spreadsheets and other programs write it: separated by
// commas, semicolons, tabs or bars, with any ends of lines, in any of the usual encodings. A charset that the sender
// gave is believed. All mistakes are told, not only the first.
func ReadTable(file []byte, charset string) Found {
	r := &roll{rows: map[string]int{}}
	text, ok := r.decode(file, charset, "file")
	if !ok {
		return r.Found
	}
	r.read(oneLineEnd(text))
	if len(r.People) == 0 && len(r.Mistakes) == 0 {
		r.wrong(api.RowFileEmpty, 1, "", "there is nobody in the file")
	}
	return r.Found
}

// decode turns bytes into text, or notes why it cannot; what says what they are.
func (r *roll) decode(file []byte, charset, what string) (text string, ok bool) {
	text, name, err := decode(file, charset)
	row := 1
	if errors.Is(err, errCharset) || errors.Is(err, errNotUTF8) {
		row = brokenLine(file)
	}
	if err != nil {
		r.wrong(api.RowFileUnreadable, row, "", "the "+what+" "+err.Error())
		return "", false
	}
	r.Encoding = name
	return text, true
}

// read reads the rows behind the line that names the separator, if there is one.
func (r *roll) read(text string) {
	text, separator := cutSeparator(text)
	if separator == 0 {
		separator = separatorOf(text)
	}
	rows := newRows(text, separator)
	var l *layout
	for taken := 0; ; {
		row, cells, err := rows.next()
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil && l == nil:
			r.wrong(api.RowMalformed, row, "", err.Error())
			return
		case err == nil && strings.TrimSpace(strings.Join(cells, "")) == "": // as a spreadsheet writes a row that was emptied
		case l == nil:
			var ok bool
			if l, ok = r.readHeading(row, cells); !ok {
				return
			}
		case taken == Max:
			r.wrong(api.RowTooMany, row, "", "a file has at most "+number(Max)+" people")
			return
		default:
			if taken++; err != nil {
				r.wrong(api.RowMalformed, row, "", err.Error())
				continue
			}
			r.readRow(l, row, cells)
		}
	}
}

func (r *roll) readRow(l *layout, row int, cells []string) {
	for i := len(l.heading); i < len(cells); i++ {
		if strings.TrimSpace(cells[i]) != "" {
			r.wrong(api.RowMalformed, row, l.column(i), "stands behind the last column of the heading: put texts that have the separator in them in quotes")
			return
		}
	}
	names := make([]cell, len(l.names))
	for i, at := range l.names {
		names[i] = l.cell(cells, at)
	}
	address := l.cell(cells, l.email)
	address.text = bare(address.text)
	r.add(row, names, address)
}

// rows reads the records of a table and counts them as a spreadsheet does: a row may have several lines in it, and a
// line without anything is a row.
type rows struct {
	csv   *csv.Reader
	extra int // lines so far that began no row
}

func newRows(text string, separator rune) *rows {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator, -1, true
	return &rows{csv: r}
}

const (
	errBareQuote = refusal("has a quotation mark inside a cell: put the cell in quotes and double the mark")
	errQuote     = refusal("has a quoted cell that does not end, or goes on behind its end")
)

func (r *rows) next() (row int, cells []string, err error) {
	cells, err = r.csv.Read()
	var wrong *csv.ParseError
	switch {
	case errors.As(err, &wrong):
		row = wrong.StartLine - r.extra
		r.extra += max(0, wrong.Line-wrong.StartLine)
		if errors.Is(err, csv.ErrBareQuote) {
			return row, nil, errBareQuote
		}
		return row, nil, errQuote
	case err != nil:
		return 0, nil, err
	}
	line, _ := r.csv.FieldPos(0)
	row = line - r.extra
	for _, c := range cells {
		r.extra += strings.Count(c, "\n")
	}
	return row, cells, nil
}

// separators are what cells are separated by, the likeliest first.
const separators = ",;\t|"

// cutSeparator takes off a first line "sep=;", which some spreadsheets write and none shows.
func cutSeparator(text string) (rest string, separator rune) {
	line, rest, _ := strings.Cut(text, "\n")
	line = strings.Trim(strings.TrimRight(line, "\r"), `"`)
	if len(line) < 5 || !strings.EqualFold(line[:4], "sep=") {
		return text, 0
	}
	separator, n := utf8.DecodeRuneInString(line[4:])
	if strings.Trim(line[4+n:], separators) != "" || separator == '"' || separator == '\r' || separator == utf8.RuneError {
		return text, 0
	}
	return rest, separator
}

// separatorOf is the one with which the heading says most, else the one that stands in it most often.
func separatorOf(text string) rune {
	text = strings.TrimLeft(text, "\r\n")
	best, most := ',', -1
	for _, s := range separators {
		_, cells, err := newRows(text, s).next()
		if err != nil {
			continue
		}
		score := len(cells)
		for _, c := range cells {
			if fieldOf(c) != nothing {
				score += 1000
			}
		}
		if score > most {
			best, most = s, score
		}
	}
	return best
}

func number(n int) string { return strconv.Itoa(n) }

func quoted(s string) string { return strconv.Quote(s) }
