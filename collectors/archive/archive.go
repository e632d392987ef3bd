package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/weirhq/weir/collectors/access"
)

// Archive is a directory of kept answers: a folder a source, a file a run.
type Archive struct {
	dir string

	mu   sync.Mutex
	runs map[string]*recording // by source
}

var _ access.Keeper = (*Archive)(nil)

// New prepares an archive; the directory is made when the first answer is kept.
func New(dir string) *Archive { return &Archive{dir: dir, runs: map[string]*recording{}} }

// Run says how a run began: with this a replay begins in the same way.
type Run struct {
	At        time.Time         `json:"at"`    // UTC
	Since     time.Time         `json:"since"` // as it was ordered; zero: all history
	Full      bool              `json:"full"`
	Reconcile bool              `json:"reconcile"`
	Cursors   map[string]string `json:"cursors"` // by part, "" for the source as a whole; of a full run they do not count

	file string
}

// Whole tells whether the run began at the beginning.
func (r Run) Whole() bool { return r.Full || len(r.Cursors) == 0 }

// recording is the file of a run under way.
type recording struct {
	mu   sync.Mutex
	file *os.File
	zip  *zstd.Encoder
	path string
	told bool // it has an answer that is worth keeping
}

const suffix = ".ndjson.zst"

func (a *Archive) folder(source string) string { return filepath.Join(a.dir, url.PathEscape(source)) }

// Begin opens the recording of a run.
func (a *Archive) Begin(source string, run Run) error {
	if err := os.MkdirAll(a.folder(source), 0o700); err != nil {
		return fmt.Errorf("make the archive's folder: %w", err)
	}
	path := filepath.Join(a.folder(source), run.At.UTC().Format("20060102T150405.000000000Z")+suffix)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("begin to keep answers: %w", err)
	}
	zip, err := zstd.NewWriter(file, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return errors.Join(fmt.Errorf("begin to keep answers: %w", err), file.Close())
	}
	r := &recording{file: file, zip: zip, path: path}
	a.mu.Lock()
	a.runs[source] = r
	a.mu.Unlock()
	return r.write(run)
}

// Keep writes an answer down. Answers outside a run, such as those of a check, are not kept.
func (a *Archive) Keep(source string, exchange access.Exchange) error {
	a.mu.Lock()
	r := a.runs[source]
	a.mu.Unlock()
	if r == nil {
		return nil
	}
	exchange.Header = exchange.Header.Clone()
	exchange.Header.Del("Set-Cookie")
	return r.write(exchange)
}

// write is on the disk's way when it returns: what a killed run got is kept.
func (r *recording) write(line any) error {
	text, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if x, is := line.(access.Exchange); is && x.Status != http.StatusNotModified {
		r.told = true
	}
	_, err = r.zip.Write(append(text, '\n'))
	if err == nil {
		err = r.zip.Flush()
	}
	if err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	return nil
}

// End closes the recording of a run; a run that failed is kept too, since what it wrote was written, and one that found
// nothing new is not. The runs that began before keepFrom are removed, but never the last one that began at the beginning
// nor those after it.
//
// How the run ended is kept as well: a replay that fails where the run did not must not be believed.
func (a *Archive) End(source string, failed bool, keepFrom time.Time) error {
	a.mu.Lock()
	r := a.runs[source]
	delete(a.runs, source)
	a.mu.Unlock()
	if r == nil {
		return nil
	}
	if err := r.write(ending{Ended: true, Failed: failed}); err != nil {
		return errors.Join(err, r.file.Close())
	}
	if err := errors.Join(r.zip.Close(), r.file.Sync(), r.file.Close()); err != nil {
		return fmt.Errorf("keep the answers of a run: %w", err)
	}
	if !r.told {
		if err := os.Remove(r.path); err != nil {
			return fmt.Errorf("remove the answers of a run that found nothing: %w", err)
		}
	}
	return a.forget(source, keepFrom)
}

// forget removes old runs.
func (a *Archive) forget(source string, before time.Time) error {
	runs, err := a.Runs(source)
	if err != nil {
		return err
	}
	first := 0 // the first run that has to stay: the latest whole one that lies before the limit
	for i, run := range runs {
		if run.Whole() && !run.At.After(before) {
			first = i
		}
	}
	for _, run := range runs[:first] {
		if err := os.Remove(run.file); err != nil {
			return fmt.Errorf("remove old answers: %w", err)
		}
	}
	return nil
}

// Runs lists the kept runs of a source, the oldest first.
func (a *Archive) Runs(source string) ([]Run, error) {
	entries, err := os.ReadDir(a.folder(source))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the kept answers: %w", err)
	}
	var runs []Run
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), suffix) {
			continue
		}
		path := filepath.Join(a.folder(source), e.Name())
		var run Run
		err := read(path, func(decode func(any) error) error {
			return decode(&run)
		})
		if err != nil {
			return nil, err
		}
		run.file = path
		runs = append(runs, run)
	}
	slices.SortFunc(runs, func(a, b Run) int { return a.At.Compare(b.At) })
	return runs, nil
}

// ending is the last line of a run that was not killed.
type ending struct {
	Ended  bool `json:"ended"`
	Failed bool `json:"failed"`
}

// Exchanges reads the answers of a run, and whether it ended well.
func (r Run) Exchanges() (list []access.Exchange, well bool, err error) {
	err = read(r.file, func(decode func(any) error) error {
		var head Run
		if err := decode(&head); err != nil {
			return err
		}
		for {
			var line struct {
				access.Exchange
				ending
			}
			if err := decode(&line); err != nil {
				return err
			}
			if line.Ended {
				well = !line.Failed
				continue
			}
			list = append(list, line.Exchange)
		}
	})
	return list, well, err
}
