package api

import "regexp"

// keyShaped is what keys of this program and of providers look like.
var keyShaped = regexp.MustCompile(`\b(sk-|nrp_)[A-Za-z0-9_-]{8,}`)

// withoutKeys returns a text for a log without the keys that somebody pasted in a
// place where none belongs, such as a path.
func withoutKeys(text string) string { return keyShaped.ReplaceAllString(text, "$1…") }
