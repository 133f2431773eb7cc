package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// The aims are for the median with one client, on two cores.
const (
	aimCreate = 2 * time.Millisecond
	aimRead   = time.Millisecond
	aimSearch = 10 * time.Millisecond
	aimStart  = 200 * time.Millisecond
	aimMemory = 60 << 20
)

// depth is how many ideas a list passes over to get to its deep page.
const depth = 50_000

// prepared is how many different bodies and queries there are. They are made
// beforehand, since making them takes time of the cores that are measured.
const prepared = 2_000

func get(path string) request { return request{http.MethodGet, path, ""} }

// always makes the same request again and again.
func always(r request) func(*rand.Rand) request {
	return func(*rand.Rand) request { return r }
}

// oneOf makes any of the requests.
func oneOf(list []request) func(*rand.Rand) request {
	return func(rng *rand.Rand) request { return list[rng.IntN(len(list))] }
}

func createIdea(c corpus, p person) call {
	list := make([]request, prepared)
	for i := range list {
		title, body, tags := c.idea(p.seed + 1<<31 + uint64(i))
		draft, err := json.Marshal(map[string]any{"title": title, "body": body, "tags": tags})
		if err != nil {
			panic(err) // strings are always JSON
		}
		list[i] = request{http.MethodPost, "/ideas", string(draft)}
	}
	return call{name: "create idea", key: p.key, next: oneOf(list), check: has("id", 1)}
}

func getIdea(p person) call {
	return call{
		name: "get idea", key: p.key, check: has("id", 1),
		next: func(rng *rand.Rand) request { return get(fmt.Sprintf("/ideas/%d", 1+rng.IntN(p.ideas))) },
	}
}

func listIdeas(name string, p person, page string) call {
	return call{name: name, key: p.key, next: always(get("/ideas?limit=20" + page)), check: has("ideas", 20)}
}

// deepCursor returns the cursor of the page that starts after n ideas.
func deepCursor(ctx context.Context, url string, p person, n int) (string, error) {
	var page struct {
		Next string `json:"next_cursor"`
	}
	c := newClient(url, 1)
	defer c.http.CloseIdleConnections()
	err := c.get(ctx, p.key, fmt.Sprintf("/ideas?limit=20&offset=%d", n-20), &page)
	return page.Next, err
}

func searchIdeas(c corpus, p person, words int) call {
	rng := rand.New(rand.NewPCG(uint64(words), 3))
	list := make([]request, prepared)
	for i := range list {
		q := c.query(rng, p.seed+1+rng.Uint64N(uint64(p.ideas)), words)
		list[i] = get("/ideas/search?limit=20&q=" + url.QueryEscape(q))
	}
	name := fmt.Sprintf("search, %d words", words)
	if words == 1 {
		name = "search, 1 word"
	}
	return call{name: name, key: p.key, next: oneOf(list), check: has("results", 1)}
}

func readMap(p person) call {
	return call{
		name: fmt.Sprintf("map of %s ideas", thousands(p.ideas)), key: p.key,
		next: always(get("/map")), check: has("nodes", p.ideas),
	}
}

// has makes a check that an answer has a field with at least n things in it,
// or with anything but null if it is no list.
func has(field string, n int) func([]byte) error {
	return func(answer []byte) error {
		var fields map[string]any
		if err := json.Unmarshal(answer, &fields); err != nil {
			return err
		}
		list, isList := fields[field].([]any)
		if fields[field] == nil || isList && len(list) < n {
			return fmt.Errorf("the answer has not %d of %s: %.300s", n, field, answer)
		}
		return nil
	}
}
