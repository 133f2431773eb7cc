package gateway

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// question is what the gateway must know of a request's body. It is found by
// passing over the rest: a body of megabytes is not decoded.
type question struct {
	model  string
	stream bool
	most   int64 // tokens that an answer may have; 0 if the request does not say, -1 if that is no number
	count  int64 // answers that are asked for
	clear  bool  // the body is an object that says none of this twice
}

// read finds out what a body asks.
func read(body []byte) question {
	q := question{count: 1}
	var model, stream, most, mostNew, count bool
	clear := true
	once := func(seen *bool) {
		clear = clear && !*seen
		*seen = true
	}
	ok := fields(body, func(key, value []byte) bool {
		switch string(key) {
		case "model":
			once(&model)
			q.model = text(value)
		case "stream":
			once(&stream)
			q.stream = string(value) == "true"
		case "max_tokens", "max_output_tokens":
			once(&most)
			q.limit(value)
		case "max_completion_tokens":
			once(&mostNew)
			q.limit(value)
		case "n":
			once(&count)
			if n := number(value); n != 0 {
				q.count = n
			}
		}
		return true
	})
	q.clear = ok && clear
	return q
}

// limit takes a bound on the answer. Of two, the higher one counts.
func (q *question) limit(value []byte) {
	if n := number(value); n < 0 || q.most < 0 {
		q.most = -1
	} else {
		q.most = max(q.most, n)
	}
}

// text decodes a JSON string; "" if value is none.
func text(value []byte) string {
	if len(value) < 2 || value[0] != '"' {
		return ""
	}
	if bytes.IndexByte(value, '\\') < 0 {
		return string(value[1 : len(value)-1])
	}
	var s string
	_ = json.Unmarshal(value, &s)
	return s
}

// number reads a whole number; 0 if value is null, -1 if it is none.
func number(value []byte) int64 {
	if string(value) == "null" {
		return 0
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// fields calls f with every member of the object in b, in order, until f
// returns false. A key comes decoded, a value as it is written. It returns
// false if b is no object, or if f did. It is no validator: what it passes
// over may be broken.
func fields(b []byte, f func(key, value []byte) bool) bool {
	i := space(b, 0)
	if i >= len(b) || b[i] != '{' {
		return false
	}
	i = space(b, i+1)
	if i < len(b) && b[i] == '}' {
		return space(b, i+1) == len(b)
	}
	for i < len(b) {
		end := pass(b, i)
		if end < 0 || b[i] != '"' {
			return false
		}
		key := b[i+1 : end-1]
		if bytes.IndexByte(key, '\\') >= 0 {
			key = []byte(text(b[i:end]))
		}
		if i = space(b, end); i >= len(b) || b[i] != ':' {
			return false
		}
		i = space(b, i+1)
		if end = pass(b, i); end < 0 {
			return false
		}
		if !f(key, b[i:end]) {
			return false
		}
		if i = space(b, end); i >= len(b) {
			return false
		}
		switch b[i] {
		case ',':
			i = space(b, i+1)
		case '}':
			return space(b, i+1) == len(b)
		default:
			return false
		}
	}
	return false
}

// elements calls f with every element of the array in b until f returns
// false. It returns false if b is no array, or if f did.
func elements(b []byte, f func(value []byte) bool) bool {
	i := space(b, 0)
	if i >= len(b) || b[i] != '[' {
		return false
	}
	i = space(b, i+1)
	if i < len(b) && b[i] == ']' {
		return true
	}
	for i < len(b) {
		end := pass(b, i)
		if end < 0 || !f(b[i:end]) {
			return false
		}
		if i = space(b, end); i >= len(b) {
			return false
		}
		switch b[i] {
		case ',':
			i = space(b, i+1)
		case ']':
			return true
		default:
			return false
		}
	}
	return false
}

// space returns the place of the first byte from i on that is no white space.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// pass returns where the value that begins at i ends, -1 if it does not.
func pass(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		return passString(b, i)
	case '{', '[':
		depth := 0
		for i < len(b) {
			switch b[i] {
			case '"':
				if i = passString(b, i); i < 0 {
					return -1
				}
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
			i++
		}
		return -1
	}
	begin := i
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	if i == begin {
		return -1
	}
	return i
}

// passString returns where the string that begins at i ends.
func passString(b []byte, i int) int {
	i++
	for {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		end := i + n
		slashes := 0
		for end-slashes-1 >= i && b[end-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return end + 1
		}
		i = end + 1
	}
}
