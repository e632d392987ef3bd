package derive

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestGateKeepsReadersAndChangesApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gate
		var a, b int // a change moves both; a reader must find them equal
		var readers sync.WaitGroup
		for i := range 8 {
			readers.Go(func() {
				for range 50 {
					leave := g.enter()
					first := a
					time.Sleep(time.Duration(i+1) * time.Millisecond)
					if b != first {
						t.Errorf("a reader found %d and then %d", first, b)
					}
					leave()
					leave() // counts once
				}
			})
		}
		for range 20 {
			if err := g.change(t.Context(), func() error { a++; time.Sleep(time.Millisecond); b++; return nil }); err != nil {
				t.Fatal(err)
			}
		}
		readers.Wait()
		if g.readers != 0 || a != 20 {
			t.Errorf("%d readers left and %d changes, want 0 and 20", g.readers, a)
		}
	})
}

func TestGateDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gate
		leave := g.enter()
		start := time.Now()
		if err := g.change(t.Context(), func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(start); got != longestWait {
			t.Errorf("waited %s for a slow reader, want %s", got, longestWait)
		}
		ctx, cancel := context.WithTimeout(t.Context(), longestWait/2)
		defer cancel()
		if err := g.change(ctx, func() error { t.Error("changed after the end"); return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
		leave()
		g.enter()() // nothing keeps the next reader out
	})
}
