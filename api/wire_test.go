package api

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const (
	teamBody = `{"id":"acme","name":"Acme","plan":"standard","time_zone":"Europe/Berlin",
 "primary_admin":{"id":"ada","name":"Ada Quill","email":"ada@acme.example"}}`

	subscriptionBody = `{"id":"sub-1","product":"autocad","kind":"single_user","seats":2,
 "from":"2026-01-01","until":"2027-01-01T00:00:00Z"}`

	limitsBody = `{"items":[
 {"scope":"team","period":"month","tokens":1000,"action":"warn"},
 {"scope":"group","group":"design","period":"week","tokens":0,"action":"refuse"},
 {"scope":"user_product","user":"ben@acme.example","product":"autocad","period":"day","tokens":7,"action":"refuse"}]}`

	catalogBody = `{"products":[
 {"code":"autocad","name":"AutoCAD","kind":"daily","flex":true,"versions":["2026","2025"],"rates":[{"from":"2025-01-01","tokens":7},{"from":"2027-01-01","tokens":8,"sample":true}]},
 {"code":"vault","name":"Vault","kind":"daily","flex":false},
 {"code":"render","name":"Rendering","kind":"metered","unit":"result","rates":[{"from":"1970-01-01","tokens":0.1}],"covered_by_seat":true,"hold":"24h","sample":true},
 {"code":"viewer","name":"Viewer","kind":"free","retired":true}],
 "collections":[{"code":"aec","name":"AEC","products":["autocad","vault"]}],
 "prices":{"currency":"USD","packs":[{"size":500,"amount":150000},{"size":1000,"amount":300000}],
  "seats":[{"product":"autocad","months":12,"amount":203000},{"collection":"aec","months":12,"amount":340000}]}}`
)

// valid decodes a body that must be accepted.
func valid[T Validator](t *testing.T, body string) (v T) {
	t.Helper()
	if err := DecodeValid(strings.NewReader(body), &v); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return v
}

// faults decodes a body that must be refused, and gives the places in order.
func faults[T Validator](t *testing.T, body string) string {
	t.Helper()
	var v T
	err := DecodeValid(strings.NewReader(body), &v)
	if err == nil {
		return "accepted"
	}
	var paths []string
	for _, e := range problemOf(t, err).Errors {
		paths = append(paths, e.Path)
	}
	return strings.Join(paths, " ")
}

func TestBodiesOfTheContractAreAccepted(t *testing.T) {
	valid[SessionRequest](t, sessionBody)
	valid[SessionRequest](t, `{"id":"s","product":"p"}`)
	valid[TeamRequest](t, teamBody)
	valid[SubscriptionRequest](t, subscriptionBody)
	valid[LimitsRequest](t, limitsBody)
	valid[LimitsRequest](t, `{"items":[]}`)
	valid[CancelRequest](t, `{}`)
	valid[CloseRequest](t, `{}`)
	valid[UserFlexRequest](t, `{"mode":"default"}`)
	valid[TrialRequest](t, `{"until":"2026-02-01"}`)
	valid[GrantRequest](t, `{"id":"g-1","tokens":0.5,"reason":"a gift"}`)

	c := valid[Catalog](t, catalogBody)
	if *c.Products[2].Rates[0].Tokens != 100 || *c.Products[2].Rates[0].From != 0 || c.Products[2].Hold.String() != "24h" {
		t.Errorf("got %+v", c.Products[2])
	}
	if !c.Products[0].InFlex() || c.Products[1].InFlex() || !c.Products[2].InFlex() {
		t.Error("flex is true unless it says false")
	}
}

func TestBodiesThatAreWrongNameEachField(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{faults[SessionRequest](t, `{}`), "/id /product"},
		{faults[SessionRequest](t, `{"id":"a b","user":"x y","product":"..","version":" ","device":"\u0000"}`), "/id /user /product /version /device"},
		{faults[BulkRequest](t, `{}`), "/items"},
		{faults[BulkRequest](t, `{"items":[{"id":"a","product":"p"},{"id":"a","user":"/","product":"p"}]}`), "/items/1/user"},
		{faults[BulkRequest](t, `{"items":[`+strings.Repeat(`{"id":"a","product":"p"},`, 1000)+`{"id":"a","product":"p"}]}`), "/items"},
		{faults[RenewRequest](t, `{}`), "/in_use"},
		{faults[JobRequest](t, `{"id":"a","service":"s"}`), "/quantity"},
		{faults[JobRequest](t, `{"id":"a","service":"s","quantity":-1}`), "/quantity"},
		{faults[JobRequest](t, `{"id":"a","service":"s","quantity":1000000000.001}`), "/quantity"},
		{faults[CompleteRequest](t, `{}`), "/quantity"},
		{faults[CompleteRequest](t, `{"quantity":-0.001}`), "/quantity"},
		{faults[CancelRequest](t, `{"quantity":-1}`), "/quantity"},
		{faults[TeamRequest](t, `{}`), "/id /name /primary_admin/name /primary_admin/email"},
		{faults[TeamRequest](t, `{"id":"Acme","name":"A","plan":"gold","time_zone":"../etc","primary_admin":{"id":"a/b","name":"A","email":"Ada <a@b.c>"}}`), "/id /plan /time_zone /primary_admin/id /primary_admin/email"},
		{faults[SettingsRequest](t, `{"short_launch":"25h","short_launches":-1,"devices":0}`), "/short_launch /short_launches /devices"},
		{faults[PackRequest](t, `{"id":"a","size":0.5}`), "/size"},
		{faults[PackRequest](t, `{"id":"a","size":0}`), "/size"},
		{faults[PackRequest](t, `{"id":"a","size":1000000001}`), "/size"},
		{faults[WithdrawRequest](t, `{"id":"a","tokens":0}`), "/tokens /reason"},
		{faults[GrantRequest](t, `{"id":"a","tokens":-5,"reason":" "}`), "/tokens /reason"},
		{faults[MoveRequest](t, `{"id":"a","to":"B","tokens":1}`), "/reason /to"},
		{faults[AssignmentRequest](t, `{"kind":"floating"}`), "/kind"},
		{faults[SuspendRequest](t, `{"reason":"a\nb"}`), "/reason"},
		{faults[UserRequest](t, `{"name":" \t","email":" "}`), "/name /email"},
		{faults[SubscriptionRequest](t, `{"id":"a"}`), " /kind /seats /from /until"},
		{faults[SubscriptionRequest](t, `{"id":"a","product":"p","collection":"c","kind":"single_user","seats":1,"from":"2026-01-01","until":"2026-01-01"}`), " /until"},
		{faults[KeyRequest](t, `{"id":"a","role":"root"}`), "/role"},
		{faults[UserRequest](t, `{"name":"","email":"a@b@c","role":"primary_admin"}`), "/name /email /role"},
		{faults[TrialRequest](t, `{}`), "/until"},
		{faults[FlexRequest](t, `{"mode":"default"}`), "/mode"},
		{faults[FlexRequest](t, `{"mode":"all","products":["a"]}`), "/products"},
		{faults[FlexRequest](t, `{"mode":"listed","products":["a","a","/"]}`), "/products/1 /products/2"},
		{faults[LimitsRequest](t, `{}`), "/items"},
		{faults[LimitsRequest](t, `{"items":[{"scope":"team","user":"ben","period":"year"}]}`), "/items/0/user /items/0/period /items/0/tokens /items/0/action"},
		{faults[LimitsRequest](t, `{"items":[{"scope":"user_product","period":"day","tokens":-1,"action":"warn"}]}`), "/items/0/user /items/0/product /items/0/tokens"},
		{faults[ClockRequest](t, `{}`), ""},
		{faults[ClockRequest](t, `{"now":"2026-01-01","advance":"1s"}`), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// Blanks around what people type are taken off before it is checked.
func TestNamesAreTrimmed(t *testing.T) {
	user := valid[UserRequest](t, `{"name":" Ben Ode\n","email":"\tben@acme.example "}`)
	if want := (UserRequest{Name: "Ben Ode", Email: "ben@acme.example"}); user != want {
		t.Errorf("got %+v, want %+v", user, want)
	}
	team := valid[TeamRequest](t, `{"id":"a","name":" A ","primary_admin":{"name":" Ada","email":"ada@acme.example "}}`)
	if want := (TeamRequest{ID: "a", Name: "A", PrimaryAdmin: PrimaryAdmin{Name: "Ada", Email: "ada@acme.example"}}); team != want {
		t.Errorf("got %+v, want %+v", team, want)
	}
}

func TestCatalogsThatContradictThemselves(t *testing.T) {
	for body, want := range map[string]string{
		`{}`:                "/products",
		`{"products":[{}]}`: "/products/0/code /products/0/name /products/0/kind",
		`{"products":[{"code":"flex","name":"F","kind":"daily"}]}`:                                                                                                                "/products/0/code",
		`{"products":[{"code":"a","name":"A","kind":"daily"},{"code":"a","name":"A","kind":"free"}]}`:                                                                             "/products/1/code",
		`{"products":[{"code":"a","name":"A","kind":"metered"}]}`:                                                                                                                 "/products/0/unit",
		`{"products":[{"code":"a","name":"A","kind":"daily","unit":"u","covered_by_seat":true,"hold":"1h"}]}`:                                                                     "/products/0/unit /products/0/covered_by_seat /products/0/hold",
		`{"products":[{"code":"a","name":"A","kind":"metered","unit":"u","hold":"8761h"}]}`:                                                                                       "/products/0/hold",
		`{"products":[{"code":"a","name":"A","kind":"daily","versions":["1","","1"]}]}`:                                                                                           "/products/0/versions/1 /products/0/versions/2",
		`{"products":[{"code":"a","name":"A","kind":"daily","rates":[{}]}]}`:                                                                                                      "/products/0/rates/0/from /products/0/rates/0/tokens",
		`{"products":[{"code":"a","name":"A","kind":"daily","rates":[{"from":"2026-01-01","tokens":-1},{"from":"2026-01-01","tokens":1}]}]}`:                                      "/products/0/rates/0/tokens /products/0/rates/1/from",
		`{"products":[{"code":"a","name":"A","kind":"daily"}],"collections":[{"code":"a","name":"A","products":["b"]}]}`:                                                          "/collections/0/code /collections/0/products/0",
		`{"products":[],"collections":[{"code":"c","name":"C"}]}`:                                                                                                                 "/collections/0/products",
		`{"products":[],"prices":{"currency":"usd","packs":[{"size":1.5,"amount":1},{"size":5,"amount":0},{"size":5,"amount":1}]}}`:                                               "/prices/currency /prices/packs/0/size /prices/packs/1/amount /prices/packs/2/size",
		`{"products":[],"prices":{"currency":"USD","seats":[{"product":"a","months":0,"amount":1},{"months":1,"amount":1}]}}`:                                                     "/prices/seats/0/product /prices/seats/0/months /prices/seats/1",
		`{"products":[{"code":"a","name":"A","kind":"daily"}],"prices":{"currency":"USD","seats":[{"product":"a","months":1,"amount":1},{"product":"a","months":1,"amount":2}]}}`: "/prices/seats/1",
	} {
		if got := faults[Catalog](t, body); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

func TestAnswersAreThoseOfTheContract(t *testing.T) {
	granted := sampleAnswer()
	granted.Lease = new("…")
	for _, c := range []struct {
		answer any
		want   string
	}{
		{granted, `{"session":"ses-1","outcome":"granted","code":"tokens_charged","source":"tokens",` +
			`"pass":{"id":"p-0123456789","from":"2026-01-05T08:00:00.000Z","until":"2026-01-06T08:00:00.000Z"},` +
			`"charge":{"id":"c-0123456789","tokens":7,"draws":[{"pack":"small","tokens":7}]},` +
			`"lease":"…","lease_expires_at":"2026-01-06T08:00:00.000Z","balance":{"available":493},"position":12}`},
		{SessionAnswer{Session: "s", Outcome: OutcomeRefused, Code: CodeTokensInsufficient, Message: "m", Needed: new(Tokens(7000)), Available: new(Tokens(0))},
			`{"session":"s","outcome":"refused","code":"tokens_insufficient","message":"m","needed":7,"available":0,` +
				`"pass":null,"charge":null,"lease":null,"lease_expires_at":null,"balance":{"available":0},"position":0}`},
		{CloseAnswer{"s", 7000, 13}, `{"session":"s","reversed":7,"position":13}`},
		{JobAnswer{Job: "j", Outcome: OutcomeGranted, Code: CodeTokensHeld, Held: 100, Required: 100, Available: 1000, Remaining: 900, Balance: Available{900}, ExpiresAt: new(Instant(0)), Position: 1},
			`{"job":"j","outcome":"granted","code":"tokens_held","held":0.1,"required":0.1,"available":1,"remaining":0.9,"balance":{"available":0.9},"expires_at":"1970-01-01T00:00:00.000Z","position":1}`},
		{PackAnswer{Pack{"small", 500000, 500000, 0, 1, 0, 0}, 2},
			`{"id":"small","size":500,"left":500,"bought_at":"1970-01-01T00:00:00.000Z","expires_at":"1970-01-01T00:00:00.001Z","expired":0,"withdrawn":0,"position":2}`},
		{Balance{Position: 3}, `{"available":0,"held":0,"used":0,"expired":0,"bought":0,"withdrawn":0,"packs":[],"position":3}`},
		{List[Limit]{Position: 1}, `{"items":[],"next":null,"position":1}`},
		{List[Team]{Next: new("c")}, `{"items":[],"next":"c"}`},
		{Flex{FlexAll, nil, 1}, `{"mode":"all","products":[],"position":1}`},
		{APIKey{ID: "k", Role: KeyProduct, Secret: "s"}, `{"id":"k","role":"product","secret":"s","created_at":"1970-01-01T00:00:00.000Z","expires_at":null}`},
		{ImportAnswer{}, `{"added":0,"existing":0,"assigned":0,"errors":[],"people":[],"ignored_columns":[],"position":0}`},
		{Entry{1, 0, "pack_bought", "operator", jsontext.Value(`{"pack":"small"}`), "00ff"},
			`{"position":1,"at":"1970-01-01T00:00:00.000Z","kind":"pack_bought","by":"operator","hash":"00ff","pack":"small"}`},
		{NewProblem(CodeNotFound, ""), `{"type":"/docs/problems#not_found","title":"There is nothing here that the credential may see.","status":404,"code":"not_found"}`},
		{Money{150000, "USD"}, `{"amount":150000,"currency":"USD"}`},
		{Clock{1767600000000}, `{"now":"2026-01-05T08:00:00.000Z"}`},
	} {
		got, err := json.Marshal(c.answer)
		if err != nil {
			t.Errorf("%T: %v", c.answer, err)
		}
		if diff := cmp.Diff(c.want, string(got)); diff != "" {
			t.Errorf("%T: %s", c.answer, diff)
		}
	}
}

// An entry's own fields survive being read and written.
func TestEntryKeepsItsFields(t *testing.T) {
	const text = `{"position":1,"at":"2026-01-05T08:00:00.000Z","kind":"charged","by":"ben","hash":"00ff","tokens":7,"pass":{"id":"p"}}`
	var e Entry
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(e)
	if string(got) != text || err != nil || string(e.Fields) != `{"tokens":7,"pass":{"id":"p"}}` {
		t.Errorf("got %s, %v, fields %s", got, err, e.Fields)
	}
}

// maybe draws nil half of the time.
func maybe[T any](t *rapid.T, name string, g *rapid.Generator[T]) *T {
	if rapid.Bool().Draw(t, name+" given") {
		return new(g.Draw(t, name))
	}
	return nil
}

func drawAnswer(t *rapid.T) SessionAnswer {
	text := rapid.String()
	tokens := rapid.Map(rapid.Int64(), func(n int64) Tokens { return Tokens(n) })
	instant := rapid.Map(rapid.Int64Range(0, int64(MaxInstant)), func(n int64) Instant { return Instant(n) })
	pass := rapid.Custom(func(t *rapid.T) Pass {
		return Pass{text.Draw(t, "pass"), instant.Draw(t, "from"), instant.Draw(t, "until")}
	})
	draw := rapid.Custom(func(t *rapid.T) Draw { return Draw{text.Draw(t, "pack"), tokens.Draw(t, "tokens")} })
	charge := rapid.Custom(func(t *rapid.T) Charge {
		return Charge{text.Draw(t, "charge"), tokens.Draw(t, "tokens"), rapid.SliceOf(draw).Draw(t, "draws")}
	})
	return SessionAnswer{
		Session: text.Draw(t, "session"), Outcome: Outcome(text.Draw(t, "outcome")), Code: Code(text.Draw(t, "code")),
		Source: Source(text.Draw(t, "source")), Message: text.Draw(t, "message"),
		Needed: maybe(t, "needed", tokens), Available: maybe(t, "available", tokens),
		Pass: maybe(t, "pass", pass), Charge: maybe(t, "charge", charge),
		Lease: maybe(t, "lease", text), LeaseExpiresAt: maybe(t, "expires", instant),
		Balance: Available{tokens.Draw(t, "balance")}, Position: rapid.Int64().Draw(t, "position"),
	}
}

// The fast way of writing answers gives what the general one gives, to the byte.
func TestAppendJSONIsMarshal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bulk := BulkAnswer{Items: rapid.SliceOfN(rapid.Custom(drawAnswer), 0, 3).Draw(t, "items"), Position: rapid.Int64().Draw(t, "position")}
		want, err := json.Marshal(bulk)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(bulk.AppendJSON(nil))); diff != "" {
			t.Fatal(diff)
		}
	})
}
