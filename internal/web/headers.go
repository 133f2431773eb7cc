package web

import (
	"net/http"
	"strings"
)

// frame is the page that draws diagrams. It is the only one that runs code
// which needs inline styles, so it lives in a sandboxed frame of its own.
const frame = "mermaid-frame.html"

// policy joins the directives of a Content-Security-Policy.
func policy(directives ...string) string { return strings.Join(directives, "; ") }

var (
	// pagePolicy lets a page of the app run and show only what this server
	// sent, and lets it build HTML only through the named Trusted Types.
	pagePolicy = policy(
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' data: blob:",
		"font-src 'self'",
		"connect-src 'self'",
		"worker-src 'self'",
		"frame-src 'self'",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types svelte-trusted-html dompurify neuralrepo-worker",
	)

	// framePolicy allows inline styles and takes away everything else: no
	// connections, no forms, and by the sandbox no origin either.
	framePolicy = policy(
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self' 'unsafe-inline'",
		"font-src 'self'",
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'self'",
		"sandbox allow-scripts",
	)

	// filePolicy is for what is no page. It binds a worker, which takes its
	// policy from its own script, and an image opened as a page.
	filePolicy = policy(
		"default-src 'none'",
		"script-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	)

	// permissions switches off what the app never asks for.
	permissions = strings.Join([]string{
		"accelerometer=()", "autoplay=()", "bluetooth=()", "browsing-topics=()",
		"camera=()", "display-capture=()", "encrypted-media=()", "geolocation=()",
		"gyroscope=()", "hid=()", "idle-detection=()", "magnetometer=()",
		"microphone=()", "midi=()", "payment=()", "screen-wake-lock=()",
		"serial=()", "usb=()", "xr-spatial-tracking=()",
	}, ", ")
)

// guard sets the headers that every answer carries, refusals too.
func guard(h http.Header) {
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", permissions)
}

// describe sets the headers of one file: type, policy and how long to keep it.
func describe(h http.Header, a *asset) {
	h.Set("Content-Type", a.mediaType)
	switch {
	case a.name == frame:
		h.Set("Content-Security-Policy", framePolicy)
	case strings.HasSuffix(a.name, ".html"):
		h.Set("Content-Security-Policy", pagePolicy)
	}
	if !strings.HasPrefix(a.name, assetsDir) {
		h.Set("Cache-Control", "no-cache")
		return
	}
	// The name of an asset holds the hash of its content.
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	// The sandboxed frame has an origin of its own, and these files are public.
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}
