package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/neuralrepo/neuralrepo/internal/fault"
	"github.com/neuralrepo/neuralrepo/internal/idea"
)

// order is how a list is sorted: by a column, and by number where that is
// equal, both in the same direction.
type order struct {
	column     string
	descending bool
	// key is the value of the column for a Cursor, and argument the way back.
	key      func(idea.Idea) string
	argument func(key string) (any, error)
}

var orders = map[idea.Sort]order{
	idea.NewestFirst: {"created_at", true,
		func(i idea.Idea) string { return strconv.FormatInt(micros(i.CreatedAt), 10) }, integer},
	idea.ChangedFirst: {"updated_at", true,
		func(i idea.Idea) string { return strconv.FormatInt(micros(i.UpdatedAt), 10) }, integer},
	idea.ByTitle: {"title_key", false,
		func(i idea.Idea) string { return titleKey(i.Title) },
		func(key string) (any, error) { return key, nil }},
}

func integer(key string) (any, error) {
	n, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "cursor is not one that this server gave")
	}
	return n, nil
}

// arguments collects the arguments of a statement that is put together.
type arguments struct{ list []any }

// next adds an argument and returns its placeholder.
func (a *arguments) next(arg any) string {
	a.list = append(a.list, arg)
	return "$" + strconv.Itoa(len(a.list))
}

// List reads a page. Which ideas are on it is found in an index alone, so
// that an offset passes over entries of the index and not over ideas; then
// the ideas and their tags are read, in one statement each.
func (t ideas) List(ctx context.Context, f idea.Filter) (idea.Page, error) {
	by, ok := orders[f.Sort]
	if f.Sort == "" {
		by, ok = orders[idea.NewestFirst], true
	}
	if !ok {
		return idea.Page{}, fault.OfField("sort", "must be one of %v", idea.Sorts)
	}
	var a arguments
	where, err := t.where(ctx, f, by, &a)
	if err != nil {
		return idea.Page{}, err
	}
	way := "ASC"
	if by.descending {
		way = "DESC"
	}
	sorted := fmt.Sprintf("ORDER BY i.%s %s, i.number %s", by.column, way, way)
	page := fmt.Sprintf(`SELECT i.number FROM ideas i WHERE %s %s LIMIT %s OFFSET %s`,
		where, sorted, a.next(f.Limit+1), a.next(f.Offset))
	list, err := t.rows(ctx, page, sorted, a.list)
	if err != nil {
		return idea.Page{}, err
	}
	p := idea.Page{Ideas: list}
	if len(list) > f.Limit { // the one too many says that there is a next page
		p.Ideas = list[:f.Limit]
		last := list[f.Limit-1]
		p.Next = &idea.Cursor{Key: by.key(last), Number: last.Number}
	}
	return p, t.readTags(ctx, p.Ideas)
}

// where is the condition that a filter stands for; $1 in it is the owner.
func (t ideas) where(ctx context.Context, f idea.Filter, by order, a *arguments) (string, error) {
	all := []string{
		"i.owner = " + a.next(t.who),
		"i.archived = " + a.next(f.Archived),
	}
	if f.Status != "" {
		all = append(all, "i.status = "+a.next(f.Status))
	}
	if f.Source != "" {
		all = append(all, "i.source = "+a.next(f.Source))
	}
	if f.Tag != "" {
		in, err := t.among(ctx, carrying, f.Tag, a)
		if err != nil {
			return "", err
		}
		all = append(all, in)
	}
	if !f.Words.Empty() {
		in, err := t.among(ctx, t.d.matching, match(t.d, t.who, f.Words, inText), a)
		if err != nil {
			return "", err
		}
		all = append(all, in)
	}
	if f.After != nil {
		key, err := by.argument(f.After.Key)
		if err != nil {
			return "", err
		}
		behind := ">"
		if by.descending {
			behind = "<"
		}
		all = append(all, fmt.Sprintf("(i.%s, i.number) %s (%s, %s)",
			by.column, behind, a.next(key), a.next(f.After.Number)))
	}
	return strings.Join(all, " AND "), nil
}

// few is of how many ideas it is faster to read and sort them all than to
// walk through the list in its order until enough of them were met.
const few = 500

// among is the condition that an idea i is one of those that a query of one
// argument besides the owner gives. Where these are not few, a plus keeps the
// database from reading them one by one.
func (t ideas) among(ctx context.Context, query func(arg string) string, arg any, a *arguments) (string, error) {
	met, err := all(ctx, t, number, query("$2")+` LIMIT $3`, t.who, arg, few)
	if err != nil {
		return "", err
	}
	plus := ""
	if len(met) == few {
		plus = "+"
	}
	return plus + "i.number IN (" + query(a.next(arg)) + ")", nil
}

// carrying is a query for the ideas of the owner $1 that carry a tag.
func carrying(name string) string {
	return `
		SELECT c.number FROM idea_tags c JOIN tags t ON t.owner = c.owner AND t.id = c.tag
		WHERE t.owner = $1 AND t.name = ` + name
}

// rows reads the ideas of the owner $1 whose numbers a query gives.
func (t *transaction) rows(ctx context.Context, numbers, sorted string, args []any) ([]idea.Idea, error) {
	return all(ctx, t, scanIdea, `
		SELECT `+ideaColumns+` FROM (`+numbers+`) AS page
		JOIN ideas i ON i.owner = $1 AND i.number = page.number `+sorted, args...)
}

// readTags sets the tags of ideas.
func (t *transaction) readTags(ctx context.Context, list []idea.Idea) error {
	numbers := make([]int64, len(list))
	for k, i := range list {
		numbers[k] = i.Number
	}
	names := make(map[int64][]string, len(list))
	type carried struct {
		number int64
		name   string
	}
	pairs, err := all(ctx, t, func(r row) (c carried, err error) {
		err = r.Scan(&c.number, &c.name)
		return c, err
	}, `
		SELECT c.number, t.name FROM idea_tags c JOIN tags t ON t.owner = c.owner AND t.id = c.tag
		WHERE c.owner = $1 AND `+t.d.among("c.number", "$2")+` ORDER BY c.number, c.position`,
		t.who, t.d.integers(numbers))
	for _, c := range pairs {
		names[c.number] = append(names[c.number], c.name)
	}
	for k := range list {
		list[k].Tags = names[list[k].Number]
	}
	return err
}
