package tool

import (
	"context"
	"slices"
	"time"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/byok"
	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
	"github.com/neuralrepo/neuralrepo/internal/owner"
	"github.com/neuralrepo/neuralrepo/internal/search"
	"github.com/neuralrepo/neuralrepo/internal/spec"
)

// Specs writes specifications.
type Specs interface {
	// Write is spec.Writer.Write.
	Write(ctx context.Context, who byok.Person, number int64, o spec.Options, sink spec.Sink) (artifact.Artifact, error)
}

// Merges takes merges back.
type Merges interface {
	// Unmerge gives back the idea that another one took in, or a
	// fault.Conflict that says why it cannot.
	Unmerge(ctx context.Context, who owner.ID, survivor, absorbed int64) error
}

// Parts are what the tools work with. Ideas and Search are required.
type Parts struct {
	Ideas  *idea.Repository
	Search *search.Search
	Specs  Specs            // nil: develop_spec is not offered
	Merges Merges           // nil: merges cannot be taken back
	Stale  Stale            // nil: ideas are forgotten after DefaultStale for everybody
	Now    func() time.Time // nil for the system's clock
}

// Stale tells after how many days without a change a person wants to hear of
// an idea, 0 if they did not say.
type Stale interface {
	StaleDays(ctx context.Context, who owner.ID) (int, error)
}

// DefaultStale is how many days pass until an idea counts as forgotten.
const DefaultStale = 30

// Catalogue is all tools. It is safe for concurrent use.
type Catalogue struct {
	ideas  *idea.Repository
	search *search.Search
	specs  Specs
	merges Merges
	stale  Stale
	now    func() time.Time
	tools  []Tool
}

// New makes the tools.
func New(p Parts) *Catalogue {
	c := &Catalogue{ideas: p.Ideas, search: p.Search, specs: p.Specs, merges: p.Merges, stale: p.Stale, now: p.Now}
	if c.now == nil {
		c.now = time.Now
	}
	c.tools = c.define()
	return c
}

// All returns the tools, always in the same order.
func (c *Catalogue) All() []Tool { return slices.Clone(c.tools) }

// Find returns a tool by its name.
func (c *Catalogue) Find(name string) (Tool, bool) {
	for _, t := range c.tools {
		if t.Name == name {
			return t, true
		}
	}
	return Tool{}, false
}

// define makes every tool, those that read first.
func (c *Catalogue) define() []Tool {
	all := []Tool{
		define("search_ideas", "Search ideas", reads|repeats, c.searchIdeas),
		define("get_idea", "Read an idea", reads|repeats, c.getIdea),
		define("list_tags", "List tags", reads|repeats, c.listTags),
		define("get_map", "Look at the map", reads|repeats, c.getMap),
		define("find_stale", "Find forgotten ideas", reads|repeats, c.findStale),
		define("discover_connections", "Discover connections", reads|repeats, c.discoverConnections),
		define("suggest_tags", "Suggest tags", reads|repeats, c.suggestTags),
		define("brainstorm", "Brainstorm", reads|repeats, c.brainstorm),
		define("summarize", "Summarize", reads|repeats, c.summarize),
		define("score_idea", "Score ideas", reads|repeats, c.scoreIdea),
		define("compare_ideas", "Compare ideas", reads|repeats, c.compareIdeas),
		define("show_insights", "Show insights", reads|repeats, c.showInsights),
		define("draw_diagram", "Draw a diagram", reads|repeats, c.drawDiagram),
		define("draft_document", "Draft a document", reads|repeats, c.draftDocument),
		define("create_idea", "Capture an idea", 0, c.createIdea),
		define("link_ideas", "Relate ideas", repeats, c.linkIdeas),
		define("update_idea", "Change an idea", destroys|repeats, c.updateIdea),
		define("archive_idea", "Archive an idea", destroys|repeats, c.archiveIdea),
		define("merge_ideas", "Merge ideas", destroys, c.mergeIdeas),
	}
	if c.specs != nil {
		all = append(all, define("develop_spec", "Write a specification", 0, c.developSpec))
	}
	return all
}

// idea reads an idea.
func (c *Catalogue) idea(ctx context.Context, who owner.ID, number int64) (idea.Detail, error) {
	d, err := c.ideas.Get(ctx, who, number)
	return d, missing(err, number)
}

// list reads several ideas, in the order in which they are named, each once.
func (c *Catalogue) list(ctx context.Context, who owner.ID, numbers []int64) ([]idea.Idea, error) {
	var list []idea.Idea
	seen := map[int64]bool{}
	for _, n := range numbers {
		if seen[n] {
			continue
		}
		seen[n] = true
		d, err := c.idea(ctx, who, n)
		if err != nil {
			return nil, err
		}
		list = append(list, d.Idea)
	}
	return list, nil
}

// missing says of an idea that it is not there.
func missing(err error, number int64) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "There is no idea #%d.", number)
	}
	return err
}
