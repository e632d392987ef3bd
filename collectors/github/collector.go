package github

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
)

// Collector collects the repositories of one configuration.
type Collector struct {
	configuration Configuration
	mapping       *Mapping
	line          *access.Line
	batch         int           // records that are written at once
	pause         time.Duration // between tries of a query that GitHub refused for being one too many

	once   sync.Mutex
	vendor *vendor
}

var (
	_ collectors.Collector = (*Collector)(nil)
	_ collectors.Checker   = (*Collector)(nil)
)

// New prepares a collector; GitHub is not asked before Collect or Check.
func New(c Configuration, line *access.Line) (*Collector, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	mapping, err := NewMapping(c)
	if err != nil {
		return nil, err
	}
	return &Collector{configuration: c, mapping: mapping, line: line, batch: batchRecords, pause: time.Minute}, nil
}

// connect reads the secrets and prepares the client, once they can be read.
func (c *Collector) connect() (*vendor, error) {
	c.once.Lock()
	defer c.once.Unlock()
	if c.vendor == nil {
		v, err := newVendor(c.configuration, c.line)
		if err != nil {
			return nil, err
		}
		v.pause = c.pause
		c.vendor = v
	}
	return c.vendor, nil
}

// Collect reads what is new in every repository and writes it. One that cannot be read does not stop the others.
func (c *Collector) Collect(ctx context.Context, run *collectors.Run) error {
	v, err := c.connect()
	if err != nil {
		return err
	}
	s := &source{Collector: c, vendor: v, run: run, state: parseSourceCursor(run.Cursor)}
	names, listing := s.repositories(ctx)
	if listing != nil && (ctx.Err() != nil || len(names) == 0) {
		return listing
	}
	parallel := c.configuration.Parallel
	if parallel <= 0 {
		parallel = 2 // one waits for GitHub while the other writes; more at once is what GitHub asks not to do
	}
	if err := run.Each(ctx, s.renamed, 1, forget); err != nil {
		return err
	}
	err = run.Each(ctx, names, parallel, func(ctx context.Context, part *collectors.Run) error {
		return c.repository(ctx, v, part)
	})
	if err := errors.Join(listing, err); err != nil {
		return err
	}
	if err := s.teams(ctx); err != nil {
		return fmt.Errorf("collect the members of teams: %w", err)
	}
	return run.Save(ctx, s.state.String())
}
