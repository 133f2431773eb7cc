package store

import "context"

// Canary returns the record that tests the encryption key, nil if there is
// none yet.
func (s *Store) Canary(ctx context.Context) (sealed []byte, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		sealed, err = canary(ctx, q)
		return err
	})
	return sealed, err
}

// SwapCanary stores a canary in place of an old one, nil if there is to be
// none, and returns the one that is stored then.
func (s *Store) SwapCanary(ctx context.Context, old, sealed []byte) (stored []byte, err error) {
	err = s.engine.transact(ctx, func(q querier) error {
		text, args := `INSERT INTO canary (one, sealed) VALUES (1, $1) ON CONFLICT (one) DO NOTHING`, []any{sealed}
		if old != nil {
			text, args = `UPDATE canary SET sealed = $1 WHERE sealed = $2`, append(args, old)
		}
		if _, err := q.exec(ctx, text, args...); err != nil {
			return err
		}
		stored, err = canary(ctx, q)
		return err
	})
	return stored, err
}

func canary(ctx context.Context, q querier) ([]byte, error) {
	list, err := all(ctx, q, blob, `SELECT sealed FROM canary`)
	return append(list, nil)[0], err
}
