// Package migrations has the schema of the database, one folder per engine,
// as numbered steps. A step that was ever released is never edited: what is
// wrong with it is put right by the next one.
package migrations

import "embed"

// Files has a folder of steps for each engine.
//
//go:embed sqlite/*.sql
var Files embed.FS
