package bench

import (
	"context"
	"testing"
)

// BenchmarkHotTeam is the charges of one team at 256 callers alone, for profiles.
func BenchmarkHotTeam(b *testing.B) {
	h := newHouse(b, b.TempDir(), 1, hotUsers)
	defer h.close(b)
	b.SetParallelism(128)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := h.open(context.Background()); err != nil {
				b.Error(err)
			}
		}
	})
}
