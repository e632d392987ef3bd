package main

import (
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/weirhq/weir/warehouse/files"
)

// progress draws how far an import or export is, on a terminal only; elsewhere it draws nothing.
type progress struct {
	bars *mpb.Progress // nil: nothing is drawn

	mu     sync.Mutex
	phase  files.Phase
	bar    *mpb.Bar
	latest atomic.Pointer[files.Progress] // read by the bars' own goroutines, which must not wait for mu
}

func newProgress(w io.Writer) *progress {
	if terminalWidth(w) == 0 {
		return &progress{}
	}
	return &progress{bars: mpb.New(mpb.WithOutput(w), mpb.WithWidth(40))}
}

// show is told how far the work is.
func (p *progress) show(at files.Progress) {
	if p.bars == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latest.Store(&at)
	if p.bar == nil || p.phase != at.Phase {
		p.remove()
		p.phase, p.bar = at.Phase, p.newBar()
	}
	p.bar.SetTotal(int64(at.Total), false)
	p.bar.SetCurrent(int64(at.Done))
}

func (p *progress) newBar() *mpb.Bar {
	name := decor.Any(func(decor.Statistics) string {
		latest := p.latest.Load()
		name := ""
		if latest.Name != "" {
			name = filepath.Base(latest.Name)
		}
		return fmt.Sprintf("%s %s ", latest.Phase, name)
	}, decor.WC{W: 32, C: decor.DindentRight})
	rows := decor.Any(func(decor.Statistics) string {
		return fmt.Sprintf(" %d rows", p.latest.Load().Rows)
	})
	// Made without a total, the bar does not end by itself when it is full: the next table starts it again.
	return p.bars.AddBar(0, mpb.PrependDecorators(name), mpb.AppendDecorators(decor.Percentage(decor.WC{W: 5}), rows))
}

// remove takes the present bar from the screen: what was done is told in words when all is done.
func (p *progress) remove() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bar.Wait()
	}
}

// done ends the drawing, so that what is written next is not mixed with it.
func (p *progress) done() {
	if p.bars == nil {
		return
	}
	p.mu.Lock()
	p.remove()
	p.mu.Unlock()
	p.bars.Wait()
}
