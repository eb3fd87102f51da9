package stories

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/daypass/daypass/api"
	"github.com/daypass/daypass/desk"
	"github.com/daypass/daypass/identity"
	"github.com/daypass/daypass/journal"
	"github.com/daypass/daypass/license"
	"github.com/daypass/daypass/server"
)

// wire is the outer stage: the server over HTTP, on SQLite, asked in JSON with the field names that programs
// outside rely on, each request with the credential of the role that would make it. A product key opens, an
// admin key administers, the operator does the rest.
type wire struct {
	base    string
	client  *http.Client
	leases  api.SigningKey
	secrets map[string]string // by team and role
	now     license.Instant
	seen    map[string]int64 // the last position of each team
	names   int              // users added so far
	mails   map[string]bool  // who was imported, and so is named by mail address: the server made the id
}

const operatorKey = "dpo_stories"

func newWire(t *testing.T, begin license.Instant) *wire {
	kept, err := journal.Open(ctx, t.TempDir(), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	clock := desk.NewVirtualClock(begin.Time())
	d, err := desk.New(ctx, kept, desk.Options{Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	leases, err := api.NewSigningKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(server.New(server.Options{Desk: d, Keys: identity.NewKeys(kept, d.Now, desk.Stopwatch(), operatorKey),
		Leases: leases, Clock: clock, Log: slog.New(slog.DiscardHandler)}))
	t.Cleanup(func() {
		s.Close()
		d.Close()
		if err := kept.Close(); err != nil {
			t.Error(err)
		}
	})
	return &wire{base: s.URL, client: s.Client(), leases: leases, secrets: map[string]string{}, mails: map[string]bool{}, now: begin, seen: map[string]int64{}}
}

// object is a JSON object to send, table a CSV file.
type (
	object = map[string]any
	table  string
)

// ref names a user to the server.
func (w *wire) ref(user string) string {
	if w.mails[user] {
		return user + "@acme.example"
	}
	return user
}

// reply is every field that an answer may have, by the names of the contract.
type reply struct {
	Outcome, Code, Source string
	Pass                  *struct{ From, Until time.Time }
	Charge                *struct {
		Tokens json.Number
		Draws  []draw
	}
	Lease          *string
	LeaseExpiresAt *time.Time `json:"lease_expires_at"`
	ExpiresAt      *time.Time `json:"expires_at"`
	Needed         json.Number
	Available      json.Number
	Required       json.Number
	Remaining      json.Number
	Reversed       json.Number
	Held           json.Number
	Used           json.Number
	Expired        json.Number
	Withdrawn      json.Number
	Charged        json.Number
	Returned       json.Number
	Packs          []struct {
		ID                       string
		Left, Expired, Withdrawn json.Number
	}
	Items []struct {
		Kind, ID string
		Draws    []draw
	}
	Seats   int
	InForce string `json:"in_force"`
	Because string
	Unlocks []license.Feature
	Limits  []struct {
		Scope, Period, Warning string
		Left                   json.Number
	}
	State    string
	Until    *time.Time
	Rate     *struct{ Tokens json.Number }
	Secret   string
	Position int64

	Added, Existing int
	Assigned        any // how many, or whether one is
}

type draw struct {
	Pack   string
	Tokens json.Number
}

// refused is a problem that the server answered with.
type problem struct{ code string }

func (p *problem) Error() string { return p.code }

// call makes a request and reads its answer; a problem is an error.
func (w *wire) call(secret, method, path string, body any, key string) (out reply, err error) {
	var text []byte
	media := "application/json"
	if table, ok := body.(table); ok {
		text, media = []byte(table), "text/csv"
	} else if body != nil {
		if text, err = json.Marshal(body); err != nil {
			return out, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, w.base+path, bytes.NewReader(text))
	if err != nil {
		return out, err
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	if body != nil {
		r.Header.Set("Content-Type", media)
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	res, err := w.client.Do(r)
	if err != nil {
		return out, err
	}
	text, err = io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return out, err
	}
	if err := json.Unmarshal(text, &out); err != nil {
		return out, fmt.Errorf("%s %s: %d %s: %w", method, path, res.StatusCode, text, err)
	}
	switch {
	case res.StatusCode >= 500 || res.StatusCode == 401:
		return out, fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, text)
	case res.StatusCode >= 400:
		return out, &problem{out.Code}
	}
	return out, nil
}

// as calls for a team with the key of a role.
func (w *wire) as(role, team, method, path string, body any, key string) (reply, error) {
	secret := w.secrets[team+"/"+role]
	if role == "operator" {
		secret = operatorKey
	}
	return w.call(secret, method, "/v1/teams/"+team+path, body, key)
}

// asPerson calls with a key that acts as a person of the team: an admin's if they are one now, else a user's.
func (w *wire) asPerson(team, who, method, path string, body any) (reply, error) {
	who = cmp.Or(who, "ada")
	if who == "operator" {
		return w.as(who, team, method, path, body, "")
	}
	var key reply
	err := error(&problem{})
	for _, role := range []string{"admin", "user"} {
		if p := new(problem); errors.As(err, &p) {
			w.names++
			key, err = w.as("operator", team, "POST", "/keys", object{"id": who + "-" + strconv.Itoa(w.names), "role": role, "user": who}, "")
		}
	}
	if p := new(problem); errors.As(err, &p) { // nobody of the team: no credential acts as them
		return reply{}, &problem{"forbidden"}
	}
	if err != nil {
		return reply{}, err
	}
	return w.call(key.Secret, method, "/v1/teams/"+team+path, body, "")
}

// Begin implements Stage.
func (w *wire) Begin(s *Story) error {
	if _, err := w.call(operatorKey, "PUT", "/v1/catalog", catalogOf(s.Catalog), ""); err != nil {
		return err
	}
	for _, team := range s.Teams {
		admin := object{"id": "ada", "name": "Ada", "email": "ada@" + team + ".example"}
		body := object{"id": team, "name": team, "primary_admin": admin}
		if s.TimeZone != "" {
			body["time_zone"] = s.TimeZone
		}
		if _, err := w.call(operatorKey, "POST", "/v1/teams", body, ""); err != nil {
			return err
		}
		for _, role := range []string{"admin", "product"} {
			key, err := w.as("operator", team, "POST", "/keys", object{"id": role, "role": role}, "")
			if err != nil {
				return err
			}
			w.secrets[team+"/"+role] = key.Secret
		}
	}
	return introduce(w, s)
}

// Do implements Stage.
func (w *wire) Do(at license.Instant, team string, do any) (Outcome, error) {
	if at != w.now {
		if _, err := w.call(operatorKey, "POST", "/v1/clock", object{"now": moment(at)}, ""); err != nil {
			return Outcome{}, err
		}
		w.now = at
	}
	r, err := w.request(team, do)
	if p := new(problem); errors.As(err, &p) {
		return Outcome{Error: p.code}, nil
	} else if err != nil {
		return Outcome{}, err
	}
	if r.Position != 0 && r.Position < w.seen[team] {
		return Outcome{}, fmt.Errorf("the position falls from %d to %d (R14.5)", w.seen[team], r.Position)
	}
	w.seen[team] = max(w.seen[team], r.Position)
	return w.words(team, do, r)
}

// request makes the request of an action.
func (w *wire) request(team string, do any) (reply, error) {
	switch do := do.(type) {
	case license.Open:
		body := object{"id": do.Session, "user": w.ref(do.User), "product": do.Product}
		for name, value := range map[string]string{"version": do.Version, "device": do.Device} {
			if value != "" {
				body[name] = value
			}
		}
		if do.DryRun {
			body["dry_run"] = true
		}
		return w.as("product", team, "POST", "/sessions", body, "")
	case license.Renew:
		return w.as("product", team, "POST", "/sessions/"+do.Session+"/renew", object{"in_use": do.InUse}, do.Key)
	case license.Close:
		return w.as("product", team, "POST", "/sessions/"+do.Session+"/close", nil, "")
	case license.StartJob:
		body := object{"id": do.Job, "user": do.User, "service": do.Service, "quantity": amount(do.Quantity)}
		if do.DryRun {
			body["dry_run"] = true
		}
		return w.as("product", team, "POST", "/jobs", body, "")
	case license.EndJob:
		verb := map[license.JobState]string{license.JobCompleted: "complete", license.JobCancelled: "cancel"}[do.State]
		return w.as("product", team, "POST", "/jobs/"+do.Job+"/"+verb, object{"quantity": amount(do.Used)}, "")
	case license.BuyPack:
		if do.Reason != "" || do.Size%license.Token != 0 { // only whole sizes are sold
			return w.as("operator", team, "POST", "/grants", object{"id": do.Pack, "tokens": amount(do.Size), "reason": cmp.Or(do.Reason, "a part")}, "")
		}
		return w.as("operator", team, "POST", "/packs", object{"id": do.Pack, "size": amount(do.Size)}, "")
	case license.Withdraw:
		return w.as("operator", team, "POST", "/packs/"+do.Pack+"/withdraw", object{"id": do.Key, "tokens": amount(do.Tokens), "reason": do.Reason}, "")
	case Move:
		return w.as("operator", team, "POST", "/moves", object{"id": do.Key, "to": do.To, "tokens": amount(do.Tokens), "reason": do.Reason}, "")
	case ShowBalance, ShowPack:
		return w.as("admin", team, "GET", "/balance", nil, "")
	case ShowPlan, MayUse:
		return w.as("admin", team, "GET", "/plan", nil, "")
	case license.TradeIn:
		body := object{"id": do.ID, "to": do.To}
		if do.Seats != 0 {
			body["seats"] = do.Seats
		}
		return w.as("admin", team, "POST", "/subscriptions/"+do.From+"/trade-in", body, "")
	case license.Ask:
		body := object{"id": do.Request, "user": do.User, "product": do.Product}
		if do.Reason != "" {
			body["reason"] = do.Reason
		}
		return w.as("product", team, "POST", "/requests", body, "")
	case Approve:
		return w.as("admin", team, "POST", "/requests/"+do.Request+"/approve", termsOf(do.Terms), "")
	case Decline:
		return w.as("admin", team, "POST", "/requests/"+do.Request+"/decline", object{"reason": do.Reason}, "")
	}
	return w.administer(team, do)
}

func termsOf(t license.Terms) object {
	body := object{}
	if t.Days > 0 {
		body["days"] = t.Days
	}
	if t.Passes > 0 {
		body["passes"] = t.Passes
	}
	return body
}

// administer makes the requests of admins and of the operator that answer with nothing a story tells.
func (w *wire) administer(team string, do any) (reply, error) {
	switch do := do.(type) {
	case SetCatalog:
		return w.call(operatorKey, "PUT", "/v1/catalog", catalogOf(do.Catalog), "")
	case AddUser:
		w.names++ // another person each time: the same again would be the same request
		return w.as("admin", team, "POST", "/users", object{"id": do.User, "name": do.User + " " + strconv.Itoa(w.names), "email": do.User + "@acme.example"}, "")
	case Import:
		return w.imports(team, do)
	case Invite:
		return w.as("admin", team, "POST", "/users/"+w.ref(do.User)+"/invitation", nil, "")
	case RemoveUser:
		return w.asPerson(team, do.By, "DELETE", "/users/"+w.ref(do.User), nil)
	case ChangeRole:
		return w.asPerson(team, do.By, "PUT", "/users/"+do.User+"/role", object{"role": do.Role})
	case HandOver:
		return w.asPerson(team, do.By, "POST", "/hand-over", object{"to": do.To})
	case Assign:
		var body any
		if do.Kind != "" {
			body = object{"kind": do.Kind}
		}
		return w.as("admin", team, "PUT", "/users/"+do.User+"/assignments/"+do.What, body, "")
	case Unassign:
		return w.as("admin", team, "DELETE", "/users/"+do.User+"/assignments/"+do.What, nil, "")
	case SetPlans:
		rows := []object{}
		for feature, plan := range do.Unlocks {
			rows = append(rows, object{"feature": feature, "plan": plan})
		}
		return w.call(operatorKey, "PUT", "/v1/plans", object{"items": rows}, "")
	case license.PlanChanged:
		return w.as("operator", team, "PUT", "/plan", object{"plan": do.Plan}, "")
	case EndTrial:
		return w.as("admin", team, "DELETE", "/users/"+do.User+"/trials/"+do.Product, nil, "")
	case license.TrialGranted:
		return w.as("admin", team, "PUT", "/users/"+do.User+"/trials/"+do.Product, object{"until": moment(do.Until)}, "")
	case license.FlexDefaultsSet:
		return w.as("admin", team, "PUT", "/flex", listOf(&do.List), "")
	case license.UserFlexSet:
		return w.as("admin", team, "PUT", "/users/"+do.User+"/flex", listOf(do.List), "")
	case license.LimitsSet:
		return w.as("admin", team, "PUT", "/limits", object{"items": limitsOf(do.Items)}, "")
	case license.SettingsChanged:
		s := do.Settings
		return w.as("admin", team, "PUT", "/settings", object{"short_launch": span(s.ShortLaunch), "short_launches": s.ShortLaunches, "devices": s.Devices}, "")
	case license.TeamSuspended:
		return w.as("operator", team, "POST", map[bool]string{true: "/suspend", false: "/resume"}[do.Suspended], nil, "")
	case license.Subscription:
		return w.subscribe(team, do)
	}
	return w.share(team, do)
}

// share makes the requests about groups and about the seats of others.
func (w *wire) share(team string, do any) (reply, error) {
	switch do := do.(type) {
	case license.GroupMade:
		return w.as("admin", team, "POST", "/groups", object{"id": do.Group, "name": do.Name}, "")
	case license.GroupRemoved:
		return w.as("admin", team, "DELETE", "/groups/"+do.Group, nil, "")
	case license.MembersAdded:
		return w.as("admin", team, "POST", "/groups/"+do.Group+"/members", object{"users": do.Users}, "")
	case license.MembersLeft:
		return w.as("admin", team, "DELETE", "/groups/"+do.Group+"/members/"+do.Users[0], nil, "")
	case license.GroupGiven:
		var body any
		if do.Gift.Kind != "" {
			body = object{"kind": do.Gift.Kind}
		}
		return w.as("admin", team, "PUT", "/groups/"+do.Group+"/assignments/"+do.Gift.What, body, "")
	case license.GroupTaken:
		return w.as("admin", team, "DELETE", "/groups/"+do.Group+"/assignments/"+do.What, nil, "")
	case license.Reassigned:
		return w.as("admin", team, "POST", "/users/"+do.From+"/assignments/"+do.What+"/move", object{"to": do.To}, "")
	case license.FloatingTaken:
		return w.as("admin", team, "POST", "/floating/"+do.What+"/"+do.User+"/take", nil, "")
	}
	return reply{}, fmt.Errorf("the server knows no %T", do)
}

// imports sends people as a table.
func (w *wire) imports(team string, do Import) (reply, error) {
	file := "Vorname;Nachname;E-Mail\r\n"
	for _, u := range do.Users {
		file += u + ";;" + u + "@acme.example\r\n"
	}
	path := "/users/import"
	if do.What != "" {
		path += "?assign=" + do.What
	}
	r, err := w.as("admin", team, "POST", path, table(file), "")
	if err == nil {
		for _, u := range do.Users {
			w.mails[u] = true
		}
	}
	return r, err
}

// subscribe adds seats of a product or, if there is no such product, of a collection.
func (w *wire) subscribe(team string, s license.Subscription) (r reply, err error) {
	for _, what := range []string{"product", "collection"} {
		r, err = w.as("operator", team, "POST", "/subscriptions", object{"id": s.ID, what: s.What, "kind": s.Kind,
			"seats": s.Seats, "from": moment(s.From), "until": moment(s.Until), "over_assign": s.OverAssign}, "")
		if p := new(problem); !errors.As(err, &p) || p.code != "body_invalid" {
			return r, err
		}
	}
	return r, err
}

// words puts an answer into a story's words.
func (w *wire) words(team string, do any, r reply) (o Outcome, err error) {
	switch do := do.(type) {
	case license.Open:
		o, err = w.grant(do.Session, do.DryRun, r)
		o.Left = leftOf(r)
		return o, err
	case license.Renew:
		o, err = w.grant(do.Session, false, r)
		o.Left = leftOf(r)
		return o, err
	case license.Ask, Approve, Decline:
		o.State = r.State
		if _, asks := do.(license.Ask); asks && r.Rate != nil {
			o.Rate = tokens(r.Rate.Tokens)
		}
		if r.Until != nil {
			o.Until = license.InstantOf(*r.Until)
		}
	case license.Close:
		o.Reversed = tokens(r.Reversed)
	case license.StartJob:
		o.Needs, o.Has, o.Leaves, o.Left = tokens(r.Required), tokens(r.Available), tokens(r.Remaining), leftOf(r)
		if r.Outcome == "refused" {
			o.Refused, o.Leaves = r.Code, 0
			if o.Needs = tokens(r.Needed); r.Needed == "" {
				o.Has = 0
			}
			return o, nil
		}
		o.Covered, o.Held, o.Until = covered(r.Code, ""), tokens(r.Held), license.InstantOf(*r.ExpiresAt)
	case license.EndJob:
		o.Charged, o.Returned = tokens(r.Charged), tokens(r.Returned)
	case license.BuyPack:
		o.Expires = license.InstantOf(*r.ExpiresAt)
	case Import:
		o.Import = fmt.Sprintf("added %d existing %d assigned %v", r.Added, r.Existing, r.Assigned)
	case license.Withdraw:
		return w.withdrawn(team, do.Key)
	case Move:
		return w.withdrawn(team, do.Key)
	case license.TradeIn:
		o.Gained = r.Seats
	case ShowPlan:
		o.Plan = r.InForce + " " + r.Because
	case MayUse:
		o.Unlocked = map[bool]string{true: "yes", false: "no"}[slices.Contains(r.Unlocks, do.Feature)]
	case ShowBalance:
		o.Figures = map[string]license.Tokens{"balance": tokens(r.Available), "held": tokens(r.Held), "used": tokens(r.Used),
			"expired": tokens(r.Expired), "withdrawn": tokens(r.Withdrawn)}
	case ShowPack:
		for _, p := range r.Packs {
			if p.ID == do.Pack {
				o.Figures = map[string]license.Tokens{"left": tokens(p.Left), "expired": tokens(p.Expired), "withdrawn": tokens(p.Withdrawn)}
			}
		}
	}
	return o, nil
}

// grant reads the answer to an opening or a renewal, and its lease, which must say the same (R6.2).
func (w *wire) grant(session string, dryRun bool, r reply) (o Outcome, err error) {
	if r.Outcome == "refused" {
		if r.Pass != nil || r.Lease != nil || r.LeaseExpiresAt != nil || r.Charge != nil {
			return o, fmt.Errorf("a refusal comes with a pass, a charge or a lease (R6.2)")
		}
		o.Refused, o.Needs = r.Code, tokens(r.Needed)
		o.Has = tokens(r.Available)
		return o, nil
	}
	o = Outcome{Covered: covered(r.Code, r.Source), From: license.InstantOf(r.Pass.From), Until: license.InstantOf(r.Pass.Until)}
	if r.Charge != nil {
		o.Tokens, o.Draws = tokens(r.Charge.Tokens), drawsOf(r.Charge.Draws)
	}
	if dryRun {
		return o, nil
	}
	o.LeaseUntil = license.InstantOf(*r.LeaseExpiresAt)
	lease, err := api.Verify(api.Keys{w.leases.ID(): w.leases.Public()}, *r.Lease, api.Instant(w.now))
	if errors.Is(err, api.ErrLeaseEnded) && o.LeaseUntil <= w.now { // a first answer, repeated late
		err = nil
	}
	if err != nil || lease.Session != session || string(lease.Source) != r.Source || license.Instant(lease.ExpiresAt) != o.LeaseUntil {
		return o, fmt.Errorf("the lease says something else than the answer (R6.2): %+v, %w", lease, err)
	}
	return o, nil
}

// leftOf is what an answer says of limits, in a story's words.
func leftOf(r reply) string {
	var limits []license.LimitState
	for _, l := range r.Limits {
		s := license.LimitState{Limit: license.Limit{Scope: license.Scope(l.Scope), Period: license.Period(l.Period)}, Left: tokens(l.Left)}
		if l.Warning != "" {
			s.Used = 1 // more than nothing, which is what this limit says
		}
		limits = append(limits, s)
	}
	return left(limits)
}

// withdrawn looks up in the ledger which packs gave the tokens.
func (w *wire) withdrawn(team, id string) (o Outcome, err error) {
	r, err := w.as("admin", team, "GET", "/ledger?limit=1000", nil, "")
	if err != nil {
		return o, err
	}
	for _, e := range r.Items {
		if e.Kind == "tokens_withdrawn" && e.ID == id {
			o.Covered, o.Draws = "tokens", drawsOf(e.Draws)
			o.Tokens = total(o.Draws)
		}
	}
	return o, nil
}

// Word implements wording: what an address names and is not there is not found.
func (w *wire) Word(do any, code string) string {
	switch code {
	case license.ErrSessionUnknown, license.ErrJobUnknown, license.ErrPackUnknown, license.ErrUserUnknown, license.ErrRequestUnknown,
		license.ErrGroupUnknown, license.ErrNotAssigned, license.ErrSubscriptionUnknown:
		return "not_found"
	case license.ErrWhatUnknown:
		switch do.(type) {
		case license.UserFlexSet:
			return "body_invalid"
		case Import:
			return "query_invalid"
		}
		return "not_found"
	}
	return code
}

// End implements Stage.
func (w *wire) End() error { return nil }

func moment(at license.Instant) string { return at.Time().Format("2006-01-02T15:04:05.000Z") }

func span(ms license.Instant) string { return (time.Duration(ms) * time.Millisecond).String() }

func amount[T ~int64](n T) json.Number { return json.Number(number(n)) }

// tokens reads an amount; one that is not there is 0.
func tokens(n json.Number) license.Tokens {
	if n == "" {
		return 0
	}
	t, err := thousandths(string(n))
	if err != nil {
		return -1 // which no story expects
	}
	return license.Tokens(t)
}

func drawsOf(from []draw) (to []license.Draw) {
	for _, d := range from {
		to = append(to, license.Draw{Pack: d.Pack, Tokens: tokens(d.Tokens)})
	}
	return to
}

func listOf(l *license.FlexList) object {
	switch {
	case l == nil:
		return object{"mode": "default"}
	case l.Mode == license.FlexAll:
		return object{"mode": "all"}
	}
	return object{"mode": l.Mode, "products": append([]string{}, l.Products...)}
}

func limitsOf(items []license.Limit) []object {
	out := []object{}
	for _, l := range items {
		o := object{"scope": l.Scope, "period": l.Period, "tokens": amount(l.Tokens), "action": l.Action}
		if l.User != "" {
			o["user"] = l.User
		}
		if l.Group != "" {
			o["group"] = l.Group
		}
		if l.Product != "" {
			o["product"] = l.Product
		}
		out = append(out, o)
	}
	return out
}

func catalogOf(c license.Catalog) object {
	products, collections := []object{}, []object{}
	for _, p := range c.Products {
		o := object{"code": p.Code, "name": p.Name, "kind": p.Kind, "flex": p.Flex}
		rates := []object{}
		for _, r := range p.Rates {
			rates = append(rates, object{"from": moment(r.From), "tokens": amount(r.Tokens)})
		}
		for name, value := range map[string]any{"unit": p.Unit, "versions": p.Versions, "rates": rates} {
			if text, _ := json.Marshal(value); len(text) > 2 && string(text) != "null" {
				o[name] = value
			}
		}
		if p.Retired {
			o["retired"] = true
		}
		if p.CoveredBySeat {
			o["covered_by_seat"] = true
		}
		if p.Hold != 0 {
			o["hold"] = span(p.Hold)
		}
		products = append(products, o)
	}
	for _, col := range c.Collections {
		collections = append(collections, object{"code": col.Code, "name": col.Name, "products": col.Products})
	}
	out := object{"products": products, "collections": collections}
	if r := c.Prices.TradeIn; r != nil {
		out["prices"] = object{"currency": "USD", "trade_in": object{"multi_user": r.MultiUser, "single_user": r.SingleUser}}
	}
	return out
}

func TestHTTP(t *testing.T) {
	play(t, "http", func(t *testing.T, s *Story) Stage { return newWire(t, s.Begin) })
}
