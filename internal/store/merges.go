package store

import "context"

// merges is the port idea.Merges.
type merges struct{ *transaction }

const noMerge = "These two ideas were not merged, or the merge was taken back already"

func (t merges) Put(ctx context.Context, kept, absorbed int64, before []byte) error {
	// Restored by hand, it may be taken in by another one; then what it was
	// before the earlier merge is nothing to go back to.
	if _, err := t.exec(ctx, `DELETE FROM merges WHERE owner = $1 AND absorbed = $2`, t.who, absorbed); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO merges (owner, kept, absorbed, was) VALUES ($1, $2, $3, $4)`,
		t.who, kept, absorbed, string(before))
	return err
}

func (t merges) Get(ctx context.Context, kept, absorbed int64) ([]byte, error) {
	text, err := one(ctx, t, noMerge, text,
		`SELECT was FROM merges WHERE owner = $1 AND kept = $2 AND absorbed = $3`, t.who, kept, absorbed)
	return []byte(text), err
}

func (t merges) Delete(ctx context.Context, kept, absorbed int64) error {
	return changed(ctx, t, noMerge,
		`DELETE FROM merges WHERE owner = $1 AND kept = $2 AND absorbed = $3`, t.who, kept, absorbed)
}
