package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

// cookieOf returns the session cookie that an answer sets.
func cookieOf(t *testing.T, r reply) *http.Cookie {
	t.Helper()
	all := (&http.Response{Header: r.header}).Cookies()
	if len(all) != 1 {
		t.Fatalf("%d cookies are set: %v", len(all), r.header["Set-Cookie"])
	}
	return all[0]
}

func TestSigningInAndOut(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		checkJSON(t, "before the setup", w.do(t, nobody, "GET /auth/session", "").body, `{"user":null,"setup_needed":true,"magic_link":false}`)

		setup := func(token, password string) reply {
			return w.do(t, nobody, "POST /auth/setup", fmt.Sprintf(
				`{"token":%q,"email":"Ada@Example.org","display_name":"Ada","password":%q}`, token, password))
		}
		for what, refused := range map[string]struct {
			r      reply
			status int
		}{
			"a wrong token":    {setup("guessed", "correct horse"), 401},
			"no token":         {setup("", "correct horse"), 401},
			"a short password": {setup(setupToken, "short"), 400},
		} {
			if refused.r.status != refused.status || len(refused.r.header["Set-Cookie"]) != 0 {
				t.Errorf("setup with %s: %d %s", what, refused.r.status, refused.r.body)
			}
		}
		r := setup(setupToken, "correct horse")
		if r.status != http.StatusCreated {
			t.Fatalf("setup: %d %s", r.status, r.body)
		}
		const user = `{"id":"<uuid>","email":"ada@example.org","display_name":"Ada","avatar_url":null,"plan":"pro","settings_json":"{}",
			"has_anthropic_key":false,"has_openai_key":false,"has_openrouter_key":false,"created_at":"<time>","updated_at":"<time>"}`
		checkJSON(t, "setup", r.body, user)
		first := cookieOf(t, r)
		if first.Name != "neuralrepo_session" || len(first.Value) != 64 || first.Path != "/" || !first.HttpOnly ||
			first.Secure || first.SameSite != http.SameSiteLaxMode || first.Domain != "" ||
			time.Until(first.Expires) < 29*24*time.Hour || time.Until(first.Expires) > 30*24*time.Hour {
			t.Errorf("the cookie is %v", first)
		}
		if r := setup(setupToken, "correct horse"); r.status != http.StatusConflict {
			t.Errorf("a second setup: %d %s", r.status, r.body)
		}
		checkJSON(t, "signed in", w.do(t, cookie(first.Value), "GET /auth/session", "").body, `{"user":`+user+`,"setup_needed":false,"magic_link":false}`)
		checkJSON(t, "signed out", w.do(t, nobody, "GET /auth/session", "").body, `{"user":null,"setup_needed":false,"magic_link":false}`)
		checkJSON(t, "with a cookie of yesteryear", w.do(t, cookie(strings.Repeat("0", 64)), "GET /auth/session", "").body, `{"user":null,"setup_needed":false,"magic_link":false}`)

		login := func(password string) reply {
			return w.do(t, nobody, "POST /auth/login", fmt.Sprintf(`{"email":" ADA@example.org ","password":%q}`, password))
		}
		if r := login("wrong horse"); r.status != 401 || len(r.header["Set-Cookie"]) != 0 || r.message(t) != "E-mail or password is wrong." {
			t.Errorf("login with a wrong password: %d %s", r.status, r.body)
		}
		r = login("correct horse")
		if r.status != http.StatusOK {
			t.Fatalf("login: %d %s", r.status, r.body)
		}
		checkJSON(t, "login", r.body, user)
		second := cookieOf(t, r)
		if second.Value == first.Value {
			t.Error("two sessions have one token")
		}
		w.must(t, bearer(second.Value), "GET /user/me", "")

		change := func(current, wanted string) reply {
			return w.do(t, cookie(second.Value), "PATCH /auth/password", fmt.Sprintf(`{"current_password":%q,"new_password":%q}`, current, wanted))
		}
		if r := change("wrong horse", "battery staple"); r.status != 400 || r.message(t) != "current_password is wrong" {
			t.Errorf("a change without the password: %d %s", r.status, r.body)
		}
		if r := change("correct horse", "short"); r.status != 400 {
			t.Errorf("a change to a short password: %d %s", r.status, r.body)
		}
		checkJSON(t, "change of the password", change("correct horse", "battery staple").body, `{"success":true}`)
		if r := w.do(t, cookie(first.Value), "GET /user/me", ""); r.status != 401 {
			t.Errorf("the other session outlives the password: %d", r.status)
		}
		if r := login("correct horse"); r.status != 401 {
			t.Errorf("the old password still opens: %d", r.status)
		}

		r = w.do(t, cookie(second.Value), "POST /auth/logout", "")
		checkJSON(t, "logout", r.body, `{"success":true}`)
		if gone := cookieOf(t, r); gone.Name != second.Name || gone.Value != "" || gone.MaxAge >= 0 || gone.Path != "/" {
			t.Errorf("the cookie stays: %v", gone)
		}
		if r := w.do(t, cookie(second.Value), "GET /user/me", ""); r.status != 401 {
			t.Errorf("the session outlives the logout: %d", r.status)
		}
	})
}

func TestTooManyAttempts(t *testing.T) {
	w := sqliteWorld(t)
	w.person(t, "ada")
	for range 100 {
		r := w.do(t, nobody, "POST /auth/login", `{"email":"ada@example.org","password":"a guess"}`)
		if r.status == http.StatusTooManyRequests {
			if r.header.Get("Retry-After") == "" || r.message(t) == "" {
				t.Errorf("429 without a word when: %v %s", r.header, r.body)
			}
			return
		}
		if r.status != http.StatusUnauthorized {
			t.Fatalf("status %d: %s", r.status, r.body)
		}
	}
	t.Error("a hundred guesses were let pass")
}

func TestCookieOverHTTPS(t *testing.T) {
	w := sqliteWorld(t, func(_ *account.Options, d *Deps) { d.PublicURL = &url.URL{Scheme: "https", Host: "ideas.example.org"} })
	ada := w.person(t, "ada")
	r := w.do(t, nobody, "POST /auth/setup", `{"token":"x","email":"e@example.org","display_name":"E","password":"correct horse"}`)
	if r.status != http.StatusConflict {
		t.Fatalf("setup: %d", r.status)
	}
	if r := w.do(t, cookie(ada.session), "GET /user/me", ""); r.status != 401 {
		t.Errorf("the cookie of plain http is taken: %d", r.status)
	}
	r = w.do(t, credential(nobody).and("Cookie", "__Host-neuralrepo_session="+ada.session), "POST /auth/logout", "")
	gone := cookieOf(t, r)
	if gone.Name != "__Host-neuralrepo_session" || !gone.Secure || gone.Path != "/" || gone.Domain != "" {
		t.Errorf("the cookie is %v", gone)
	}
}

func TestSessionLastsLongerOnUse(t *testing.T) {
	now := time.Now()
	w := sqliteWorld(t, func(o *account.Options, _ *Deps) { o.Now = func() time.Time { return now } })
	ada := w.person(t, "ada")
	if r := w.do(t, cookie(ada.session), "GET /ideas", ""); len(r.header["Set-Cookie"]) != 0 {
		t.Errorf("a fresh session gets a new cookie: %v", r.header["Set-Cookie"])
	}
	now = now.Add(25 * 24 * time.Hour)
	r := w.do(t, cookie(ada.session), "GET /ideas", "")
	again := cookieOf(t, r)
	if again.Value != ada.session || again.Expires.Sub(now) < 29*24*time.Hour {
		t.Errorf("the cookie is %v", again)
	}
	now = now.Add(25 * 24 * time.Hour)
	if r := w.do(t, bearer(ada.session), "GET /ideas", ""); r.status != 200 || len(r.header["Set-Cookie"]) != 0 {
		t.Errorf("a Bearer token gets a cookie: %d %v", r.status, r.header["Set-Cookie"])
	}
	now = now.Add(31 * 24 * time.Hour)
	if r := w.do(t, cookie(ada.session), "GET /ideas", ""); r.status != 401 {
		t.Errorf("the session never ends: %d", r.status)
	}
}

func TestOtherSitesCannotUseTheCookie(t *testing.T) {
	w := sqliteWorld(t, func(_ *account.Options, d *Deps) { d.PublicURL = &url.URL{Scheme: "http", Host: "ideas.example.org"} })
	ada := w.person(t, "ada")
	own := w.server.URL
	const create, login = "POST /ideas", "POST /auth/login"
	bodies := map[string]string{create: `{"title":"planted"}`, login: `{"email":"x@example.org","password":"some password"}`}
	tests := []struct {
		name string
		what string
		as   credential
		want int
	}{
		{"cookie, no browser", create, cookie(ada.session), 201},
		{"cookie, own page", create, cookie(ada.session).and("Origin", own).and("Sec-Fetch-Site", "same-origin"), 201},
		{"cookie, own page of an old browser", create, cookie(ada.session).and("Origin", own), 201},
		{"cookie, public address", create, cookie(ada.session).and("Origin", "http://ideas.example.org"), 201},
		{"cookie, other page", create, cookie(ada.session).and("Origin", "https://evil.example").and("Sec-Fetch-Site", "cross-site"), 403},
		{"cookie, other page of an old browser", create, cookie(ada.session).and("Origin", "https://evil.example"), 403},
		{"cookie, neighbour", create, cookie(ada.session).and("Origin", "http://evil.example.org").and("Sec-Fetch-Site", "same-site"), 403},
		{"cookie, no origin", create, cookie(ada.session).and("Origin", "null"), 403},
		{"key, other page", create, key(ada.key).and("Origin", "https://evil.example").and("Sec-Fetch-Site", "cross-site"), 201},
		{"bearer, other page", create, bearer(ada.session).and("Origin", "https://evil.example"), 201},
		{"login, own page", login, credential(nobody).and("Origin", own), 401},
		{"login, other page", login, credential(nobody).and("Origin", "https://evil.example"), 403},
		{"reading, other page", "GET /ideas", cookie(ada.session).and("Origin", "https://evil.example").and("Sec-Fetch-Site", "cross-site"), 200},
	}
	for _, test := range tests {
		r := w.do(t, test.as, test.what, bodies[test.what])
		if r.status != test.want {
			t.Errorf("%s: %d, want %d: %s", test.name, r.status, test.want, r.body)
		}
		for name := range r.header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: the answer has %s", test.name, name)
			}
		}
	}
}

func TestAPIKeys(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *world) {
		ada := w.person(t, "ada")
		as := cookie(ada.session)
		made := w.must(t, as, "POST /user/api-keys", `{"label":"laptop","scopes":["ideas:write","ideas:read"]}`)
		text := made["key"].(string)
		w.must(t, key(text), "GET /ideas", "")
		w.must(t, bearer(text), "GET /ideas", "")

		list := w.do(t, as, "GET /user/api-keys", "").body
		if strings.Contains(list, text) || strings.Contains(list, text[4:68]) {
			t.Error("the list shows a key in full")
		}
		checkJSON(t, "the new key", string(jsonOf(t, find(t, list, "api_keys", "laptop"))),
			`{"id":"<keyid>","label":"laptop","scopes":["ideas:read","ideas:write"],"last4":"<last4>","last_used_at":null,"created_at":"<time>"}`)
		if got := find(t, list, "api_keys", "laptop")["last4"]; got != text[64:] {
			t.Errorf("last4 is %v of %s", got, text)
		}

		checkJSON(t, "delete", w.do(t, as, "DELETE /user/api-keys/"+made["id"].(string), "").body, `{"success":true}`)
		if r := w.do(t, key(text), "GET /ideas", ""); r.status != 401 {
			t.Errorf("the key outlives its deletion: %d", r.status)
		}
		// A key makes no key that may do more than itself.
		if r := w.do(t, key(ada.writerKey), "POST /user/api-keys", `{"scopes":["ideas:read"]}`); r.status != 403 {
			t.Errorf("a key made one that may do more: %d %s", r.status, r.body)
		}
		checkJSON(t, "key of a key", w.do(t, key(ada.writerKey), "POST /user/api-keys", `{}`).body,
			`{"id":"<keyid>","key":"<key>","label":"default","scopes":["ideas:write"],"created_at":"<time>"}`)
	})
}

func TestConnectCLI(t *testing.T) {
	w := sqliteWorld(t)
	ada := w.person(t, "ada")
	connect := func(callback string) *url.URL {
		t.Helper()
		got := w.must(t, cookie(ada.session), "POST /auth/cli", fmt.Sprintf(`{"callback":%q}`, callback))
		u, err := url.Parse(got["redirect"].(string))
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	u := connect("http://localhost:53123/callback")
	text := u.Query().Get("api_key")
	if u.Host != "localhost:53123" || u.Path != "/callback" || len(u.Query()) != 1 {
		t.Errorf("redirected to %s", u)
	}
	w.must(t, key(text), "GET /user/me", "")
	list := w.do(t, cookie(ada.session), "GET /user/api-keys", "").body
	find(t, list, "api_keys", "CLI (auto-generated)")

	u = connect("http://127.0.0.1:1/x?state=a%26b&api_key=planted")
	if got := u.Query(); got.Get("state") != "a&b" || len(got["api_key"]) != 1 || got.Get("api_key") == "planted" {
		t.Errorf("redirected to %s", u)
	}
	before := len(w.do(t, cookie(ada.session), "GET /user/api-keys", "").body)
	if r := w.do(t, cookie(ada.session), "POST /auth/cli", `{"callback":"http://evil.example:1/"}`); r.status != 400 {
		t.Errorf("a foreign callback: %d", r.status)
	}
	if after := len(w.do(t, cookie(ada.session), "GET /user/api-keys", "").body); after != before {
		t.Error("a refused callback made a key")
	}
}
