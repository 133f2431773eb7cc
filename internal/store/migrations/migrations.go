// Package migrations has the schema of the database, one folder per engine,
// as numbered steps. A step that was ever released is never edited: what is
// wrong with it is put right by the next one.
package migrations

import "embed"

// Files has the folders sqlite and postgres with the same steps in each.
//
//go:embed sqlite/*.sql postgres/*.sql
var Files embed.FS
