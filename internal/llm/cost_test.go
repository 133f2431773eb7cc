package llm_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/llm"
)

func TestParseCost(t *testing.T) {
	for in, want := range map[string]string{
		"0":                       "0",
		"0.0":                     "0",
		"1":                       "1",
		"3.15e-3":                 "0.00315",
		"0.00315":                 "0.00315",
		"0.075":                   "0.075",
		"1000000":                 "1000000",
		"0.000000000001":          "0.000000000001",
		"0.0000000000014":         "0.000000000001",
		"0.0000000000015":         "0.000000000002",
		"1e-999999999":            "0",
		"-0":                      "0",
		"-1":                      "",
		"1000000.01":              "",
		"1e999999999":             "",
		"NaN":                     "",
		"Inf":                     "",
		"":                        "",
		"1,5":                     "",
		`"1"`:                     "",
		"0.1234567890123456789e1": "1.234567890123",
	} {
		got, err := llm.ParseCost(in)
		if want == "" {
			if err == nil {
				t.Errorf("ParseCost(%q) = %s, want an error", in, got)
			}
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("ParseCost(%q) = %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestCostString(t *testing.T) {
	for c, want := range map[llm.Cost]string{
		0:                  "0",
		1:                  "0.000000000001",
		-1:                 "-0.000000000001",
		llm.Dollar:         "1",
		10 * llm.Dollar:    "10",
		-5 * llm.Dollar:    "-5",
		llm.Dollar * 3 / 2: "1.5",
		math.MaxInt64:      "9223372.036854775807",
		math.MinInt64:      "-9223372.036854775808",
	} {
		if got := c.String(); got != want {
			t.Errorf("%d picodollars are %q, want %q", int64(c), got, want)
		}
	}
}

// What is written is read as the same amount.
func FuzzCost(f *testing.F) {
	f.Add(int64(0))
	f.Add(int64(3150000000))
	f.Fuzz(func(t *testing.T, n int64) {
		n %= int64(1e6 * float64(llm.Dollar))
		if n < 0 {
			n = -n
		}
		b, err := json.Marshal(llm.Cost(n))
		if err != nil {
			t.Fatal(err)
		}
		var got llm.Cost
		if err := json.Unmarshal(b, &got); err != nil || got != llm.Cost(n) {
			t.Errorf("%s was read as %d, %v, want %d", b, got, err, n)
		}
	})
}
