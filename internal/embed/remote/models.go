package remote

import "github.com/neuralrepo/neuralrepo/internal/llm"

// maxDimensions is more than any model has.
const maxDimensions = 8192

// known is what is known of a model.
type known struct {
	dimensions  int
	price       *llm.Cost // of a million tokens; nil if it depends on the server
	query, idea string    // what it was trained to see in front of each
}

// mills returns a price in thousandths of a dollar.
func mills(n llm.Cost) *llm.Cost {
	n *= llm.Dollar / 1000
	return &n
}

// models are those that need no dimensions from the operator. Prices are those
// of their makers; what a server of one's own costs is another matter.
var models = map[string]known{
	"@cf/baai/bge-m3":        {dimensions: 1024, price: mills(12)},
	"text-embedding-3-small": {dimensions: 1536, price: mills(20)},
	"text-embedding-3-large": {dimensions: 3072, price: mills(130)},
	"bge-m3":                 {dimensions: 1024},
	"all-minilm":             {dimensions: 384},
	"nomic-embed-text":       {dimensions: 768, query: "search_query: ", idea: "search_document: "},
	"mxbai-embed-large":      {dimensions: 1024, query: "Represent this sentence for searching relevant passages: "},
}

// Known reports whether the dimensions of a model need not be said.
func Known(model string) bool { return models[model].dimensions > 0 }
