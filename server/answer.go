package server

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/daypass/daypass/api"
)

// appender is an answer that writes itself, faster than by reflection.
type appender interface{ AppendJSON([]byte) []byte }

// keptBuffer is the longest that is kept, in bytes: an answer to openings in bulk fits.
const keptBuffer = 1 << 20

// buffers keeps what answers are written into.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

var jsonType = []string{"application/json"}

// answer writes a success.
func (c *call) answer(out any) error {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	body, err := appendJSON((*buffer)[:0], out)
	if err != nil {
		return err
	}
	if cap(body) <= keptBuffer {
		*buffer = body
	}
	if c.replayed {
		c.w.Header().Set("Idempotent-Replayed", "true")
	}
	write(c.w, c.status, jsonType, body)
	return nil
}

func appendJSON(b []byte, out any) ([]byte, error) {
	if a, ok := out.(appender); ok {
		return a.AppendJSON(b), nil
	}
	buffer := bytes.NewBuffer(b)
	err := json.MarshalWrite(buffer, out, json.Deterministic(true))
	return buffer.Bytes(), err
}

// write sends a whole answer. A line that is cut then is nobody's fault here.
func write(w http.ResponseWriter, status int, media []string, body []byte) {
	h := w.Header()
	h["Content-Type"] = media
	if len(body) > 2048 { // net/http counts what is shorter by itself
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// decodeOptional reads a JSON body with read when there is one; a body that is left out is an empty object.
func (c *call) decodeOptional(read func(*call) error) error {
	if err := c.bound(); err != nil {
		return err
	}
	if c.r.ContentLength > 0 {
		return c.decode(read)
	}
	body, err := io.ReadAll(c.r.Body) // bounded
	if err != nil {
		return api.NewProblem(api.CodeBodyTooLarge, "")
	}
	c.r.ContentLength = int64(len(body))
	if len(body) == 0 {
		body = []byte("{}")
	}
	c.r.Body = io.NopCloser(bytes.NewReader(body))
	return c.decode(read)
}
