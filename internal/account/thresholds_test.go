package account

import "testing"

func TestCloseness(t *testing.T) {
	tests := []struct {
		settings string
		want     Closeness
	}{
		{`{}`, Closeness{Duplicate: 0.75, Related: 0.5}},
		{`{"dedup_threshold":null,"auto_tag":null}`, Closeness{Duplicate: 0.75, Related: 0.5}},
		{`{"dedup_threshold":0.9,"related_threshold":0.2,"auto_tag":true}`, Closeness{0.9, 0.2, true}},
		{`{"dedup_threshold":7,"auto_tag":true}`, Closeness{Duplicate: 0.75, Related: 0.5}},
		{`no JSON`, Closeness{Duplicate: 0.75, Related: 0.5}},
	}
	for _, tt := range tests {
		if got := (User{Settings: tt.settings}).Closeness(); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.settings, got, tt.want)
		}
	}
}
