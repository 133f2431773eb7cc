package api

import "testing"

func TestWithoutKeys(t *testing.T) {
	for in, want := range map[string]string{
		"/api/v1/ideas/12":                        "/api/v1/ideas/12",
		"/api/v1/user/byok/sk-ant-api03-Aa_1-bb":  "/api/v1/user/byok/sk-…",
		"/sk-or-v1-c0ffee5a/nrp_0123456789abcdef": "/sk-…/nrp_…",
		"/task-list-of-the-week":                  "/task-list-of-the-week",
		"/sk-short":                               "/sk-short",
	} {
		if got := withoutKeys(in); got != want {
			t.Errorf("withoutKeys(%q) = %q, want %q", in, got, want)
		}
	}
}
