package words_test

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/words"
)

func TestSnippet(t *testing.T) {
	tests := []struct {
		name, q, title, body string
		limit                int
		want                 string
	}{
		{
			name: "whole body", q: "linked ideas", title: "T", body: "Ideas that link: LINKING.", limit: 80,
			want: "<mark>Ideas</mark> that <mark>link</mark>: <mark>LINKING</mark>.",
		},
		{
			name: "in the middle", q: "needle ", body: "one two three four five six needle seven eight nine ten", limit: 30,
			want: "…six <mark>needle</mark> seven eight nine…",
		},
		{
			name: "near the end", q: "ten ", body: "one two three four five six needle seven eight nine ten", limit: 20,
			want: "…seven eight nine <mark>ten</mark>",
		},
		{
			name: "where most terms are", q: "red fox ", body: "a red car and nothing else for a long while, then the fox is red again", limit: 30,
			want: "…then the <mark>fox</mark> is <mark>red</mark> again",
		},
		{
			name: "phrase as one mark", q: `"full text"`, body: "text that is full, and full-text search", limit: 80,
			want: "text that is full, and <mark>full-text</mark> search",
		},
		{
			name: "beginning of a word", q: "univ", body: "the University", limit: 80,
			want: "the <mark>University</mark>",
		},
		{
			name: "HTML is text", q: "script x ", body: `<script>alert("x")</script> & 'more'`, limit: 80,
			want: `&lt;<mark>script</mark>&gt;alert(&#34;<mark>x</mark>&#34;)&lt;/<mark>script</mark>&gt; &amp; &#39;more&#39;`,
		},
		{
			name: "title when the body has none", q: "ideas ", title: "Good ideas & <b>", body: "Something else", limit: 80,
			want: "Good <mark>ideas</mark> &amp; &lt;b&gt;",
		},
		{
			name: "body before title", q: "ideas ", title: "Good ideas", body: "an idea", limit: 80,
			want: "an <mark>idea</mark>",
		},
		{name: "beginning of the body", q: "absent ", title: "T", body: "one two three four", limit: 10, want: "one two…"},
		{name: "title alone", q: "absent ", title: "one two", limit: 80, want: "one two"},
		{name: "nothing", q: "absent ", limit: 80, want: ""},
		{name: "empty query", q: "", body: "one two", limit: 80, want: "one two"},
		{
			name: "Markdown", q: "bold ", limit: 200,
			body: "# Head\r\n\n> quoted **bold** and _thin_ `code` ~~gone~~\n* [ ] item [text](https://a.b/c \"t\") ![pic](x.png)\n```go\n2 * 3 snake_case a[0] [open](no end",
			want: "Head quoted <mark>bold</mark> and thin code gone item text pic go 2 * 3 snake_case a[0] [open](no end",
		},
		{
			name: "signs between letters stay", q: "b ", body: "a*b**c [x](y)z q[x](y)!", limit: 80,
			want: "a*<mark>b</mark>**c x z q x!",
		},
		{
			name: "match in a link target", q: "github", body: "[code](https://github.com/x)", limit: 80,
			want: "[code](https://<mark>github</mark>.com/x)",
		},
		{
			name: "accents and their places", q: "cafe strasse ", body: "Im Cafe\u0301 der Straße", limit: 80,
			want: "Im <mark>Cafe\u0301</mark> der <mark>Straße</mark>",
		},
		{
			name: "scripts without spaces are cut anywhere", q: "東京 ", body: "私は昨日東京タワーに登りました", limit: 6,
			want: "…日<mark>東京</mark>タワー…",
		},
		{
			name: "right to left", q: "עולם ", body: "שלום עולם", limit: 80,
			want: "שלום <mark>עולם</mark>",
		},
		{
			name: "a word longer than the limit", q: "xxxx", body: "one " + strings.Repeat("x", 50) + " two", limit: 10,
			want: "…<mark>xxxxxxxxxx</mark>…",
		},
		{
			name: "a phrase longer than the limit", q: `"aaa bbb ccc"`, body: "x aaa bbb ccc y", limit: 5,
			want: "…<mark>aaa b</mark>…",
		},
		{name: "not UTF-8", q: "x ", body: "a\xff x\x00 b", limit: 80, want: "a\ufffd <mark>x</mark> b"},
		{name: "no room", q: "x ", body: "x", limit: 0, want: ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := words.Parse(tt.q).Snippet(tt.title, tt.body, tt.limit); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}
