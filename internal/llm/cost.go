package llm

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Cost is an amount of money in picodollars, 10⁻¹² US dollars. A price per
// million tokens with up to six decimals is a whole number of them for one
// token, so costs are added and compared without rounding. The largest Cost
// is about nine million dollars.
//
// It marshals as a decimal number of dollars: 0.00315.
type Cost int64

// Dollar is one US dollar.
const Dollar Cost = 1_000_000_000_000

// String returns the exact amount in dollars, without a sign for the
// currency: "0.00315".
func (c Cost) String() string {
	sign, n := "", uint64(c)
	if c < 0 {
		sign, n = "-", -n
	}
	s := fmt.Sprintf("%s%d.%012d", sign, n/uint64(Dollar), n%uint64(Dollar))
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// MarshalJSON writes the amount as a number of dollars.
func (c Cost) MarshalJSON() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalJSON reads a number of dollars.
func (c *Cost) UnmarshalJSON(b []byte) error {
	got, err := ParseCost(string(b))
	if err == nil {
		*c = got
	}
	return err
}

// ParseCost reads a decimal number of dollars, such as 0.00315 or 3.15e-3,
// between 0 and a million. What is below a picodollar is rounded.
func ParseCost(s string) (Cost, error) {
	f, err := strconv.ParseFloat(s, 64)
	// The float bounds the exponent, so that the exact number below is small.
	if err != nil || len(s) > 40 || !(f >= 0 && f <= 1e6) {
		return 0, fmt.Errorf("%.40q is not an amount of dollars", s)
	}
	if f < 1e-13 {
		return 0, nil
	}
	exact, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, fmt.Errorf("%.40q is not an amount of dollars", s)
	}
	exact.Mul(exact, new(big.Rat).SetInt64(int64(Dollar)))
	n, ok := new(big.Int).SetString(exact.FloatString(0), 10)
	if !ok || !n.IsInt64() {
		return 0, fmt.Errorf("%.40q is not an amount of dollars", s)
	}
	return Cost(n.Int64()), nil
}
