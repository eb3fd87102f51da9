// Package people reads the people that somebody typed, pasted from a mail program, or exported from a spreadsheet, and
// writes them so that a spreadsheet shows them and runs nothing. It is pure: bytes in, people and mistakes out.
package people

import (
	"strings"
	"unicode/utf8"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/mailbox"
)

// Max is how many people one file or list may hold (R8.2).
const Max = 5000

// Person is one of those who were read. Name and address are as they were typed, without the blanks around them.
type Person struct {
	Row         int // of the file, from 1, the heading being row 1; in a list the how-manieth it is
	Name, Email string
}

// Found is what was read: the people of the rows that are right, and what is wrong with the others.
type Found struct {
	People   []Person
	Mistakes []api.RowError // in the order of their rows
	// Ignored are columns that say nothing about who somebody is, as they are headed.
	Ignored []string
	// Encoding is what the bytes were taken for, such as "utf-8"; empty when that cannot be told.
	Encoding string
}

func (f *Found) wrong(code api.RowCode, row int, column, message string) {
	f.Mistakes = append(f.Mistakes, api.RowError{Row: row, Column: column, Code: code, Message: message})
}

// roll collects people and looks at each.
type roll struct {
	Found
	rows map[string]int // by the key of the address
}

// cell is a text with the heading of its column, which a mistake is told with.
type cell struct{ column, text string }

// add takes one person in. The parts of the name stand in one or two columns.
func (r *roll) add(row int, names []cell, email cell) {
	var words []string
	before := len(r.Mistakes)
	for _, c := range names {
		if c.text == "" {
			continue
		}
		words = append(words, c.text)
		if err := checkName(c.text); err != nil {
			r.wrong(api.RowNameInvalid, row, c.column, err.Error())
		}
	}
	p := Person{Row: row, Name: strings.Join(words, " "), Email: email.text}
	if err := api.CheckName(p.Name); err != nil && len(r.Mistakes) == before {
		r.wrong(api.RowNameInvalid, row, names[0].column, err.Error())
	}
	r.checkEmail(row, email)
	if len(r.Mistakes) == before {
		r.People = append(r.People, p)
	}
}

const errLost = refusal("has a letter that was lost when it was saved in another encoding")

func checkName(name string) error {
	if strings.ContainsRune(name, utf8.RuneError) {
		return errLost
	}
	return api.CheckName(name)
}

func (r *roll) checkEmail(row int, email cell) {
	if err := api.CheckEmail(email.text); err != nil {
		r.wrong(api.RowEmailInvalid, row, email.column, err.Error())
		return
	}
	if err := mailbox.Check(email.text); err != nil {
		r.wrong(api.RowEmailRefused, row, email.column, err.Error())
		return
	}
	key := mailbox.Key(email.text)
	if first := r.rows[key]; first != 0 {
		r.wrong(api.RowEmailDuplicate, row, email.column, "stands in row "+number(first)+" already")
		return
	}
	r.rows[key] = row
}
