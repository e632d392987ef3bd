package derive

import (
	"context"
	"sync"
	"time"
)

// longestWait is how long a change of facts waits for readers. Whoever reads longer may see one table from before the
// change and another from after it, but each of them whole; everybody else would wait for him otherwise.
const longestWait = time.Second

// gate lets many readers in, or one change of what they read. It is not a sync.RWMutex, because a change must not wait for
// ever for a slow reader, and a reader that enters twice must not lock itself out for ever.
type gate struct {
	mu      sync.Mutex
	readers int
	left    chan struct{} // closed when the last reader leaves; nil unless a change waits for that
	changed chan struct{} // closed when the change is over; nil unless one is going on or waiting
}

// enter waits for a change to be over, and keeps the next one out until the reader leaves. Leaving twice is harmless.
func (g *gate) enter() (leave func()) {
	for {
		g.mu.Lock()
		changed := g.changed
		if changed == nil {
			g.readers++
			g.mu.Unlock()
			return sync.OnceFunc(g.leave)
		}
		g.mu.Unlock()
		<-changed
	}
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.readers--
	if g.readers == 0 && g.left != nil {
		close(g.left)
		g.left = nil
	}
}

// change keeps readers out while it runs. The caller sees to it that there is one change at a time.
func (g *gate) change(ctx context.Context, run func() error) error {
	g.mu.Lock()
	left, changed := make(chan struct{}), make(chan struct{})
	if g.readers == 0 {
		close(left)
	} else {
		g.left = left
	}
	g.changed = changed
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		g.left, g.changed = nil, nil
		g.mu.Unlock()
		close(changed)
	}()
	patience := time.NewTimer(longestWait)
	defer patience.Stop()
	select {
	case <-left:
	case <-patience.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return run()
}
