package account

import "encoding/json"

// Closeness is how close ideas of a person have to be, from 0 to 1, for the
// program to do something about it.
type Closeness struct {
	Duplicate float64 // to be proposed as duplicates
	Related   float64 // to be related, if they are no duplicates
	AutoTag   bool    // whether tags that fit well are put on new ideas
}

// Closeness returns what the person's settings say, or else the defaults.
func (u User) Closeness() Closeness {
	settings := struct {
		Duplicate *float64 `json:"dedup_threshold"`
		Related   *float64 `json:"related_threshold"`
		AutoTag   bool     `json:"auto_tag"`
	}{}
	_ = json.Unmarshal([]byte(u.ValidSettings()), &settings) // valid, so it cannot fail
	c := Closeness{Duplicate: 0.75, Related: 0.5, AutoTag: settings.AutoTag}
	if settings.Duplicate != nil {
		c.Duplicate = *settings.Duplicate
	}
	if settings.Related != nil {
		c.Related = *settings.Related
	}
	return c
}
