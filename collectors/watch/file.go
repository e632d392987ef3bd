package watch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse/files"
)

// rejectedSuffix is added to the name of a refused file for the file with the reason.
const rejectedSuffix = ".rejected.txt"

// file is a record file in the folder.
type file struct {
	name    string // its path below the folder, with slashes
	path    string
	size    int64
	changed time.Time
}

// list finds the record files, by their paths.
func (c *Collector) list() (found []file, misnamed map[string]error, err error) {
	root := c.configuration.Dir
	misnamed = map[string]error{}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && path != root && errors.Is(err, fs.ErrNotExist):
			return nil // gone since the folder was read
		case err != nil:
			return err
		case path == root:
			return nil
		case d.IsDir() && (hidden(d.Name()) || path == filepath.Join(root, archive)):
			return fs.SkipDir
		case d.IsDir() || hidden(d.Name()):
			return nil
		}
		if fault := files.CheckName(path); fault != nil {
			if looksLikeRecords(d.Name()) {
				misnamed[path[len(root)+1:]] = fault
			}
			return nil
		}
		f, err := look(root, path)
		if err == nil {
			found = append(found, f)
		}
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNoFile) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("look into the watched folder: %w", err)
	}
	slices.SortFunc(found, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return found, misnamed, nil
}

// looksLikeRecords tells of a file that somebody probably meant to be imported.
func looksLikeRecords(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	return strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".ndjson")
}

var errNoFile = errors.New("not a file")

func look(root, path string) (file, error) {
	info, err := os.Stat(path)
	if err != nil {
		return file{}, err
	}
	if !info.Mode().IsRegular() {
		return file{}, errNoFile
	}
	name, err := filepath.Rel(root, path)
	if err != nil {
		return file{}, err
	}
	return file{name: filepath.ToSlash(name), path: path, size: info.Size(), changed: info.ModTime()}, nil
}

// still lists the files that nobody is writing. It waits a moment for those that changed just now.
func (c *Collector) still(ctx context.Context) (found []file, misnamed map[string]error, err error) {
	found, misnamed, err = c.list()
	if err != nil || !slices.ContainsFunc(found, c.fresh) {
		return found, misnamed, err
	}
	select {
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	case <-time.After(c.settle):
	}
	return slices.DeleteFunc(found, func(f file) bool {
		same, err := f.unchanged()
		return err != nil || !same // the next run looks again
	}), misnamed, nil
}

// fresh tells whether the file changed just now, by the clock of the disk.
func (c *Collector) fresh(f file) bool { return time.Since(f.changed) < c.settle }

// unchanged tells whether the file is still as it was when it was found.
func (f file) unchanged() (bool, error) {
	info, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at %s: %w", f.name, err)
	}
	return info.Size() == f.size && info.ModTime().Equal(f.changed), nil
}

// hash tells contents apart.
func (f file) hash() (string, error) {
	in, err := os.Open(f.path)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", f.name, err)
	}
	defer func() { _ = in.Close() }() // reading cannot lose anything
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return "", fmt.Errorf("read %s: %w", f.name, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
