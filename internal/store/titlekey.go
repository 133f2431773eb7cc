package store

import "github.com/neuralrepo/neuralrepo/internal/words"

// titleKeyLength is how many characters of a title its order depends on.
const titleKeyLength = 200

// titleKey is what the order by title compares, byte by byte on both engines.
// Collations of the databases are not used for it, because they differ
// between engines and their versions.
func titleKey(title string) string {
	key := []rune(words.Fold(title))
	return string(key[:min(len(key), titleKeyLength)])
}
