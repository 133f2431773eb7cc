package words_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/words"
)

func TestIndex(t *testing.T) {
	tests := []struct {
		name, title, body string
		want              words.Document
	}{
		{name: "empty"},
		{
			name: "a form once, and only if it differs", title: "Linking ideas", body: "Ideas: link them. Linking LINKS!",
			want: words.Document{Title: "link idea", Body: "idea link them link link", Forms: "linking ideas links"},
		},
		{
			name: "words that are common stay", title: "The end", body: "of the road",
			want: words.Document{Title: "the end", Body: "of the road"},
		},
		{
			name: "characters as words", title: "東京", body: "Café 東",
			want: words.Document{Title: "東 京", Body: "cafe 東"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, words.Index(tt.title, tt.body)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
