package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// fieldAt returns the name of the field whose value holds the byte at an
// offset of a JSON text, such as title or links[2].note; "" if that byte is
// in no field.
func fieldAt(body []byte, offset int) string {
	dec := json.NewDecoder(bytes.NewReader(body))
	var at place
	for {
		token, err := dec.Token()
		if err != nil || dec.InputOffset() > int64(offset) {
			return at.name()
		}
		at.pass(token)
	}
}

// place is where a reader of JSON is: in which objects and lists, outermost
// first, and at which of their fields and entries.
type place []step

type step struct {
	list  bool
	index int    // of a list
	key   string // of an object, once it has been read
	keyed bool   // the key has been read, its value has not
}

// pass moves on behind a token.
func (p *place) pass(token json.Token) {
	switch t := token.(type) {
	case json.Delim:
		if t == '{' || t == '[' {
			*p = append(*p, step{list: t == '['})
			return
		}
		*p = (*p)[:len(*p)-1]
	case string:
		if len(*p) > 0 {
			if top := &(*p)[len(*p)-1]; !top.list && !top.keyed {
				top.key, top.keyed = t, true
				return
			}
		}
	}
	if len(*p) > 0 { // a value has ended
		top := &(*p)[len(*p)-1]
		top.index++
		top.key, top.keyed = "", false
	}
}

// name returns the place in the words of an error message.
func (p place) name() string {
	var b strings.Builder
	for _, s := range p {
		switch {
		case s.list:
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case s.keyed:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.key)
		}
	}
	return b.String()
}
