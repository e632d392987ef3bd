package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// ImportOptions say what to import.
type ImportOptions struct {
	Paths    []string       // files, or directories of them
	Rejects  io.Writer      // when set, bad rows go here as NDJSON and the good ones are written; else one bad row refuses the run
	Source   string         // the source of rows that name none
	Progress func(Progress) // told how far the import is, from one goroutine at a time; may be nil
}

// Phase is what an import or export is busy with.
type Phase string

// The phases: an import reads (parses and stages) all files, then writes table by table. An export only writes.
const (
	Reading Phase = "reading"
	Writing Phase = "writing"
)

// Progress is how far an import or export is.
type Progress struct {
	Phase Phase
	Name  string // the file being read, or the table being written
	Done  uint64 // of Total: bytes of the files on disk while an import reads, rows of the table while it writes
	Total uint64 // 0 when it is not known (an export)
	Rows  uint64 // rows so far: read by an import over all files, written by an export in this table
}

// ImportResult is what an import did.
type ImportResult struct {
	Files    int
	Bytes    uint64 // read from the disk
	Rows     uint64 // good rows read
	Rejected uint64 // bad rows, all of them in the rejects file
	Tables   map[string]warehouse.LoadCount
	NotRead  []NotRead // entries of the directories given that are no record files
}

// abortPatience is how long taking back a failed import may take, once the caller's context has ended.
const abortPatience = 30 * time.Second

// Import reads, validates and stages all files, and then writes them, or nothing: see ImportOptions.Rejects. What the
// files do wrong comes back as *Refused, with an *Error for each fault.
func Import(ctx context.Context, w *warehouse.Warehouse, o ImportOptions) (ImportResult, error) {
	sources, notRead, err := discover(o.Paths)
	if err != nil {
		return ImportResult{}, err
	}
	load, err := w.BeginLoad(ctx)
	if err != nil {
		return ImportResult{}, fmt.Errorf("cannot begin the import: %w", err)
	}
	report := o.Progress
	if report == nil {
		report = func(Progress) {}
	}
	intake := newIntake(load, o.Rejects, report)
	intake.origin = o.Source
	result, err := intake.run(ctx, sources)
	result.NotRead = notRead
	if err != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortPatience)
		defer cancel()
		if abortErr := load.Abort(ctx); abortErr != nil {
			err = errors.Join(err, fmt.Errorf("taking back what was staged also failed: %w", abortErr))
		}
		return result, err
	}
	result.Tables, err = load.Commit(ctx, func(table string, done, total uint64) {
		report(Progress{Phase: Writing, Name: table, Done: done, Total: total, Rows: result.Rows})
	})
	if err != nil {
		return result, fmt.Errorf("the rows were read but not all written (run the same import again to complete it): %w", err)
	}
	return result, nil
}
