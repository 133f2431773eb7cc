package app

import "testing"

func TestNamedZone(t *testing.T) {
	for name, want := range map[string]string{
		"":                                     "UTC",
		"UTC":                                  "UTC",
		"Local":                                "UTC",
		"Europe/Berlin":                        "Europe/Berlin",
		":Asia/Tokyo":                          "Asia/Tokyo",
		"/usr/share/zoneinfo/America/New_York": "America/New_York",
		"../usr/share/zoneinfo/Australia/Lord_Howe":      "Australia/Lord_Howe",
		"CET-1CEST,M3.5.0,M10.5.0/3":                     "UTC", // has no name that people know
		"/private/var/db/timezone/zoneinfo/Asia/Kolkata": "Asia/Kolkata",
	} {
		if got := namedZone(name).String(); got != want {
			t.Errorf("namedZone(%q) = %s, want %s", name, got, want)
		}
	}
}
