package spec

import (
	"context"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// Versions returns the versions of an idea's specification without their
// bodies, the newest first.
func (w *Writer) Versions(ctx context.Context, who owner.ID, number int64) ([]artifact.Artifact, error) {
	if _, err := w.ideas.Get(ctx, who, number); err != nil {
		return nil, err
	}
	return w.store.Artifacts(ctx, who, number, artifact.Spec)
}

// Version returns a version of an idea's specification.
func (w *Writer) Version(ctx context.Context, who owner.ID, number, v int64) (artifact.Artifact, error) {
	a, err := w.store.Artifact(ctx, who, number, artifact.Spec, v)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, "Idea #%d has no version %d of a specification", number, v)
	}
	return a, err
}

// Restore makes a new version that repeats an older one. Its receipt says, as
// that of the older one does, how the text came to be: it took nothing anew.
func (w *Writer) Restore(ctx context.Context, who owner.ID, number, v int64) (artifact.Artifact, error) {
	a, err := w.Version(ctx, who, number, v)
	if err != nil {
		return artifact.Artifact{}, err
	}
	a.Version, a.RestoredFrom = 0, v
	a.CreatedAt = w.time()
	a.UpdatedAt = a.CreatedAt
	err = w.store.AddArtifact(ctx, who, &a)
	return a, err
}
