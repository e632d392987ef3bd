package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/weirhq/weir/api"
)

// syncPause is how often a server is asked whether it is done.
const syncPause = 300 * time.Millisecond

// syncThrough lets a running server collect the named sources, all of them where none is named, and waits for it.
func (p *program) syncThrough(ctx context.Context, names []string) error {
	c, err := api.Dial(ctx, p.options.server)
	if err != nil {
		return err
	}
	before, err := c.Sources(ctx)
	if err != nil {
		return err
	}
	known := make([]string, len(before))
	for i, s := range before {
		known[i] = s.Name
	}
	if len(names) == 0 {
		names = known
	}
	if len(names) == 0 {
		return errors.New("the server has no sources")
	}
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 {
			return unknownSource(name, known)
		}
		if before[i].Running {
			p.tell("%s: is being collected already; waiting for that", name)
		} else if err := c.Sync(ctx, name); err != nil {
			return err
		}
	}
	var failures []error
	for _, name := range names {
		failures = append(failures, p.waitFor(ctx, c, name, before[slices.Index(known, name)].LastFinish))
	}
	return errors.Join(failures...)
}

// waitFor waits until a source has finished a run after a moment (nil: any), and tells what it brought.
func (p *program) waitFor(ctx context.Context, c *api.Client, name string, after *time.Time) error {
	for {
		sources, err := c.Sources(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(sources, func(s api.Source) bool { return s.Name == name })
		if i < 0 {
			return fmt.Errorf("the server has no source %q any more", name)
		}
		s := sources[i]
		if !s.Running && s.LastFinish != nil && (after == nil || s.LastFinish.After(*after)) {
			p.tell("%s: %s", name, describeCounts(s.Written, s.Deleted))
			if s.LastError != "" {
				return fmt.Errorf("collect source %q: %s", name, s.LastError)
			}
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(syncPause):
		}
	}
}
