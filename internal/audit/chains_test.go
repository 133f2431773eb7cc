package audit

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neuralrepo/neuralrepo/internal/owner"
)

// chains has the chain of each owner, who is called by one letter.
type chains map[owner.ID][]Entry

func (c chains) AuditOwners(_ context.Context, after owner.ID, n int) ([]Person, error) {
	var list []Person
	for who := range c {
		if who > after {
			list = append(list, Person{who, string(rune('a' + who))})
		}
	}
	slices.SortFunc(list, func(a, b Person) int { return int(a.Owner - b.Owner) })
	return list[:min(n, len(list))], nil
}

var errRead = errors.New("the disk is broken")

func (c chains) AuditAfter(_ context.Context, who owner.ID, after int64, n int) ([]Entry, error) {
	if c[who] == nil {
		return nil, errRead
	}
	i := slices.IndexFunc(c[who], func(e Entry) bool { return e.Number > after })
	if i < 0 {
		return nil, nil
	}
	return c[who][i:min(len(c[who]), i+n)], nil
}

// found is what a report says, as far as a test can know it.
type found struct {
	Owner   owner.ID
	Entries int64
	Fault   bool
}

func verifyAll(c chains) (list []found, err error) {
	err = VerifyAll(context.Background(), c, func(r Checked) {
		list = append(list, found{r.Owner, r.Entries, r.Fault != nil})
	})
	return list, err
}

func TestVerifyAll(t *testing.T) {
	edited, cut, gap := chain(2*page+1), chain(3), chain(page+2)
	edited[page+7].Detail = "nothing happened"
	cut = cut[:2]
	gap = slices.Delete(gap, page, page+1)
	got, err := verifyAll(chains{1: chain(1), 2: edited, 3: cut, 4: gap, 5: chain(2 * page)})
	if err != nil {
		t.Fatal(err)
	}
	want := []found{{1, 1, false}, {2, page + 7, true}, {3, 2, false}, {4, page, true}, {5, 2 * page, false}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestVerifyAllOfMany(t *testing.T) {
	many := chains{}
	for who := range owner.ID(2*page + 1) {
		many[who+1] = chain(2)
	}
	got, err := verifyAll(many)
	if err != nil || len(got) != len(many) || slices.ContainsFunc(got, func(f found) bool { return f.Fault || f.Entries != 2 }) {
		t.Errorf("%d of %d chains were found good (%v)", len(got), len(many), err)
	}
	if got, err := verifyAll(chains{}); got != nil || err != nil {
		t.Errorf("of nobody: %v, %v", got, err)
	}
}

func TestVerifyAllReportsWhatIsGood(t *testing.T) {
	good := chain(3)
	err := VerifyAll(t.Context(), chains{2: good}, func(c Checked) {
		if c.User != "c" || c.Last.Hash != good[2].Hash || c.Fault != nil {
			t.Errorf("reported %+v", c)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func TestVerifyAllCannotRead(t *testing.T) {
	got, err := verifyAll(chains{1: chain(1), 2: nil})
	if !errors.Is(err, errRead) || len(got) != 1 {
		t.Errorf("reported %v and %v, want one chain and the error", got, err)
	}
}
