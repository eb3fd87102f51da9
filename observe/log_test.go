package observe

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const (
	teamKey     = "dpk_0123456789abcdef_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff_89abcdef"
	operatorKey = "dpo_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	lease       = "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiJiZW4ifQ.c2lnbmF0dXJl"
	ownWords    = "open-sesame, said the operator"
)

func TestLogHasNoSecrets(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string // empty: nothing is taken out
	}{
		{teamKey, redacted},
		{"/v1/teams/" + teamKey[:54] + "…", "/v1/teams/" + redacted + "…"},
		{"key=" + operatorKey + "&limit=1", "key=" + redacted + "&limit=1"},
		{"Bearer " + teamKey, redacted + "|Bearer " + redacted},
		{"authorization: bearer whatever-it-is, next", "authorization: bearer " + redacted + ", next"},
		{"Basic YTpi", "Basic " + redacted},
		{"a lease " + lease + " in a sentence", "a lease " + redacted + " in a sentence"},
		{errors.New("dial postgres://daypass:hunter2@db:5432/daypass: refused"), "dial postgres://daypass:" + redacted + "@db:5432/daypass: refused"},
		{"postgres://daypass:p@ss:word@db/daypass", "postgres://daypass:" + redacted + "@db/daypass"},
		{"postgres://:hunter2@db/daypass", "postgres://:" + redacted + "@db/daypass"},
		{"host=db password=hunter2 user=daypass", "host=db password=" + redacted + " user=daypass"},
		{"host=db password='hunter 2' user=daypass", "host=db password=" + redacted + " user=daypass"},
		{"postgres://db/daypass?user=a&password=hunter2&sslmode=require", "postgres://db/daypass?user=a&password=" + redacted + "&sslmode=require"},
		{[]byte("hunter2 " + teamKey), "hunter2 " + redacted},
		{map[string]string{"a": teamKey}, `{"a":"` + redacted + `"}`},
		{struct{ Password *string }{new("hunter2")}, `{"Password":"` + redacted + `"}`},
		{"it was " + ownWords, "it was " + redacted},
		{"/v1/teams/" + ownWords[:14] + "…", "/v1/teams/" + redacted + "…"},
		{"http://127.0.0.1:8080/v1/teams/acme", ""},
		{"pass for a day, password wrong", ""},
		{"dpk is a prefix", ""},
		{"the open door", ""},
		{42, ""},
		{map[string]int{"a": 1}, ""},
		{errors.New("the disk is full"), ""},
	} {
		var out bytes.Buffer
		NewLog(&out, slog.LevelDebug, ownWords).With("with", c.value).WithGroup("group").Info("it happened", "value", c.value)
		var line struct {
			Msg   string
			With  any
			Group struct{ Value any }
		}
		if err := json.Unmarshal(out.Bytes(), &line); err != nil {
			t.Fatalf("%s: %v", out.Bytes(), err)
		}
		if got := fmt.Sprint(line.Group.Value); c.want != "" && !strings.Contains("|"+c.want+"|", "|"+got+"|") || got != fmt.Sprint(line.With) {
			t.Errorf("%v became %v, want %s", c.value, got, c.want)
		}
		if c.want == "" && strings.Contains(out.String(), redacted) {
			t.Errorf("%v became %s", c.value, out.Bytes())
		}
	}
}

func TestLogHidesByName(t *testing.T) {
	var out bytes.Buffer
	log := NewLog(&out, slog.LevelInfo, "")
	log.Info("with "+teamKey, "Authorization", "x1", "cookie", []string{"x2"}, slog.Group("h", "password", 3), "team", "acme")
	log.Debug("not at this level")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Authorization", "cookie"} {
		if line[name] != redacted {
			t.Errorf("%s is %v", name, line[name])
		}
	}
	if h := line["h"].(map[string]any); h["password"] != redacted || line["team"] != "acme" || line["msg"] != "with "+redacted || line["level"] != "INFO" {
		t.Errorf("%s", out.Bytes())
	}
}

func FuzzWithout(f *testing.F) {
	f.Add("it was open-sesame again", "open-sesame")
	f.Add("open-sesopen-sesame", "open-sesame")
	f.Fuzz(func(t *testing.T, text, secret string) {
		if strings.ContainsAny(secret, "[]") || strings.Contains(redacted, secret) {
			return
		}
		if got := without(text, secret); len(secret) >= telling && strings.Contains(got, secret) {
			t.Errorf("%q still has %q: %q", text, secret, got)
		}
	})
}
