package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/schollz/progressbar/v3"

	"github.com/daypass/daypass/sim/firm"
)

// watchDays shows how far the year is: as a bar on a terminal, as a line otherwise.
func watchDays(w io.Writer) (progress func(day, of int), done func()) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(f.Fd()) {
		_, _ = fmt.Fprintf(w, "Playing a year of %s …\n", firm.Name)
		return nil, func() {}
	}
	bar := progressbar.NewOptions(1, progressbar.OptionSetWriter(f), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false), progressbar.OptionUseANSICodes(true))
	progress = func(day, of int) {
		bar.ChangeMax(of)
		bar.Describe("Playing " + firm.First.Add(time.Duration(day-1)*24*time.Hour).Format("January 2006"))
		_ = bar.Set(day)
	}
	return progress, func() { _ = bar.Finish() }
}
