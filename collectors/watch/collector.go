package watch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse/files"
)

// Importer imports files into the warehouse.
type Importer func(ctx context.Context, o files.ImportOptions) (files.ImportResult, error)

// Collector imports what is put into one folder.
type Collector struct {
	configuration Configuration
	importer      Importer
	settle        time.Duration
}

var (
	_ collectors.Collector = (*Collector)(nil)
	_ collectors.Checker   = (*Collector)(nil)
)

// stillFor is how long a file must not have changed before it is read: whoever writes it slower than that has to rename it into
// place.
const stillFor = 2 * time.Second

// New prepares a collector; the disk is not touched before Collect.
func New(c Configuration, importer Importer) (*Collector, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if c.After == "" {
		c.After = keep
	}
	return &Collector{configuration: c, importer: importer, settle: stillFor}, nil
}

// Check looks whether the folder can be used.
func (c *Collector) Check(context.Context) (collectors.Check, error) {
	found, misnamed, err := c.list()
	if err != nil {
		return collectors.Check{}, err
	}
	check := collectors.Check{Readable: []string{fmt.Sprintf("%d record files in %s", len(found), c.configuration.Dir)}}
	for _, name := range slices.Sorted(maps.Keys(misnamed)) {
		check.Missing = append(check.Missing, fmt.Sprintf("%s: %v", name, misnamed[name]))
	}
	if c.configuration.After != keep {
		if err := tryToWrite(c.configuration.Dir); err != nil {
			check.Missing = append(check.Missing, fmt.Sprintf("files cannot be moved or deleted after their import, which needs a folder that may be written to: %v", err))
		}
	}
	return check, nil
}

func tryToWrite(dir string) error {
	probe, err := os.CreateTemp(dir, ".weir-check-*")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// visit is one run.
type visit struct {
	*Collector
	run    *collectors.Run
	cursor cursor
}

// Collect imports what is new or has changed.
func (c *Collector) Collect(ctx context.Context, run *collectors.Run) error {
	v := &visit{Collector: c, run: run}
	var err error
	if v.cursor, err = parseCursor(run.Cursor); err != nil {
		run.Log.Warn("the cursor is of no use; every file is imported again", "error", err)
	}
	found, misnamed, err := c.still(ctx)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(misnamed)) {
		run.Problem(name, misnamed[name])
	}
	there := map[string]file{}
	var names []string
	for _, f := range found {
		there[f.name] = f
		if d, known := v.cursor.Files[f.name]; !known || !d.matches(f) || d.Reason != "" || c.configuration.After != keep {
			names = append(names, f.name)
		}
	}
	// What is gone need not be remembered.
	maps.DeleteFunc(v.cursor.Files, func(name string, _ done) bool { return !c.exists(name) })
	slices.Sort(names)
	run.Expect(len(names))
	// One after the other: a later file may replace what an earlier one brought.
	err = run.Each(ctx, names, 1, func(ctx context.Context, part *collectors.Run) error {
		defer run.Done(1)
		return v.take(ctx, there[part.Part])
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.Join(err, v.run.Save(ctx, v.cursor.String()))
}

// take does with one file what is to be done. A refused one is an error as long as it is there.
func (v *visit) take(ctx context.Context, f file) error {
	d, known := v.cursor.Files[f.name]
	hash, err := f.hash()
	if err != nil {
		return err
	}
	now := done{Size: f.size, Time: f.changed.UnixNano(), Hash: hash}
	if known && d.Hash == hash {
		now.Reason = d.Reason // touched, or left by a run that was killed
	} else if now.Reason, err = v.importFile(ctx, f); err != nil {
		return err
	}
	if same, err := f.unchanged(); err != nil || !same {
		return err // it was written to meanwhile: the next run takes it as it is then
	}
	v.cursor.Files[f.name] = now
	if err := v.run.Save(ctx, v.cursor.String()); err != nil {
		return err
	}
	if now.Reason != "" {
		return errors.New(now.Reason)
	}
	return v.finish(f)
}

// importFile imports one file; the reason is why it was refused.
func (v *visit) importFile(ctx context.Context, f file) (reason string, err error) {
	result, err := v.importer(ctx, files.ImportOptions{Paths: []string{f.path}, Source: v.run.Source})
	var refused *files.Refused
	if errors.As(err, &refused) {
		v.run.Log.Warn("a file was refused", "file", f.name, "error", err)
		// Where the folder cannot be written to, the log and the state have the reason.
		if err := os.WriteFile(f.path+rejectedSuffix, []byte(refused.Error()+"\n"), 0o644); err != nil {
			v.run.Log.Warn("the reason could not be put beside the refused file", "file", f.name, "error", err)
		}
		return refused.Error(), nil
	}
	if err != nil {
		return "", fmt.Errorf("import %s: %w", f.name, err)
	}
	written := map[string]int64{}
	for table, n := range result.Tables {
		if n.Written > 0 {
			written[table] = int64(n.Written)
		}
	}
	v.run.Imported(written)
	v.run.Log.Info("imported a file", "file", f.name, "rows", result.Rows, "written", written)
	return "", nil
}

// finish does with an imported file what the configuration says.
func (v *visit) finish(f file) error {
	if err := os.Remove(f.path + rejectedSuffix); err != nil && !errors.Is(err, os.ErrNotExist) {
		v.run.Log.Warn("the reason beside a file that was refused before could not be removed", "file", f.name, "error", err)
	}
	switch v.configuration.After {
	case remove:
		if err := os.Remove(f.path); err != nil {
			return fmt.Errorf("delete %s after its import: %w", f.name, err)
		}
	case archive:
		if err := v.archive(f); err != nil {
			return fmt.Errorf("archive %s after its import: %w", f.name, err)
		}
	}
	return nil
}

// archive moves a file to archive/PATH, with the time of its last change in front of its name, and a number where that is taken.
func (v *visit) archive(f file) error {
	folder, base := filepath.Split(filepath.FromSlash(f.name))
	folder = filepath.Join(v.configuration.Dir, archive, folder)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	stamp := f.changed.UTC().Format("20060102T150405Z")
	for n := 1; ; n++ {
		name := stamp + "-" + base
		if n > 1 {
			name = fmt.Sprintf("%s-%d-%s", stamp, n, base)
		}
		target := filepath.Join(folder, name)
		// A link does not replace what is there, as a rename would.
		err := os.Link(f.path, target)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return os.Rename(f.path, target) // the file system has no links
		}
		return os.Remove(f.path)
	}
}

// matches tells whether the file looks as it did then.
func (d done) matches(f file) bool { return d.Size == f.size && d.Time == f.changed.UnixNano() }

func (c *Collector) exists(name string) bool {
	_, err := os.Stat(filepath.Join(c.configuration.Dir, filepath.FromSlash(name)))
	return err == nil || !errors.Is(err, os.ErrNotExist)
}

// hidden tells whether a file or folder is left alone.
func hidden(name string) bool { return strings.HasPrefix(name, ".") }
