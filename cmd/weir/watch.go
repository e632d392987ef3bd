package main

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/weirhq/weir/collectors"
)

// syncWatch draws how far sources are: items done and expected, requests, what is left of the budget, what is waited for
// and how long it will take. It draws on a terminal only.
type syncWatch struct {
	stop context.CancelFunc
	over chan struct{}
}

// watchPause is how often the states are looked at.
const watchPause = 200 * time.Millisecond

func watchSync(w io.Writer, runner *collectors.Runner) *syncWatch {
	watch := &syncWatch{stop: func() {}, over: make(chan struct{})}
	if terminalWidth(w) == 0 {
		close(watch.over)
		return watch
	}
	ctx, stop := context.WithCancel(context.Background())
	watch.stop = stop
	go func() {
		defer close(watch.over)
		drawSync(ctx, mpb.New(mpb.WithOutput(w), mpb.WithWidth(24)), runner)
	}()
	return watch
}

// done takes the bars from the screen: what was done is told in words.
func (w *syncWatch) done() {
	w.stop()
	<-w.over
}

func drawSync(ctx context.Context, bars *mpb.Progress, runner *collectors.Runner) {
	drawn := map[string]*syncBar{}
	for {
		for _, state := range runner.States() {
			b := drawn[state.Source]
			if b == nil && state.Running {
				b = newSyncBar(bars, state)
				drawn[state.Source] = b
			}
			if b != nil {
				b.show(state)
			}
		}
		select {
		case <-ctx.Done():
			for _, b := range drawn {
				b.bar.Abort(true)
			}
			bars.Wait()
			return
		case <-time.After(watchPause):
		}
	}
}

// syncBar is the line of one source. The bars are drawn by another goroutine, which reads the latest state.
type syncBar struct {
	bar    *mpb.Bar
	latest atomic.Pointer[collectors.State]
}

func newSyncBar(bars *mpb.Progress, first collectors.State) *syncBar {
	b := &syncBar{}
	b.latest.Store(&first)
	text := decor.Any(func(decor.Statistics) string { return describeProgress(*b.latest.Load()) })
	b.bar = bars.AddBar(0, mpb.PrependDecorators(decor.Name(first.Source+" ", decor.WC{W: 16, C: decor.DindentRight})), mpb.AppendDecorators(text))
	return b
}

func (b *syncBar) show(state collectors.State) {
	b.latest.Store(&state)
	b.bar.SetTotal(state.Progress.Expected, false)
	b.bar.SetCurrent(state.Progress.Done)
}

// describeProgress is a line about a running source.
func describeProgress(s collectors.State) string {
	if !s.Running && !s.LastFinish.IsZero() {
		return " done"
	}
	text := ""
	if s.Progress.Expected > 0 {
		text = fmt.Sprintf(" %d of %d items", s.Progress.Done, s.Progress.Expected)
	}
	if s.Traffic.Requests > 0 {
		text += fmt.Sprintf(", %d requests", s.Traffic.Requests)
	}
	if s.Traffic.Limit > 0 {
		text += fmt.Sprintf(", %d of %d left", s.Traffic.Remaining, s.Traffic.Limit)
	}
	if left, known := estimate(s, time.Now()); known {
		text += ", about " + humanDuration(left.Seconds()) + " to go"
	}
	if s.Traffic.WaitingFor != "" && !s.Traffic.WaitingUntil.IsZero() {
		text += fmt.Sprintf(" (waiting until %s: %s)", s.Traffic.WaitingUntil.Local().Format(time.TimeOnly), s.Traffic.WaitingFor)
	}
	return text
}

// estimate is how long a run will go on at its pace so far.
func estimate(s collectors.State, now time.Time) (time.Duration, bool) {
	took := now.Sub(s.LastStart)
	if s.Progress.Done == 0 || s.Progress.Expected <= s.Progress.Done || took < 3*time.Second {
		return 0, false
	}
	return time.Duration(float64(took) * float64(s.Progress.Expected-s.Progress.Done) / float64(s.Progress.Done)).Round(time.Second), true
}
