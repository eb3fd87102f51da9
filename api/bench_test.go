package api

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"testing"

	"github.com/go-json-experiment/json"
)

const sessionBody = `{"id": "ses-1", "user": "ben@acme.example", "product": "autocad",
 "version": "2026", "device": "laptop-7", "dry_run": false}`

func sampleAnswer() SessionAnswer {
	return SessionAnswer{
		Session: "ses-1", Outcome: OutcomeGranted, Code: CodeTokensCharged, Source: SourceTokens,
		Pass:   &Pass{"p-0123456789", 1767600000000, 1767686400000},
		Charge: &Charge{"c-0123456789", 7000, []Draw{{"small", 7000}}},
		Lease:  new(sampleKey().Sign(sampleLease())), LeaseExpiresAt: new(Instant(1767686400000)),
		Balance: Available{493000}, Position: 12,
	}
}

func sampleLease() Lease {
	return Lease{"acme", "ben@acme.example", "autocad", "laptop-7", "ses-1", "p-0123456789", SourceTokens, 1767600000123, 1767686400123}
}

func sampleKey() SigningKey {
	key, err := NewSigningKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))
	if err != nil {
		panic(err)
	}
	return key
}

func BenchmarkDecodeSession(b *testing.B) {
	body, r := []byte(sessionBody), bytes.NewReader(nil)
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(body)
		var v SessionRequest
		if err := DecodeValid(r, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeBulk(b *testing.B) {
	var body []byte
	for i := range MaxBulk {
		body = fmt.Appendf(body, `,{"id":"ses-%d","user":"ben@acme.example","product":"autocad","version":"2026","device":"laptop-7"}`, i)
	}
	body = append(append([]byte(`{"items":[`), body[1:]...), "]}"...)
	r := bytes.NewReader(nil)
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(body)
		var v BulkRequest
		if err := DecodeValid(r, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeDeep(b *testing.B) {
	body, r := bytes.Repeat([]byte(`{"a":`), 10_000), bytes.NewReader(nil)
	for b.Loop() {
		r.Reset(body)
		var v SessionRequest
		if Decode(r, &v) == nil {
			b.Fatal("accepted")
		}
	}
}

func BenchmarkMarshalAnswer(b *testing.B) {
	answer := sampleAnswer()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(&answer); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendAnswer(b *testing.B) {
	answer := sampleAnswer()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = answer.AppendJSON(buf[:0])
	}
}

func BenchmarkSignLease(b *testing.B) {
	key, lease := sampleKey(), sampleLease()
	b.ReportAllocs()
	for b.Loop() {
		key.Sign(lease)
	}
}

// BenchmarkLeaseUnsigned is the part of signing a lease that is not the signature's own.
func BenchmarkLeaseUnsigned(b *testing.B) {
	key, lease := sampleKey(), sampleLease()
	b.ReportAllocs()
	for b.Loop() {
		lease.appendSigned(nil, key.alone)
	}
}

func BenchmarkVerifyLease(b *testing.B) {
	key := sampleKey()
	keys, token := Keys{key.ID(): key.Public()}, key.Sign(sampleLease())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Verify(keys, token, 1767600001000); err != nil {
			b.Fatal(err)
		}
	}
}
