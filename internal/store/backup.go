package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/neuralrepo/neuralrepo/internal/fault"
)

// Backup copies a SQLite database, as it is at one moment, to a file that is
// not there yet. Others may go on reading and writing. The database is not
// brought up to date first, so that a backup before an update is possible
// with the new program. The copy is readable by this user alone, and appears
// at once and whole.
func Backup(ctx context.Context, o Options, to string) (err error) {
	if !o.DatabaseURL.Empty() {
		return fault.New(fault.Invalid, "The data is in PostgreSQL, which has its own tools for this, such as pg_dump.")
	}
	from, err := filepath.Abs(o.Path)
	if err != nil {
		return err
	}
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.NotFound, "There is no database at %s.", from)
	}
	if _, err := os.Lstat(to); err == nil {
		return errTaken(to)
	}
	// SQLite fills an empty file that is there, and so keeps its rights.
	part, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".part-*")
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "Nothing can be written to the folder %s.", filepath.Dir(to))
	}
	defer func() {
		err = errors.Join(err, part.Close(), os.Remove(part.Name()))
	}()
	if err := copyDatabase(ctx, from, part.Name()); err != nil {
		return fmt.Errorf("copy the database %s: %w", from, err)
	}
	if err := part.Sync(); err != nil {
		return err
	}
	// A link, unlike a rename, fails if the name is taken by now.
	if err := os.Link(part.Name(), to); errors.Is(err, fs.ErrExist) {
		return errTaken(to)
	} else if err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func errTaken(to string) error {
	return fault.New(fault.Conflict, "The file %s is there already: name another one.", to)
}

func copyDatabase(ctx context.Context, from, to string) error {
	db, err := sql.Open("sqlite", dsn(from, []string{"mode=rw", "_pragma=busy_timeout(5000)"}))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO $1", to)
	return errors.Join(err, db.Close())
}
