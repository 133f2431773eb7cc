package tool

import (
	"context"
	"fmt"

	"github.com/neuralrepo/neuralrepo/internal/artifact"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

type brainstormParams struct {
	Topic    string         `json:"topic" jsonschema:"What it is about." minLength:"1" maxLength:"500"`
	Idea     int64          `json:"idea_id,omitempty" jsonschema:"Number of the idea that it begins with, if there is one." min:"0"`
	Clusters []clusterParam `json:"clusters" jsonschema:"The groups of variants that you thought of." minItems:"1" maxItems:"12"`
}

type clusterParam struct {
	Name     string         `json:"name" jsonschema:"What the group has in common." minLength:"1" maxLength:"200"`
	Variants []variantParam `json:"variants" jsonschema:"The variants in it." minItems:"1" maxItems:"12"`
}

type variantParam struct {
	Title string   `json:"title" jsonschema:"Title of a possible idea." minLength:"1" maxLength:"200"`
	Body  string   `json:"body,omitempty" jsonschema:"What it is, in Markdown." maxLength:"5000"`
	Tags  []string `json:"tags,omitempty" jsonschema:"Tags that fit." maxItems:"20"`
}

func (c *Catalogue) brainstorm(ctx context.Context, call Call, p brainstormParams) (Result, error) {
	data := artifact.BrainstormClusterData{Topic: p.Topic, Clusters: []artifact.CardCluster{}}
	if p.Idea != 0 {
		d, err := c.idea(ctx, call.Who.Owner, p.Idea)
		if err != nil {
			return Result{}, err
		}
		from := asCard(d.Idea)
		data.Idea = &from
	}
	n := 0
	for _, g := range p.Clusters {
		cluster := artifact.CardCluster{Name: g.Name, Variants: []artifact.CardVariant{}}
		for _, v := range g.Variants {
			tags := []string{}
			for _, t := range v.Tags {
				name, err := idea.NormalizeTag(t)
				if err != nil {
					return Result{}, err
				}
				tags = append(tags, name)
			}
			cluster.Variants = append(cluster.Variants, artifact.CardVariant{Title: v.Title, Body: v.Body, Tags: tags})
			n++
		}
		data.Clusters = append(data.Clusters, cluster)
	}
	text := fmt.Sprintf("The person sees %d variants in %d groups and can capture any of them. None is captured yet.", n, len(data.Clusters))
	return show(text, artifact.BrainstormCluster, beginning(p.Topic, 80), data)
}
