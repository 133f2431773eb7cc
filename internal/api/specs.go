package api

import (
	"context"
	"fmt"
	"mime"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"github.com/neuralrepo/neuralrepo/internal/account"
)

// bySpec is a request that names a version of an idea's specification.
type bySpec struct {
	ID      int64 `path:"id" minimum:"1"`
	Version int64 `path:"version" minimum:"1"`
}

func (s *server) listSpecs(ctx context.Context, who account.Caller, in *byID) (*answer[SpecList], error) {
	versions, err := s.Specs.Versions(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	return ok(SpecList{each(versions, wireSpecBrief)}), nil
}

func (s *server) getSpec(ctx context.Context, who account.Caller, in *bySpec) (*answer[Spec], error) {
	version, err := s.Specs.Version(ctx, who.User.Owner, in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	return ok(wireSpec(version)), nil
}

func (s *server) restoreSpec(ctx context.Context, who account.Caller, in *bySpec) (*answer[Spec], error) {
	version, err := s.Specs.Restore(ctx, who.User.Owner, in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	return ok(wireSpec(version)), nil
}

// download is a file that a browser saves.
type download struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *server) downloadSpec(ctx context.Context, who account.Caller, in *bySpec) (*download, error) {
	version, err := s.Specs.Version(ctx, who.User.Owner, in.ID, in.Version)
	if err != nil {
		return nil, err
	}
	of, err := s.Ideas.Get(ctx, who.User.Owner, in.ID)
	if err != nil {
		return nil, err
	}
	return &download{
		Type:        "text/markdown; charset=utf-8",
		Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": specFile(of.Number, of.Title, in.Version)}),
		Body:        []byte(version.Body),
	}, nil
}

// specFile names the file of a specification. It begins with a digit and has
// letters, digits and hyphens only, so it means nothing to any file system or
// shell.
func specFile(number int64, title string, version int64) string {
	const most = 60 // characters of the title
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	name := []rune(strings.Join(words, "-"))
	if len(name) > most {
		name = name[:most]
	}
	return strings.ReplaceAll(fmt.Sprintf("%d-%s-spec-v%d.md", number, strings.Trim(string(name), "-"), version), "--", "-")
}

// markdownFile documents a download.
func markdownFile(op *huma.Operation) {
	op.Responses["200"] = &huma.Response{
		Description: "The specification as a file",
		Headers: map[string]*huma.Param{
			"Content-Disposition": {Schema: &huma.Schema{Type: huma.TypeString}, Description: "The name of the file."},
		},
		Content: map[string]*huma.MediaType{"text/markdown": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}
}
