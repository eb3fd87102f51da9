package torture

import (
	"flag"
	"fmt"
	"runtime"
	"testing"

	"github.com/daypass/daypass/sim/page"
)

var report = flag.String("report", "", "write the totals into this file, between the two markers of the test")

// report writes the totals of a run that went well into a file, between <!-- totals of TestX --> and <!-- end -->.
func (c *counts) report(t *testing.T) {
	if *report == "" || t.Failed() {
		return
	}
	if err := page.Put(t.Context(), *report, "totals of "+t.Name(), fmt.Sprintf("%d cores", runtime.NumCPU()), c.table()); err != nil {
		t.Fatal(err)
	}
}
