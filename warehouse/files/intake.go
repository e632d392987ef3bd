package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/weirhq/weir/warehouse"
)

// stager takes batches of good rows: a load of the warehouse, or something simpler where only reading is measured.
type stager interface {
	Stage(ctx context.Context, b *warehouse.Batch) error
}

// intake is the pipeline of one import: one reader cuts the files into chunks, workers parse and stage them, and the
// ledger puts their outcomes back into the order of the files.
type intake struct {
	stage   stager
	ledger  *ledger
	report  func(Progress)
	limits  limits
	workers int

	origin  string // the source of rows that name none
	bytes   uint64 // read so far; the reader's
	arrival uint64 // of the next line; the reader's
}

// chunk is a piece of a file: whole records.
type chunk struct {
	number  int // counted over all files, to put outcomes in order
	source  *source
	header  *csvHeader // of a CSV file
	text    string
	line    int    // that text begins in
	arrival uint64 // of a row in that line
	origin  string // its source, where it names none
}

func newIntake(stage stager, rejects io.Writer, report func(Progress)) *intake {
	in := &intake{stage: stage, report: report, limits: defaultLimits}
	// One worker more than cores: while one waits for the engine to take a batch, another parses.
	in.workers = runtime.GOMAXPROCS(0) + 1
	in.ledger = newLedger(rejects, 4*in.workers)
	return in
}

// run reads all sources. An error means that nothing must be written.
func (in *intake) run(ctx context.Context, sources []source) (ImportResult, error) {
	chunks := make(chan chunk)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(chunks)
		return in.readAll(ctx, sources, chunks)
	})
	for range in.workers {
		group.Go(func() error { return in.work(ctx, chunks) })
	}
	err := group.Wait()
	if err == nil {
		err = in.ledger.refused()
	}
	return ImportResult{Files: len(sources), Bytes: in.bytes, Rows: in.ledger.good, Rejected: in.ledger.rejected}, err
}

// readAll cuts the files into chunks, in order.
func (in *intake) readAll(ctx context.Context, sources []source, chunks chan<- chunk) error {
	var total uint64
	for _, s := range sources {
		total += uint64(s.size)
	}
	number := 0
	for i := range sources {
		err := in.readFile(&sources[i], func(c chunk) error {
			if err := in.ledger.admit(ctx); err != nil {
				return err
			}
			c.number = number
			number++
			select {
			case chunks <- c:
			case <-ctx.Done():
				return ctx.Err()
			}
			in.report(Progress{Phase: Reading, Name: c.source.path, Done: min(in.bytes, total), Total: total, Rows: in.ledger.rowsSoFar()})
			return nil
		})
		var fault *Error
		switch {
		case errors.As(err, &fault):
			if err := in.ledger.admit(ctx); err != nil {
				return err
			}
			if err := in.ledger.settle(number, outcome{faults: []reject{{fault: fault}}, wholeFile: true}); err != nil {
				return err
			}
			number++
		case err != nil:
			return err
		}
		if in.ledger.enough() {
			return nil
		}
	}
	in.report(Progress{Phase: Reading, Done: total, Total: total, Rows: in.ledger.rowsSoFar()})
	return nil
}

// readFile cuts one file. An *Error is a fault of the file as a whole.
func (in *intake) readFile(s *source, emit func(chunk) error) error {
	cutter, err := openFile(*s, in.limits, func(n int) { in.bytes += uint64(n) })
	if err != nil {
		return err
	}
	defer cutter.close()
	var header *csvHeader
	if s.format == CSV {
		if header, err = readHeader(cutter); err != nil {
			return err
		}
	}
	for !in.ledger.enough() {
		text, line, err := cutter.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := emit(chunk{source: s, header: header, text: text, line: line, arrival: in.arrival, origin: in.origin}); err != nil {
			return err
		}
		in.arrival += uint64(cutter.line-line) + 1 // the last line may lack its line feed
	}
	return nil
}

func readHeader(c *cutter) (*csvHeader, error) {
	record, line, err := c.header()
	if errors.Is(err, io.EOF) {
		return nil, &Error{File: c.source.path, Reason: "the file is empty: its first line must name the columns"}
	}
	if err != nil {
		return nil, err
	}
	header, field, reason := parseHeader(record, c.source.table)
	if reason != "" {
		return nil, &Error{File: c.source.path, Line: line, Field: field, Reason: reason}
	}
	return header, nil
}

// work parses and stages chunks until there are no more.
func (in *intake) work(ctx context.Context, chunks <-chan chunk) error {
	var (
		batch *warehouse.Batch
		text  int // bytes that the batch's rows were read from
	)
	flush := func() error {
		if batch == nil || batch.Rows() == 0 {
			return nil
		}
		if !in.ledger.failed() {
			if err := in.stage.Stage(ctx, batch); err != nil {
				return fmt.Errorf("cannot stage the rows of %s: %w", batch.Table.Name, err)
			}
		}
		batch.Reset()
		text = 0
		return nil
	}
	for c := range chunks {
		if batch == nil || batch.Table != c.source.table {
			if err := flush(); err != nil {
				return err
			}
			batch = warehouse.NewBatch(c.source.table, in.limits.batchRows/8)
		}
		if err := in.ledger.settle(c.number, parseChunk(c, batch, in.ledger.keep)); err != nil {
			return err
		}
		text += len(c.text)
		if batch.Rows() >= in.limits.batchRows || text >= in.limits.batchText {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
