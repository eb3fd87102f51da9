package server

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"html/template"
	"io"
	"net/http"
	"strings"

	"github.com/daypass/daypass/api"
)

// referenceGzip is @scalar/api-reference 1.72.1, dist/browser/standalone.js, compressed. Its licence stands
// beside it.
//
//go:embed docs/reference.js.gz
var referenceGzip []byte

// docsPage reads the document in the browser, and asks nobody but this server.
//
//go:embed docs/docs.html
var docsPage []byte

//go:embed docs/problems.html
var problemsPage string

var problemsTemplate = template.Must(template.New("problems").Parse(problemsPage))

// docsPolicy is what the page may do: its own script, styles that the script makes, and this server's answers.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data: blob:; " +
	"font-src data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

var htmlType = []string{"text/html; charset=utf-8"}

func (s *Server) docs(c *call) error {
	c.w.Header().Set("Content-Security-Policy", docsPolicy)
	write(c.w, c.status, htmlType, docsPage)
	return nil
}

// reference serves the page's script, as it is kept when the browser takes it so.
func (s *Server) reference(c *call) error {
	h := c.w.Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=86400")
	script := []string{"text/javascript; charset=utf-8"}
	if strings.Contains(c.r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		write(c.w, c.status, script, referenceGzip)
		return nil
	}
	r, err := gzip.NewReader(bytes.NewReader(referenceGzip))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	write(c.w, c.status, script, body)
	return nil
}

// problems is the page that the type of every problem leads to.
func (s *Server) problems(c *call) error {
	var page bytes.Buffer
	err := problemsTemplate.Execute(&page, map[string]any{"Problems": api.Problems(), "Refusals": api.Refusals()})
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Security-Policy", docsPolicy)
	write(c.w, http.StatusOK, htmlType, page.Bytes())
	return nil
}
