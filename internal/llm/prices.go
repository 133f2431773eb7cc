package llm

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

//go:embed prices.json
var embeddedPrices []byte

// Price is what a million tokens cost. Its amounts have at most six decimals.
type Price struct {
	Input        Cost
	Output       Cost
	CacheRead    Cost
	CacheWrite   Cost
	CacheWrite1h Cost
}

// maxPrice bounds a price per million tokens, so that no cost overflows.
const maxPrice = 1000 * Dollar

// million is the number of tokens that a price is for.
const million = 1_000_000

// Of returns what an answer costs at this price, to the picodollar.
func (p Price) Of(u Usage) Cost {
	u = u.Sane()
	// Reasoning is part of the output, and is not paid for twice.
	return p.Input/million*Cost(u.Input) +
		p.Output/million*Cost(u.Output) +
		p.CacheRead/million*Cost(u.CacheRead) +
		p.CacheWrite/million*Cost(u.CacheWrite) +
		p.CacheWrite1h/million*Cost(u.CacheWrite1h)
}

// Prices is the table of what models cost.
type Prices struct {
	// Date is the day on which the table was true.
	Date   time.Time
	prices map[string]Price // by provider and wire id
}

// LoadPrices reads a price table from the file at path, or the one that is
// part of the program if path is "".
func LoadPrices(path string) (*Prices, error) {
	if path == "" {
		return parsePrices("prices.json", embeddedPrices)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the price table: %w", err)
	}
	return parsePrices(path, b)
}

// priceRow is a row of the file. What a model's cache costs may be left out
// where it costs the same as other input.
type priceRow struct {
	Provider     string   `json:"provider"`
	Wire         []string `json:"wire"`
	Input        *Cost    `json:"input"`
	Output       *Cost    `json:"output"`
	CacheRead    *Cost    `json:"cache_read"`
	CacheWrite   *Cost    `json:"cache_write"`
	CacheWrite1h *Cost    `json:"cache_write_1h"`
}

func (m priceRow) price() (Price, error) {
	switch {
	case !known(m.Provider):
		return Price{}, errors.New("unknown provider")
	case len(m.Wire) == 0:
		return Price{}, errors.New("wire names no model")
	case m.Input == nil || m.Output == nil:
		return Price{}, errors.New("input and output must have a price")
	}
	for _, c := range []*Cost{m.Input, m.Output, m.CacheRead, m.CacheWrite, m.CacheWrite1h} {
		if c != nil && (*c > maxPrice || *c%million != 0) {
			return Price{}, fmt.Errorf("price %s must be at most 1000 dollars with at most six decimals", *c)
		}
	}
	return Price{
		Input:        *m.Input,
		Output:       *m.Output,
		CacheRead:    *cmp.Or(m.CacheRead, m.Input),
		CacheWrite:   *cmp.Or(m.CacheWrite, m.Input),
		CacheWrite1h: *cmp.Or(m.CacheWrite1h, m.Input),
	}, nil
}

func parsePrices(name string, b []byte) (*Prices, error) {
	var file struct {
		About  string     `json:"about"`
		Date   string     `json:"date"`
		Models []priceRow `json:"models"`
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	date, err := time.Parse(time.DateOnly, file.Date)
	if err != nil {
		return nil, fmt.Errorf("%s: date %q is not a day such as 2026-01-31", name, file.Date)
	}
	t := &Prices{Date: date, prices: map[string]Price{}}
	for i, m := range file.Models {
		price, err := m.price()
		if err != nil {
			return nil, fmt.Errorf("%s: model %d (%s %v): %w", name, i+1, m.Provider, m.Wire, err)
		}
		for _, wire := range m.Wire {
			key := priceKey(m.Provider, wire)
			if _, twice := t.prices[key]; twice {
				return nil, fmt.Errorf("%s: model %d: %s has a price already", name, i+1, wire)
			}
			t.prices[key] = price
		}
	}
	return t, nil
}

func priceKey(provider, wire string) string { return provider + " " + wire }

// Price returns what a model costs, if the table knows.
func (t *Prices) Price(provider, wire string) (Price, bool) {
	p, ok := t.prices[priceKey(provider, wire)]
	return p, ok
}

// Cost returns what an answer cost: what the provider billed, or else by the
// table. It is nil for a model without a price: unknown, which is not 0.
//
// The table has the list price of text tokens. Discounts, other service tiers
// and the providers' own tools are not in it.
func (t *Prices) Cost(provider, wire string, u Usage) *Cost {
	if u.Billed != nil {
		return u.Billed
	}
	p, ok := t.Price(provider, wire)
	if !ok {
		return nil
	}
	c := p.Of(u)
	return &c
}

// Worst returns the most that a request can cost, to be reserved before it is
// sent: all its input at the dearest rate, and the longest answer. It is nil
// for a model without a price.
func (t *Prices) Worst(provider, wire string, input, output int64) *Cost {
	p, ok := t.Price(provider, wire)
	if !ok {
		return nil
	}
	dearest := max(p.Input, p.CacheRead, p.CacheWrite, p.CacheWrite1h)
	worst := Price{Input: dearest, Output: p.Output}.Of(Usage{Input: input, Output: output})
	return &worst
}
