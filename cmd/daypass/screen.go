package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"
)

// screen is what a command prints on: with colours and lines on a terminal, plain otherwise.
type screen struct {
	w     io.Writer
	fancy bool
}

// screenOf decides by the output and by NO_COLOR.
func screenOf(cmd *cobra.Command) screen {
	w := cmd.OutOrStdout()
	fancy := colorprofile.Detect(w, os.Environ()) > colorprofile.Ascii
	if fancy {
		w = colorprofile.NewWriter(w, os.Environ())
	}
	return screen{w, fancy}
}

// The few colours. They are the terminal's own, so that they fit any background.
var (
	good  = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Green)
	bad   = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Red)
	faint = lipgloss.NewStyle().Faint(true)
	head  = lipgloss.NewStyle().Bold(true)
)

func (s screen) paint(style lipgloss.Style, text string) string {
	if !s.fancy {
		return text
	}
	return style.Render(text)
}

// say prints a line.
func (s screen) say(format string, args ...any) { _, _ = fmt.Fprintf(s.w, format+"\n", args...) }

// column is a heading; figures stand to the right.
type column struct {
	title string
	right bool
}

func text(title string) column    { return column{title, false} }
func figures(title string) column { return column{title, true} }

// table prints rows under headings.
func (s screen) table(columns []column, rows [][]string) {
	t := table.New().Rows(rows...).Wrap(false)
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.title
	}
	t.Headers(titles...).StyleFunc(func(row, col int) lipgloss.Style {
		style := lipgloss.NewStyle().PaddingRight(2)
		if s.fancy {
			style = lipgloss.NewStyle().Padding(0, 1)
		}
		if columns[col].right {
			style = style.Align(lipgloss.Right)
		}
		if row == table.HeaderRow && s.fancy {
			return style.Inherit(head)
		}
		return style
	})
	if s.fancy {
		s.say("%s", t.Border(lipgloss.RoundedBorder()).BorderStyle(faint).Render())
		return
	}
	s.say("%s", trimmed(t.Border(lipgloss.HiddenBorder()).BorderTop(false).BorderBottom(false).BorderLeft(false).
		BorderRight(false).BorderColumn(false).BorderHeader(false).Render()))
}

func trimmed(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// fact is one line of a list of names and values.
type fact struct{ name, value string }

// facts prints names and values below each other, without those that have no value.
func (s screen) facts(list ...fact) {
	width := 0
	for _, f := range list {
		if f.value != "" {
			width = max(width, len(f.name))
		}
	}
	for _, f := range list {
		if f.value != "" {
			s.say("  %s  %s", s.paint(faint, fmt.Sprintf("%-*s", width, f.name)), f.value)
		}
	}
}
