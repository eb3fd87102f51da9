package observe

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"

	"go.opentelemetry.io/otel/trace"
)

// NewLog returns a log of one JSON object a line. What looks like a credential is taken out of it, and so are the secrets,
// which may look like anything. A line of a request that is traced has the id of its trace.
func NewLog(w io.Writer, level slog.Level, secrets ...string) *slog.Logger {
	return slog.New(traced{slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: Redact(secrets...)})})
}

// redacted stands where a secret was.
const redacted = "[redacted]"

// hidden are the attributes whose value is never shown, in lower case.
var hidden = map[string]bool{"authorization": true, "cookie": true, "credential": true, "password": true, "secret": true, "token": true}

// looks are the forms of secrets, each with what takes its place. A form is also known where its end was cut off.
var looks = []struct {
	form  *regexp.Regexp
	stand string
}{
	{regexp.MustCompile(`dp[ko]_[0-9A-Za-z_]+`), redacted},                                          // ours
	{regexp.MustCompile(`eyJ[0-9A-Za-z_-]{6,}[0-9A-Za-z_.-]*`), redacted},                           // leases, and other signed tokens
	{regexp.MustCompile(`(?i)\b(bearer|basic)\s+[^\s"',]+`), "$1 " + redacted},                      // a header
	{regexp.MustCompile(`([A-Za-z][0-9A-Za-z+.-]*://[^\s/:@]*):\S*@`), "$1:" + redacted + "@"},      // an address with a password
	{regexp.MustCompile(`(?i)(pass|password|passwd|pwd)=('[^']*'|[^\s&'"]+)`), "$1=" + redacted},    // the same, spelt out
	{regexp.MustCompile(`(?i)("(?:password|secret|token)"\s*:\s*)"[^"]*"`), `$1"` + redacted + `"`}, // in JSON
}

// Redact returns what slog.HandlerOptions wants as ReplaceAttr.
func Redact(secrets ...string) func(groups []string, a slog.Attr) slog.Attr {
	return func(_ []string, a slog.Attr) slog.Attr {
		if hidden[strings.ToLower(a.Key)] {
			return slog.String(a.Key, redacted)
		}
		text, ok := textOf(a.Value)
		if !ok {
			return a
		}
		if clean := clean(text, secrets); clean != text {
			return slog.String(a.Key, clean)
		}
		return a
	}
}

// textOf is what the log would show of a value that can hold a secret; numbers and times cannot.
func textOf(v slog.Value) (string, bool) {
	switch v.Kind() {
	case slog.KindString:
		return v.String(), true
	case slog.KindAny:
		switch v := v.Any().(type) {
		case error:
			return v.Error(), true
		case []byte:
			return string(v), true
		}
		if b, err := json.Marshal(v.Any()); err == nil {
			return string(b), true
		}
		return fmt.Sprintf("%+v", v.Any()), true
	}
	return "", false
}

func clean(text string, secrets []string) string {
	for _, l := range looks {
		text = l.form.ReplaceAllString(text, l.stand)
	}
	for _, s := range secrets {
		text = without(text, s)
	}
	return text
}

// telling is how many bytes of a secret give it away: a log that cuts a text may show only so many.
const telling = 12

// leastSecret is the length in bytes of what can be a secret at all: less would take words out of every line.
const leastSecret = 4

// without takes a secret out of a text, and also what of its beginning is there.
func without(text, secret string) string {
	if len(secret) < leastSecret {
		return text
	}
	head := secret[:min(telling, len(secret))]
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, head)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		rest := secret[len(head):]
		for rest != "" && after != "" && rest[0] == after[0] {
			rest, after = rest[1:], after[1:]
		}
		b.WriteString(redacted)
		text = after
	}
}

// traced adds the id of the trace.
type traced struct{ slog.Handler }

func (h traced) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r.AddAttrs(slog.String("trace", span.TraceID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{h.Handler.WithAttrs(attrs)} }
func (h traced) WithGroup(name string) slog.Handler       { return traced{h.Handler.WithGroup(name)} }
