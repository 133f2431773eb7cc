package api

import "github.com/danielgtaylor/huma/v2"

// Meaning is how far the caller's ideas have been understood.
type Meaning struct {
	Model    *string          `json:"model" doc:"What understands them; null if nothing does."`
	Version  *int             `json:"version"`
	Done     int              `json:"done" doc:"How many have been understood by it."`
	Total    int              `json:"total" doc:"How many there are that are not archived."`
	State    string           `json:"state" enum:"idle,running,paused,off" doc:"paused: what is left waits until somebody starts or resumes it, but for single ideas that are captured or changed. off: ideas are found by their words alone."`
	Estimate *MeaningEstimate `json:"estimate" doc:"What it takes to understand what is left; null if nothing is left or it costs nothing."`
}

// MeaningEstimate is what understanding ideas takes, rather too much than too
// little.
type MeaningEstimate struct {
	Ideas  int      `json:"ideas"`
	Tokens int64    `json:"tokens"`
	Cost   *Dollars `json:"cost" doc:"In US dollars; null if it is not known, which is not 0."`
}

// TransformSchema lets the cost be null.
func (MeaningEstimate) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "cost")
}

// TransformSchema lets the estimate be null.
func (Meaning) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "estimate")
}
