package main

import (
	"bytes"
	"strings"

	"github.com/daypass/daypass/api"
)

// cost is what a product costs at an instant: its newest rate that holds then.
func cost(p api.Product, now api.Instant) string {
	var rate *api.Rate
	for i, r := range p.Rates {
		if r.From != nil && r.Tokens != nil && *r.From <= now && (rate == nil || *rate.From < *r.From) {
			rate = &p.Rates[i]
		}
	}
	switch {
	case p.Kind == api.Free:
		return "free"
	case rate == nil || !p.InFlex():
		return "-"
	case p.Kind == api.Metered:
		return amount(*rate.Tokens) + " per " + p.Unit
	}
	return amount(*rate.Tokens) + " per day"
}

// remark is what else matters about a product.
func remark(p api.Product) string {
	var words []string
	if p.Retired {
		words = append(words, "retired")
	}
	if !p.InFlex() {
		words = append(words, "by seat only")
	}
	if p.CoveredBySeat {
		words = append(words, "a seat covers it")
	}
	if len(p.Versions) > 0 {
		words = append(words, "newest "+p.Versions[0])
	}
	if p.Sample {
		words = append(words, "sample")
	}
	return strings.Join(words, ", ")
}

// readCatalog reads a file as strictly as the server does, so that a mistake is told before anything is sent.
func readCatalog(content []byte) (c api.Catalog, err error) {
	err = api.DecodeValid(bytes.NewReader(content), &c)
	return c, err
}
