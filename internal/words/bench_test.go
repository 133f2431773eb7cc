package words_test

import (
	"strings"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/words"
)

// longBody returns a text of about 50,000 characters, the longest an idea
// may have, that repeats its words as texts do.
func longBody(sentence string) string {
	return strings.Repeat(sentence, 50_000/len([]rune(sentence)))
}

const (
	english  = "The quick ideas of universities are linking people, and somebody's running a café where the full-text search wasn't slow.\n"
	french   = "L'été dernier, nous avons créé un café où les idées étaient échangées, liées et développées à côté de l'université.\n"
	japanese = "昨日の会議で新しい検索機能について話し合いました。東京タワーの近くのカフェで続きをします。\n"
)

func BenchmarkTokenize(b *testing.B) {
	for _, bm := range []struct{ name, sentence string }{
		{"english", english}, {"french", french}, {"japanese", japanese},
	} {
		b.Run(bm.name, func(b *testing.B) {
			text := longBody(bm.sentence)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				words.Tokenize(text)
			}
		})
	}
}

func BenchmarkIndex(b *testing.B) {
	text := longBody(english)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		words.Index("A title", text)
	}
}

func BenchmarkSnippet(b *testing.B) {
	q := words.Parse("linking people fast")
	for _, bm := range []struct{ name, body string }{
		{"usual", strings.Repeat(english, 5)}, {"longest", longBody(english)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.SetBytes(int64(len(bm.body)))
			b.ReportAllocs()
			for b.Loop() {
				q.Snippet("A title", bm.body, 200)
			}
		})
	}
}
