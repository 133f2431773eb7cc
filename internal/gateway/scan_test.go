package gateway

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for body, want := range map[string]question{
		`{"model":"m","stream":true,"max_tokens":7,"n":2}`:                                {"m", true, 7, 2, true},
		` { "n" : 1 , "stream" : false , "model" : "m" } `:                                {"m", false, 0, 1, true},
		`{"messages":[{"content":"\"model\":\"x\" }]"}],"mod\u0065l":"m","max_tokens":7}`: {"m", false, 7, 1, true},
		`{"max_tokens":7,"max_completion_tokens":9}`:                                      {"", false, 9, 1, true},
		`{"model":"m","model":"x"}`:                                                       {"x", false, 0, 1, false},
		`{"max_tokens":1.5}`:                                                              {"", false, -1, 1, true},
		`{"max_tokens":null,"n":null}`:                                                    {"", false, 0, 1, true},
		`{"a":"\\","model":"m\"n"}`:                                                       {`m"n`, false, 0, 1, true},
		`{"model":7}`:                                                                     {"", false, 0, 1, true},
		`{}`:                                                                              {"", false, 0, 1, true},
		`{"model":"m"`:                                                                    {"m", false, 0, 1, false},
		`{"model":"m"}x`:                                                                  {"m", false, 0, 1, false},
		`[{"model":"m"}]`:                                                                 {"", false, 0, 1, false},
		"":                                                                                {"", false, 0, 1, false},
		"------x\r\nContent-Disposition: form-data":                                       {"", false, 0, 1, false},
		`{"messages":[` + strings.Repeat(`{"a":[1,2,{"b":"}]"}]},`, 100) + `1],"model":"m"}`: {"m", false, 0, 1, true},
	} {
		if got := read([]byte(body)); got != want {
			t.Errorf("%.80s: %+v, want %+v", body, got, want)
		}
	}
}

// What is an object to the standard library is one here, with the same names.
func FuzzFields(f *testing.F) {
	f.Add([]byte(chatQuestion))
	f.Add([]byte(`{"a":"\\\"","b":[{"c":"]"}] , "d" : -1e5}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var want map[string]json.RawMessage
		valid := json.Unmarshal(b, &want) == nil && want != nil
		got := map[string]string{}
		ok := fields(b, func(k, v []byte) bool { got[string(k)] = string(v); return true })
		if !valid {
			return
		}
		if !ok || len(got) != len(want) {
			t.Fatalf("%q: %v, %v, want %v", b, ok, got, want)
		}
		for k, v := range want {
			if got[k] != string(v) && strings.ToValidUTF8(k, "") == k {
				t.Errorf("%q: %q is %q, want %q", b, k, got[k], v)
			}
		}
	})
}
