package idea

import "time"

// Link is a URL that belongs to an idea.
type Link struct {
	ID        int64
	URL       string
	Title     string // "" if there is none
	Type      LinkType
	CreatedAt time.Time
}

// LinkType is what a link leads to.
type LinkType string

// The types of links.
const (
	LinkURL         LinkType = "url"
	LinkClaudeChat  LinkType = "claude-chat"
	LinkGitHubRepo  LinkType = "github-repo"
	LinkGitHubIssue LinkType = "github-issue"
	LinkAttachment  LinkType = "attachment"
)

// LinkTypes lists every type of link.
var LinkTypes = []LinkType{LinkURL, LinkClaudeChat, LinkGitHubRepo, LinkGitHubIssue, LinkAttachment}

// ParseLinkType checks a type that came from outside.
func ParseLinkType(s string) (LinkType, error) { return oneOf("link_type", s, LinkTypes) }
