package api

import "github.com/neuralrepo/neuralrepo/internal/idea"

// Duplicate is a proposal that two ideas are one.
type Duplicate struct {
	ID              int64   `json:"id"`
	IdeaID          int64   `json:"idea_id" doc:"The newer idea."`
	DuplicateOfID   int64   `json:"duplicate_of_id" doc:"The older idea that it resembles; it survives a merge."`
	SimilarityScore float64 `json:"similarity_score" doc:"0 to 1."`
	Status          string  `json:"status" enum:"pending,merged,dismissed"`
	IdeaTitle       string  `json:"idea_title"`
	DuplicateTitle  string  `json:"duplicate_title"`
	IdeaNumber      int64   `json:"idea_number"`
	DuplicateNumber int64   `json:"duplicate_number"`
	CreatedAt       Time    `json:"created_at"`
}

// DuplicateList is the proposals that wait for a decision, the most similar
// first.
type DuplicateList struct {
	Duplicates []Duplicate `json:"duplicates"`
}

func wireDuplicate(d idea.Duplicate) Duplicate {
	return Duplicate{
		ID:              d.ID,
		IdeaID:          d.Idea.Number,
		DuplicateOfID:   d.Of.Number,
		SimilarityScore: d.Score,
		Status:          string(d.Status),
		IdeaTitle:       d.Idea.Title,
		DuplicateTitle:  d.Of.Title,
		IdeaNumber:      d.Idea.Number,
		DuplicateNumber: d.Of.Number,
		CreatedAt:       Time(d.CreatedAt),
	}
}
