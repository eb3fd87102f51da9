package journal

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
)

// random is what does not compress.
func random(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return b
}

// A flipped byte is told, except in the few of the header that mean nothing here (the time, the system).
func TestDamagedSnapshots(t *testing.T) {
	body := bytes.Repeat([]byte(`{"pack":"small","left":493}`), 20)
	packed, err := pack(body)
	must(t, err)
	for at := range packed {
		damaged := bytes.Clone(packed)
		damaged[at] ^= 0x10
		if got, err := unpack(damaged); err == nil && !bytes.Equal(got, body) {
			t.Errorf("flipped at %d, it gives %q", at, got)
		}
		if _, err := unpack(packed[:at]); !errors.Is(err, ErrSnapshotDamaged) {
			t.Errorf("cut at %d gives %v, want %v", at, err, ErrSnapshotDamaged)
		}
	}
}

// Nothing panics, and what can be read can be written and read again.
func FuzzSnapshot(f *testing.F) {
	for _, body := range [][]byte{nil, []byte("x"), bytes.Repeat([]byte("state "), 1000), random(100)} {
		packed, err := pack(body)
		must(f, err)
		f.Add(packed)
		f.Add(body)
		f.Add(packed[:len(packed)/2])
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		body, err := unpack(packed)
		if err != nil {
			if !errors.Is(err, ErrSnapshotDamaged) {
				t.Errorf("got %v, want %v", err, ErrSnapshotDamaged)
			}
			return
		}
		again, err := pack(body)
		must(t, err)
		got, err := unpack(again)
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("packed again it gives %d bytes (%v), want %d", len(got), err, len(body))
		}
	})
}
