package api

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
)

// fuzzRequest feeds bodies to one kind of request. Whatever comes, nothing panics and every error is
// a problem; what is accepted means the same when it is written and read again.
func fuzzRequest[T Validator](f *testing.F, seeds ...string) {
	for _, s := range append(seeds, `{}`, `[]`, `{"a":null}`, `{"id":"a","id":"b"}`) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var v, again T
		if err := DecodeValid(bytes.NewReader(body), &v); err != nil {
			if p := problemOf(t, err); p.Status < 400 || p.Status > 422 || p.Title == "" {
				t.Fatalf("%q: %+v", body, p)
			}
			return
		}
		written, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		if err := DecodeValid(bytes.NewReader(written), &again); err != nil {
			t.Fatalf("%q, written %s: %v", body, written, err)
		}
		if !reflect.DeepEqual(v, again) {
			t.Fatalf("%q, written %s: got %+v, want %+v", body, written, again, v)
		}
	})
}

func FuzzDecodeSession(f *testing.F) { fuzzRequest[SessionRequest](f, sessionBody) }

func FuzzDecodeBulk(f *testing.F) {
	fuzzRequest[BulkRequest](f, `{"items":[`+sessionBody+`]}`)
}

func FuzzDecodeRenew(f *testing.F) { fuzzRequest[RenewRequest](f, `{"in_use":true}`) }

func FuzzDecodeJob(f *testing.F) {
	fuzzRequest[JobRequest](f, `{"id":"job-1","user":"ben","service":"render","quantity":12.5,"dry_run":true}`)
}

func FuzzDecodeComplete(f *testing.F) { fuzzRequest[CompleteRequest](f, `{"quantity":0.125}`) }

func FuzzDecodeCancel(f *testing.F) { fuzzRequest[CancelRequest](f, `{"quantity":null}`) }

func FuzzDecodeTeam(f *testing.F) { fuzzRequest[TeamRequest](f, teamBody) }

func FuzzDecodeSettings(f *testing.F) {
	fuzzRequest[SettingsRequest](f, `{"short_launch":"5m","short_launches":3,"devices":3}`)
}

func FuzzDecodeUser(f *testing.F) {
	fuzzRequest[UserRequest](f, `{"name":"Ben Ode","email":"ben@acme.example","role":"secondary_admin"}`)
}

func FuzzDecodePack(f *testing.F) { fuzzRequest[PackRequest](f, `{"id":"small","size":500}`) }

func FuzzDecodeWithdraw(f *testing.F) {
	fuzzRequest[WithdrawRequest](f, `{"id":"w-1","tokens":0.5,"reason":"a mistake"}`)
}

func FuzzDecodeMove(f *testing.F) {
	fuzzRequest[MoveRequest](f, `{"id":"m-1","to":"beta","tokens":0.5,"reason":"a merger"}`)
}

func FuzzDecodeSubscription(f *testing.F) { fuzzRequest[SubscriptionRequest](f, subscriptionBody) }

func FuzzDecodeKey(f *testing.F) {
	fuzzRequest[KeyRequest](f, `{"id":"k","role":"product","expires_at":"2027-01-01"}`)
}

func FuzzDecodeFlex(f *testing.F) {
	fuzzRequest[FlexRequest](f, `{"mode":"listed","products":["autocad","maya"]}`)
}

func FuzzDecodeLimits(f *testing.F) { fuzzRequest[LimitsRequest](f, limitsBody) }

func FuzzDecodeClock(f *testing.F) {
	fuzzRequest[ClockRequest](f, `{"now":"2026-01-05T08:00:00Z"}`, `{"advance":"4m59s"}`)
}

func FuzzDecodeCatalog(f *testing.F) { fuzzRequest[Catalog](f, catalogBody) }

func FuzzDecodeGrant(f *testing.F) {
	fuzzRequest[GrantRequest](f, `{"id":"g-1","tokens":5,"reason":"a gift"}`)
}

func FuzzDecodeSuspend(f *testing.F) { fuzzRequest[SuspendRequest](f, `{"reason":"unpaid"}`) }

func FuzzDecodeAssignment(f *testing.F) { fuzzRequest[AssignmentRequest](f, `{"kind":"multi_user"}`) }

func FuzzDecodeTrial(f *testing.F) { fuzzRequest[TrialRequest](f, `{"until":"2027-01-01"}`) }

func FuzzDecodeUserFlex(f *testing.F) {
	fuzzRequest[UserFlexRequest](f, `{"mode":"default"}`, `{"mode":"listed","products":["maya"]}`)
}
