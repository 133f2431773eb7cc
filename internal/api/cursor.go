package api

import (
	"cmp"
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// A cursor is the order of the list, the number and the sort key of the last
// idea of a page, with a colon between them, in base64url. To clients it is
// opaque.

func formatCursor(c *idea.Cursor, sort Sort) *string {
	if c == nil {
		return nil
	}
	order := string(cmp.Or(idea.Sort(sort), idea.NewestFirst))
	text := order + ":" + strconv.FormatInt(c.Number, 10) + ":" + c.Key
	text = base64.RawURLEncoding.EncodeToString([]byte(text))
	return &text
}

func parseCursor(text string, sort Sort) (*idea.Cursor, error) {
	if text == "" {
		return nil, nil
	}
	wrong := fault.OfField("cursor", "must be the next_cursor of a page in the same order: begin again without it")
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || !utf8.Valid(plain) || strings.ContainsRune(string(plain), 0) {
		return nil, wrong
	}
	order, rest, _ := strings.Cut(string(plain), ":")
	digits, key, found := strings.Cut(rest, ":")
	number, err := strconv.ParseInt(digits, 10, 64)
	if !found || err != nil || order != string(cmp.Or(idea.Sort(sort), idea.NewestFirst)) {
		return nil, wrong
	}
	return &idea.Cursor{Key: key, Number: number}, nil
}
