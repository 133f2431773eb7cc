package api

import (
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

func TestParseCallback(t *testing.T) {
	for _, good := range []string{
		"http://localhost:53123/callback",
		"http://127.0.0.1:53123/callback",
		"http://[::1]:53123/callback",
		"http://localhost:1",
		"http://localhost:65535/",
		"http://localhost:53123/callback?state=abc&x=1",
		"HTTP://localhost:53123/callback",
	} {
		if _, err := parseCallback(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"",
		"localhost:53123",
		"/callback",
		"//localhost:53123/callback",
		"https://localhost:53123/callback",
		"ftp://localhost:53123/callback",
		"javascript:alert(1)",
		"javascript://localhost:53123/%0aalert(1)",
		"data:text/html,hello",
		"file://localhost:53123/etc/passwd",
		"http:localhost:53123/callback",
		"http:/localhost:53123/callback",
		"http:///callback",
		"http://localhost/callback",       // no port
		"http://localhost:/callback",      // an empty one
		"http://localhost:0/callback",     // one that nobody listens on
		"http://localhost:65536/callback", // one that does not exist
		"http://localhost:-1/callback",
		"http://localhost:5e3/callback",
		"http://localhost:53123@evil.example/callback",
		"http://evil.example:53123/callback",
		"http://evil.example/localhost:53123",
		"http://evil.example:80?http://localhost:53123/callback",
		"http://localhost.evil.example:53123/callback",
		"http://localhost%2eevil.example:53123/callback",
		"http://user@localhost:53123/callback",
		"http://user:password@localhost:53123/callback",
		"http://@localhost:53123/callback",
		"http://localhost:53123/callback#fragment",
		"http://localhost:53123/callback#",
		"http://localhost:53123\\@evil.example/callback",
		"http:\\\\localhost:53123\\callback",
		"http://evil.example\\@localhost:53123/callback",
		"http://127.0.0.2:53123/callback",
		"http://127.1:53123/callback",
		"http://0x7f000001:53123/callback",
		"http://2130706433:53123/callback",
		"http://0.0.0.0:53123/callback",
		"http://[::]:53123/callback",
		"http://[::ffff:127.0.0.1]:53123/callback",
		"http://[::1%25eth0]:53123/callback",
		"http://LOCALHOST.:53123/callback",
		"http://localhost.:53123/callback",
		"http://ⓛocalhost:53123/callback",
		" http://localhost:53123/callback",
		"http://localhost:53123/callback\n",
		"http://localhost:53123/call back",
		"http://local\thost:53123/callback",
		"http://localhost:53123/\x00",
		"http://localhost:53123/%zz",
	} {
		if u, err := parseCallback(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q is let pass as %v", bad, u)
		}
	}
}
