package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// chunkSizes are of how many rows a statement is made at a time. They are
// few, because a database prepares each text once and keeps it, and not large,
// because SQLite looks for each argument among all of a statement.
var chunkSizes = [...]int{32, 8, 1}

// chunked calls f with one part of a list after the other, in as few parts as
// chunkSizes allow.
func chunked[T any](list []T, f func(part []T) error) error {
	for _, size := range chunkSizes {
		for len(list) >= size {
			if err := f(list[:size:size]); err != nil {
				return err
			}
			list = list[size:]
		}
	}
	return nil
}

// values writes rows of equal length as "($1, $2), ($3, $4)", and returns
// their arguments. Where no column of a table says it, types say what each
// argument is.
func values(rows [][]any, types ...string) (text string, args []any) {
	var b strings.Builder
	for k, row := range rows {
		if k > 0 {
			b.WriteString(", ")
		}
		for i, arg := range row {
			b.WriteString([]string{"(", ", "}[min(i, 1)])
			args = append(args, arg)
			p := "$" + strconv.Itoa(len(args))
			if types != nil {
				p = "CAST(" + p + " AS " + types[i] + ")"
			}
			b.WriteString(p)
		}
		b.WriteString(")")
	}
	return b.String(), args
}

// insertAll stores rows in a table, given with its columns. What follows the
// values may be "" or say what to do with rows that are there.
func insertAll(ctx context.Context, q querier, into string, rows [][]any, after string) error {
	return chunked(rows, func(part [][]any) error {
		text, args := values(part)
		_, err := q.exec(ctx, `INSERT INTO `+into+` VALUES `+text+` `+after, args...)
		return err
	})
}

// sortedKeys returns the keys of a map in an order.
func sortedKeys[K comparable, V any](m map[K]V, compare func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compare)
	return keys
}
