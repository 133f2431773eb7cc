package app

import (
	"os"
	"strings"
	"time"
)

// localZone returns the zone of this machine under its IANA name, which
// time.Local does not know: that of TZ, or else of /etc/localtime. It is UTC
// where neither has a name.
func localZone() *time.Location {
	name, set := os.LookupEnv("TZ")
	if !set {
		name, _ = os.Readlink("/etc/localtime")
	}
	return namedZone(name)
}

// namedZone returns the zone that TZ or a link names.
func namedZone(name string) *time.Location {
	if _, behind, ok := strings.Cut(name, "zoneinfo/"); ok {
		name = behind
	}
	zone, err := time.LoadLocation(strings.TrimPrefix(name, ":"))
	if err != nil || zone == time.Local {
		return time.UTC
	}
	return zone
}
