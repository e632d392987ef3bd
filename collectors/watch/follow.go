package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/weirhq/weir/collectors"
)

// Follow lets collect import what is put into the folder, soon after it is, until ctx is done. collect is the runner's "now" for
// this source. Where the system cannot tell of changes (network file systems often cannot), it returns why, and the source's
// schedule remains.
func (c *Collector) Follow(ctx context.Context, log *slog.Logger, collect func(ctx context.Context) error) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", c.configuration.Dir, err)
	}
	defer func() { _ = watcher.Close() }() // it has nothing to lose
	if err := c.watchFolders(watcher); err != nil {
		return err
	}
	// What was put there before the watching began.
	due := time.NewTimer(0)
	defer due.Stop()
	pause := c.settle
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-watcher.Errors:
			// Too much happened at once: look at everything.
			log.Warn("changes in the watched folder were missed; it is looked at as a whole", "folder", c.configuration.Dir, "error", err)
			due.Reset(c.settle)
		case event := <-watcher.Events:
			if c.concerns(event) {
				due.Reset(c.settle)
			}
		case <-due.C:
			if err := c.watchFolders(watcher); err != nil { // there may be new ones
				log.Warn("a folder cannot be watched", "error", err)
			}
			err := collect(ctx)
			if errors.Is(err, collectors.ErrRunning) {
				due.Reset(c.settle)
			} else if err == nil {
				pause = c.settle
				continue
			}
			// Logged by the runner; a refused file stays refused, but the warehouse may come back.
			pause = min(2*pause, 5*time.Minute)
			due.Reset(pause)
		}
	}
}

// concerns tells whether a change may be that of a record file.
func (c *Collector) concerns(event fsnotify.Event) bool {
	return event.Op != fsnotify.Chmod && !hidden(filepath.Base(event.Name)) && filepath.Ext(event.Name) != ".txt"
}

// watchFolders watches the folder and those below it; watching one again changes nothing.
func (c *Collector) watchFolders(watcher *fsnotify.Watcher) error {
	root := c.configuration.Dir
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && path != root && errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case path != root && (hidden(d.Name()) || path == filepath.Join(root, archive)):
			return fs.SkipDir
		}
		return watcher.Add(path)
	})
	if err != nil {
		return fmt.Errorf("watch %s: %w", root, err)
	}
	return nil
}
