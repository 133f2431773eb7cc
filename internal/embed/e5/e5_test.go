package e5

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/neuralrepo/neuralrepo/internal/embed"
)

// The file that scripts/embedmodel makes of the pinned package.
const weightsSum = "b500a739bccda0d713ff3cfa8e10bfd497e3600abc37b0166b63d53174c3798b"

func TestWeightsAreThoseOfTheConverter(t *testing.T) {
	sum := sha256.Sum256(weights)
	if got := hex.EncodeToString(sum[:]); got != weightsSum {
		t.Errorf("e5small.bin has sha256 %s, not %s", got, weightsSum)
	}
	if len(weights) > 70_000_000 {
		t.Errorf("e5small.bin has %d bytes, more than the program has room for", len(weights))
	}
}

//go:embed testdata/golden.json
var goldenFile []byte

// golden is what the package's own engine makes of a text, and what comes of
// computing the same in float64. scripts/embedmodel/golden.py made them.
type golden struct {
	Text   string
	Pieces []int32
	Engine []float32
	Exact  []float32
}

func goldens(t testing.TB) []golden {
	t.Helper()
	var list []golden
	if err := json.Unmarshal(goldenFile, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) < 25 {
		t.Fatalf("there are only %d golden texts", len(list))
	}
	return list
}

// model is loaded once for all tests.
var model = sync.OnceValues(func() (*loaded, error) { return open(weights, centre) })

func loadModel(t testing.TB) *loaded {
	t.Helper()
	l, err := model()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

func TestNetworkIsTheOriginal(t *testing.T) {
	l := loadModel(t)
	checked := 0
	for _, g := range goldens(t) {
		if g.Exact == nil {
			continue
		}
		checked++
		mean := make([]float32, l.hidden)
		l.run([][]int32{framed(1, g.Pieces).pieces}, [][]float32{mean}, new(workspace))
		if got := cosine(mean, g.Exact); got < 0.99999 {
			t.Errorf("%q: the cosine to the same in float64 is %.6f", g.Text, got)
		}
		// The engine itself rounds to 8 bits on the way.
		if got := cosine(mean, g.Engine); got < 0.999 {
			t.Errorf("%q: the cosine to the engine is %.6f", g.Text, got)
		}
	}
	if checked < 10 {
		t.Errorf("only %d vectors were compared", checked)
	}
}

func TestSameVectorsWithoutAssembly(t *testing.T) {
	text := []embed.Text{embed.Query("本の交換会")}
	want, err := New().Embed(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := NewPlain().Embed(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range want[0] {
		if math.Abs(float64(v-got[0][i])) > 1e-4 {
			t.Fatalf("number %d is %v in plain Go, %v in assembly", i, got[0][i], v)
		}
	}
}

func TestOneVectorInAnyCompany(t *testing.T) {
	e := New()
	texts := []embed.Text{
		embed.Idea("Soil sensor", "that texts me"), embed.Query("thirsty plants"),
		embed.Idea("", ""), embed.Query(""), embed.Idea("ein Balkonkasten", ""), embed.Idea("a", strings.Repeat("word ", 62)),
	}
	together, err := e.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		alone, err := e.Embed(t.Context(), []embed.Text{text})
		if err != nil {
			t.Fatal(err)
		}
		if got := cosine(alone[0], together[i]); got < 0.999999 {
			t.Errorf("%+v: alone and with others are at a cosine of %v", text, got)
		}
		if got := length(alone[0]); math.Abs(got-1) > 1e-5 {
			t.Errorf("%+v: the vector has length %v", text, got)
		}
		if len(alone[0]) != e.Model().Dimensions {
			t.Errorf("the vector has %d dimensions, not %d", len(alone[0]), e.Model().Dimensions)
		}
	}
}

func length(v []float32) float64 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}

func TestNoTexts(t *testing.T) {
	got, err := New().Embed(t.Context(), nil)
	if err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestQueriesFindTheirIdeas(t *testing.T) {
	e := New()
	vectors, err := e.Embed(t.Context(), []embed.Text{
		embed.Query("remind me to water the flowers"),
		embed.Idea("Feuchtesensor im Blumentopf", "Schickt eine Nachricht, wenn die Erde trocken ist."),
		embed.Idea("Meeting cost clock", "A display that shows what the meeting costs."),
	})
	if err != nil {
		t.Fatal(err)
	}
	near, far := cosine(vectors[0], vectors[1]), cosine(vectors[0], vectors[2])
	if near < far+0.1 {
		t.Errorf("the idea that is meant is at %.2f, another at %.2f", near, far)
	}
}

func TestManyAtOnce(t *testing.T) {
	e := New()
	texts := []embed.Text{embed.Idea("Balcony", "tomatoes"), embed.Query("vegetables"), embed.Idea("Chess", "")}
	want, err := e.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for i := range 6 {
		wait.Go(func() {
			text := texts[i%len(texts)]
			got, err := e.Embed(context.Background(), []embed.Text{text})
			if err != nil {
				t.Error(err)
				return
			}
			if c := cosine(got[0], want[i%len(texts)]); c < 0.999999 {
				t.Errorf("%+v: the cosine to the vector of one goroutine is %v", text, c)
			}
		})
	}
	wait.Wait()
}

func TestStopsWhenNobodyWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New().Embed(ctx, []embed.Text{embed.Idea("a", "b")}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := New().Embed(ctx, nil); err != nil {
		t.Errorf("nothing to do: %v", err)
	}
}

// watched is a context that is done after it was asked a number of times.
type watched struct {
	context.Context
	left int
}

func (w *watched) Err() error {
	if w.left--; w.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestStopsWithinALongText(t *testing.T) {
	l := loadModel(t)
	ctx := &watched{t.Context(), 1}
	_, err := l.read(ctx, []embed.Text{embed.Idea("Long", strings.Repeat("many words of a long idea ", 80))})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if ctx.left != -1 {
		t.Errorf("it went on after it was told to stop")
	}
}

func TestLoadRefusesWhatIsNoModel(t *testing.T) {
	for name, data := range map[string][]byte{
		"nothing":      nil,
		"another file": []byte("PK\x03\x04 and so on"),
		"a beginning":  weights[:len(magic)+10],
		"most of it":   weights[:1<<20],
		"all but one":  weights[:len(weights)-1],
		"one too many": slices.Concat(weights, []byte{0}),
	} {
		if _, err := load(data); err == nil {
			t.Errorf("%s was taken for a model", name)
		}
	}
	if _, err := open(weights, centre[1:]); err == nil {
		t.Error("a short file was taken for the centres")
	}
}

// sixty is an idea of sixty words, as people write them.
func sixty() embed.Text {
	return embed.Idea("Tool shelf in the stairwell", "Every flat in our house owns a drill that is used for ten minutes a year. "+
		"Put a shelf beside the letter boxes with a list of who has what, a card to sign, and a pencil. "+
		"Whoever needs a ladder or a steam cleaner asks the neighbour first, and nobody has to buy one. Start with three families and see.")
}

func BenchmarkQuery(b *testing.B) { benchmark(b, embed.Query("borrow tools from neighbours")) }
func BenchmarkIdea(b *testing.B)  { benchmark(b, sixty()) }

func benchmark(b *testing.B, text embed.Text) {
	for name, e := range map[string]*Embedder{"assembly": New(), "plain": NewPlain()} {
		b.Run(name, func(b *testing.B) {
			if _, err := e.Embed(b.Context(), []embed.Text{text}); err != nil { // loads
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := e.Embed(b.Context(), []embed.Text{text}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := open(weights, centre); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkIdeas measures what it gains to read several ideas at once.
func BenchmarkIdeas(b *testing.B) {
	for _, n := range []int{1, 2, 4, 8} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			e, texts := New(), make([]embed.Text, n)
			for i := range texts {
				texts[i] = sixty()
			}
			for b.Loop() {
				if _, err := e.Embed(b.Context(), texts); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N*n), "ms/idea")
		})
	}
}

func TestExponent(t *testing.T) {
	e := newExponent()
	for x := float32(0); x < 30; x += 0.0007 {
		want := math.Exp(-float64(x))
		got := float64(e.of(x))
		if x < exponentReach && math.Abs(got-want) > 1e-6*want || math.Abs(got-want) > 1e-6 {
			t.Fatalf("e to the minus %v is %v, want %v", x, got, want)
		}
	}
	if got := e.of(float32(math.Inf(1))); got != 0 {
		t.Errorf("of infinity %v", got)
	}
}
