package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// artifactColumns are what scanArtifact reads besides the body.
const artifactColumns = `idea, kind, version, complete, restored_from, instructions, receipt, created_at, updated_at`

func scanArtifact(r row) (artifact.Artifact, error) {
	var a artifact.Artifact
	var receipt string
	var created, updated int64
	err := r.Scan(&a.Idea, &a.Kind, &a.Version, &a.Complete, &a.RestoredFrom, &a.Instructions, &receipt, &created, &updated, &a.Body)
	if err != nil {
		return a, err
	}
	a.CreatedAt, a.UpdatedAt = timeOf(created), timeOf(updated)
	if err := json.Unmarshal([]byte(receipt), &a.Receipt); err != nil {
		return a, fmt.Errorf("read the receipt of %s %d of idea %d: %w", a.Kind, a.Version, a.Idea, err)
	}
	return a, nil
}

// AddArtifact stores a new version of a text and gives it its number.
func (s *Store) AddArtifact(ctx context.Context, who owner.ID, a *artifact.Artifact) error {
	receipt, err := json.Marshal(a.Receipt)
	if err != nil {
		return err
	}
	var version int64
	err = s.write(ctx, who, func(t *transaction) error {
		there, err := ideas{t}.Existing(ctx, []int64{a.Idea})
		if err != nil {
			return err
		}
		if len(there) == 0 {
			return fault.New(fault.NotFound, noIdea)
		}
		version, err = one(ctx, t, "", number, `
			INSERT INTO artifacts (owner, idea, kind, version, complete, restored_from, instructions, receipt,
				created_at, updated_at, body)
			VALUES ($1, $2, $3,
				(SELECT COALESCE(MAX(version), 0) + 1 FROM artifacts WHERE owner = $1 AND idea = $2 AND kind = $3),
				$4, $5, $6, $7, $8, $9, $10)
			RETURNING version`,
			who, a.Idea, string(a.Kind), a.Complete, a.RestoredFrom, a.Instructions, string(receipt),
			micros(a.CreatedAt), micros(a.UpdatedAt), a.Body)
		t.touched(a.Idea)
		return err
	})
	if err == nil {
		a.Version = version
	}
	return err
}

// UpdateArtifact replaces body, completeness, receipt and UpdatedAt of a
// version.
func (s *Store) UpdateArtifact(ctx context.Context, who owner.ID, a artifact.Artifact) error {
	receipt, err := json.Marshal(a.Receipt)
	if err != nil {
		return err
	}
	return s.write(ctx, who, func(t *transaction) error {
		t.touched(a.Idea)
		return changed(ctx, t, missing(a.Kind), `
			UPDATE artifacts SET body = $5, complete = $6, receipt = $7, updated_at = $8
			WHERE owner = $1 AND idea = $2 AND kind = $3 AND version = $4`,
			who, a.Idea, string(a.Kind), a.Version, a.Body, a.Complete, string(receipt), micros(a.UpdatedAt))
	})
}

// Artifact returns a version; 0 is the newest.
func (s *Store) Artifact(ctx context.Context, who owner.ID, idea int64, k artifact.Kind, version int64) (a artifact.Artifact, err error) {
	text, args := `
		SELECT `+artifactColumns+`, body FROM artifacts
		WHERE owner = $1 AND idea = $2 AND kind = $3`, []any{who, idea, string(k)}
	if version == 0 {
		text += ` ORDER BY version DESC LIMIT 1`
	} else {
		text, args = text+` AND version = $4`, append(args, version)
	}
	err = s.engine.single(ctx, func(q querier) error {
		a, err = one(ctx, q, missing(k), scanArtifact, text, args...)
		return err
	})
	return a, err
}

// Artifacts returns all versions without their bodies, the newest first.
func (s *Store) Artifacts(ctx context.Context, who owner.ID, idea int64, k artifact.Kind) (list []artifact.Artifact, err error) {
	err = s.engine.single(ctx, func(q querier) error {
		list, err = all(ctx, q, scanArtifact, `
			SELECT `+artifactColumns+`, '' FROM artifacts
			WHERE owner = $1 AND idea = $2 AND kind = $3 ORDER BY version DESC`, who, idea, string(k))
		return err
	})
	return list, err
}

// missing says what is not there.
func missing(k artifact.Kind) string {
	if k == artifact.Spec {
		return "Specification not found"
	}
	return "Not found"
}
