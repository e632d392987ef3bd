package files

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// limits bound the memory of reading.
type limits struct {
	chunk     int // bytes of text handed to a worker at a time
	record    int // bytes of the longest record: without a bound, one missing quote reads the rest of a file into memory
	batchRows int // rows staged at a time: the engine likes large inserts
	batchText int // bytes of text that they were read from: so many rows of long commit messages would fill memory
}

// defaultLimits: a chunk is some thousand rows, enough to make handing it over cost nothing; no sensible record comes
// near 16 MiB.
var defaultLimits = limits{chunk: 1 << 20, record: 16 << 20, batchRows: 64 << 10, batchText: 16 << 20}

// cutter reads a file and cuts its text at the ends of records.
type cutter struct {
	source  source
	limits  limits
	in      io.Reader
	closers []io.Closer
	buffer  []byte
	filled  int
	line    int // the line that buffer begins in
	started bool
	ended   bool
}

// openFile opens a file for cutting. The caller closes the cutter.
func openFile(s source, l limits, read func(bytes int)) (*cutter, error) {
	file, err := os.Open(s.path)
	if err != nil {
		return nil, &Error{File: s.path, Reason: "the file cannot be opened: " + plainOSError(err)}
	}
	c := newCutter(s, l, read, file)
	c.closers = append(c.closers, file)
	if s.gzipped {
		unzipped, err := gzip.NewReader(c.in)
		if err != nil {
			_ = file.Close() // it was only read from
			return nil, &Error{File: s.path, Line: 1, Reason: gzipReason(err)}
		}
		c.in = unzipped
		c.closers = append(c.closers, unzipped)
	}
	return c, nil
}

func newCutter(s source, l limits, read func(bytes int), in io.Reader) *cutter {
	return &cutter{source: s, limits: l, in: countingReader{in, read}, line: 1, buffer: make([]byte, l.chunk)}
}

func (c *cutter) close() {
	for _, closer := range c.closers {
		_ = closer.Close() // it was only read from
	}
}

// next gives the next piece of whole records and the line that it begins in; io.EOF after the last.
func (c *cutter) next() (text string, line int, err error) {
	return c.cut(func(data []byte) int { return c.lastRecordEnd(data) })
}

// header takes the first record of a CSV file that is not blank, without its line end; io.EOF when there is none.
func (c *cutter) header() (record string, line int, err error) {
	for {
		record, line, err = c.cut(func(data []byte) int { return max(0, csvRecordEnd(data)) })
		if record = trimLineEnd(record); record != "" || err != nil {
			return record, line, err
		}
	}
}

// cut takes from the buffer as many bytes as end says; 0 means that it needs more. At the end of the file it takes the rest.
func (c *cutter) cut(end func(data []byte) int) (text string, line int, err error) {
	for {
		if err := c.fill(); err != nil {
			return "", 0, err
		}
		if c.ended && c.filled == 0 {
			return "", 0, io.EOF
		}
		n := end(c.buffer[:c.filled])
		if n == 0 && c.ended {
			n = c.filled
		}
		if n > 0 {
			text, line = c.take(n)
			return text, line, nil
		}
		if len(c.buffer) >= c.limits.record {
			return "", 0, &Error{File: c.source.path, Line: c.line, Reason: c.tooLong()}
		}
		c.buffer = append(c.buffer, make([]byte, min(len(c.buffer), c.limits.record-len(c.buffer)))...)
	}
}

func (c *cutter) tooLong() string {
	reason := fmt.Sprintf("the record that begins here is longer than %d bytes", c.limits.record)
	if c.source.format == CSV {
		reason += ": is a quote missing?"
	}
	return reason
}

// take cuts the first n bytes off the buffer.
func (c *cutter) take(n int) (text string, line int) {
	text, line = string(c.buffer[:n]), c.line
	c.line += bytes.Count(c.buffer[:n], []byte{'\n'})
	c.filled = copy(c.buffer, c.buffer[n:c.filled])
	return text, line
}

// fill reads until the buffer is full or the file ends.
func (c *cutter) fill() error {
	for !c.ended && c.filled < len(c.buffer) {
		n, err := c.in.Read(c.buffer[c.filled:])
		c.filled += n
		if errors.Is(err, io.EOF) {
			c.ended = true
		} else if err != nil {
			return c.readError(err)
		}
	}
	if !c.started {
		c.started = true
		if bytes.HasPrefix(c.buffer[:c.filled], []byte(byteOrderMark)) {
			c.filled = copy(c.buffer, c.buffer[len(byteOrderMark):c.filled])
		}
	}
	return nil
}

// byteOrderMark is what some programs on Windows begin a UTF-8 file with.
const byteOrderMark = "\uFEFF"

func (c *cutter) readError(err error) error {
	line := c.line + bytes.Count(c.buffer[:c.filled], []byte{'\n'})
	if c.source.gzipped {
		return &Error{File: c.source.path, Line: line, Reason: gzipReason(err)}
	}
	return &Error{File: c.source.path, Line: line, Reason: "the file cannot be read on: " + plainOSError(err)}
}

func gzipReason(err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "the gzip data ends about here, in the middle: the file is cut short; copy or download it again"
	case errors.Is(err, gzip.ErrHeader):
		return "this is not gzip data, though the file's name ends in .gz"
	case errors.Is(err, gzip.ErrChecksum):
		return "the gzip data is damaged (its checksum is wrong): copy or download the file again"
	}
	return "the gzip data is damaged about here: copy or download the file again (" + err.Error() + ")"
}

// plainOSError is the operating system's reason without the path, which the sentence names already.
func plainOSError(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// lastRecordEnd finds the end of the last whole record in data, which begins at the beginning of one; 0 when there is none.
func (c *cutter) lastRecordEnd(data []byte) int {
	if c.source.format == NDJSON {
		return bytes.LastIndexByte(data, '\n') + 1
	}
	// Only where quotes are does a line feed need a closer look; most of a file has none.
	last := 0
	for {
		quote := bytes.IndexByte(data[last:], '"')
		if quote < 0 {
			return last + bytes.LastIndexByte(data[last:], '\n') + 1
		}
		last += bytes.LastIndexByte(data[last:last+quote], '\n') + 1
		end := csvRecordEnd(data[last:])
		if end < 0 {
			return last
		}
		last += end
	}
}

// eachRecord gives the records of a chunk, without their line ends, and the line that each begins in.
func eachRecord(format Format, text string, line int, fn func(record string, line int)) {
	for text != "" {
		end := strings.IndexByte(text, '\n') + 1
		if format == CSV && strings.IndexByte(text[:end], '"') >= 0 {
			end = csvRecordEnd(text)
		}
		if end <= 0 { // the last one of the file
			end = len(text)
		}
		fn(trimLineEnd(text[:end]), line)
		if format == CSV {
			line += strings.Count(text[:end], "\n")
		} else {
			line++
		}
		text = text[end:]
	}
}

func trimLineEnd(record string) string {
	return strings.TrimSuffix(strings.TrimSuffix(record, "\n"), "\r")
}

// countingReader tells how many bytes were read.
type countingReader struct {
	io.Reader
	read func(bytes int)
}

func (r countingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.read(n)
	return n, err
}
