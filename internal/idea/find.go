package idea

// WordFilter narrows a search by words. The zero values let everything pass.
type WordFilter struct {
	Status Status
	Tag    string // a normalised name
}
