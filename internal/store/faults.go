package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// reason is why a statement failed, as far as the store acts upon it.
type reason int

const (
	unknown  reason = iota
	taken           // a key that is to be unique is there already
	orphaned        // what a foreign key names is not there
	locked          // another process holds the database, or it takes nobody in now
	clashed         // two transactions were in each other's way; try again
	full            // there is no room on the disk
	badText         // a text that the database cannot hold
)

// codes is the one table from the error codes of both engines to reasons.
// The codes of SQLite are numbers, those of PostgreSQL five characters.
var codes = map[any]reason{
	sqlite3.SQLITE_CONSTRAINT_UNIQUE:     taken,
	sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: taken,
	sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: orphaned,
	sqlite3.SQLITE_BUSY:                  locked,
	sqlite3.SQLITE_LOCKED:                locked,
	sqlite3.SQLITE_FULL:                  full,

	"23505": taken,
	"23503": orphaned,
	"40001": clashed,
	"40P01": clashed,
	"53100": full,
	"53300": locked,
	"57P01": locked,
	"57P03": locked,
	"22021": badText,
	"22P05": badText,
}

// reasonOf looks an error up in codes.
func reasonOf(err error) reason {
	if e := (*sqlite.Error)(nil); errors.As(err, &e) {
		if r, ok := codes[e.Code()]; ok {
			return r
		}
		return codes[e.Code()&0xff] // the lowest byte is the code without its detail
	}
	if e := (*pgconn.PgError)(nil); errors.As(err, &e) {
		return codes[e.Code]
	}
	if e := (*pgconn.ConnectError)(nil); errors.As(err, &e) {
		return locked
	}
	return unknown
}

// faultOf says of a failed statement what a person should read about it. What
// is a fault already, and the end of a context, pass through.
func faultOf(err error) error {
	if err == nil {
		return nil
	}
	if e := (*fault.Error)(nil); errors.As(err, &e) {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	switch reasonOf(err) {
	case taken:
		return fault.Wrap(fault.Conflict, err, "This is there already")
	case orphaned:
		return fault.Wrap(fault.NotFound, err, "Not found")
	case locked, clashed:
		e := fault.Wrap(fault.Unavailable, err, "The database is busy: try again in a moment")
		e.RetryAfter = time.Second
		return e
	case full:
		return fault.Wrap(fault.Unavailable, err, "The disk of the server is full: nothing was stored")
	case badText:
		return fault.Wrap(fault.Invalid, err, "A text must be valid UTF-8 without NUL characters")
	}
	return fmt.Errorf("store: %w", err)
}
