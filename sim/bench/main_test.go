package bench

import (
	"os"
	"runtime/debug"
	"testing"

	"github.com/daypass/daypass/desk"
)

func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(desk.GCPercent) // as the server does
	}
	os.Exit(m.Run())
}
