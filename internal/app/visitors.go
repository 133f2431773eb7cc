package app

import (
	"context"
	"net/http"
	"sync"
)

// visitors counts the requests that are under way. http.Server can wait for
// them only as long as their connections are open: what it cuts off goes on
// for a moment, and what it still writes down must find a database.
type visitors struct {
	mu      sync.Mutex
	inside  int
	waiting chan struct{} // closed when nobody is inside any more
}

// count lets every request pass and counts it.
func (v *visitors) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.add(1)
		defer v.add(-1)
		next.ServeHTTP(w, r)
	})
}

func (v *visitors) add(n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.inside += n
	if v.inside == 0 && v.waiting != nil {
		close(v.waiting)
		v.waiting = nil
	}
}

// wait returns once nobody is inside, or when ctx ends.
func (v *visitors) wait(ctx context.Context) {
	v.mu.Lock()
	if v.inside == 0 {
		v.mu.Unlock()
		return
	}
	if v.waiting == nil {
		v.waiting = make(chan struct{})
	}
	gone := v.waiting
	v.mu.Unlock()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}
