package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/neuralrepo/neuralrepo/internal/idea"
)

func testLibrary(t *testing.T, s suite) {
	who, other := s.owner(t), s.owner(t)
	for _, title := range []string{"One", "Two", "Three", "Four"} {
		i := draft(title)
		switch title {
		case "Two":
			i.Status, i.Tags = idea.Building, []string{"home", "work"}
		case "Three":
			i.Tags = []string{"home"}
		case "Four":
			i.Archived, i.Tags = true, []string{"home"}
		}
		s.insert(t, who, i)
	}
	s.insert(t, other, draft("Another's"))
	for _, tt := range []struct {
		filter idea.WordFilter
		want   []int64
	}{
		{idea.WordFilter{}, []int64{1, 2, 3}},
		{idea.WordFilter{Status: idea.Building}, []int64{2}},
		{idea.WordFilter{Tag: "home"}, []int64{2, 3}},
		{idea.WordFilter{Status: idea.Shipped, Tag: "home"}, nil},
	} {
		got, err := s.Passing(t.Context(), who, tt.filter)
		if err != nil {
			t.Fatal(err)
		}
		less := func(a, b int64) bool { return a < b }
		if diff := cmp.Diff(tt.want, got, cmpopts.SortSlices(less), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt.filter, diff)
		}
	}
	list, err := s.InOrder(t.Context(), who, []int64{3, 4, 1, 99, 2})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{3, 1, 2}, numbersOf(list)); diff != "" {
		t.Errorf("in order (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"home", "work"}, list[2].Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}
