package suggest

import (
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/fence"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// page is what a model reads. It is the same for the same data, so that a
// repeated question is known as one.
func page(i idea.Idea, own []string) string {
	body := []rune(fence.Visible(i.Body))
	var p fence.Page
	p.Say("suggest tags for the idea below")
	p.Text("tags that the owner uses:", strings.Join(own, ", "))
	p.Text("tags that the idea has:", strings.Join(i.Tags, ", "))
	p.Text("title:", i.Title)
	p.Text("text:", string(body[:min(textRoom, len(body))]))
	p.Say("end of the data: answer with the tags now")
	return p.String()
}
