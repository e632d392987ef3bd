package webhook

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// entry is one accepted event as it stands in the journal.
type entry struct {
	Sequence uint64    `json:"-"`                  // counts from 1, without gaps between accepted events of one process
	At       time.Time `json:"at"`                 // when it arrived; for whoever looks into the file, records do not depend on it
	Event    string    `json:"event"`              // what the vendor calls it; of plain records their kind
	Delivery string    `json:"delivery,omitempty"` // the vendor's id of the delivery
	Body     []byte    `json:"body"`
}

// A segment's line is: the checksum of the rest as 8 hexadecimal digits, the sequence number, the entry as JSON. JSON has
// no line feeds, so a line is whole or it is not.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (e entry) appendLine(dst []byte) []byte {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // a time in this century, texts and bytes: cannot fail
	}
	rest := append(strconv.AppendUint(nil, e.Sequence, 10), ' ')
	rest = append(rest, text...)
	dst = fmt.Appendf(dst, "%08x ", crc32.Checksum(rest, castagnoli))
	return append(append(dst, rest...), '\n')
}

var errDamaged = errors.New("the line is not what was written: its checksum is another one")

// parseLine reads a line without its line feed.
func parseLine(line []byte) (e entry, err error) {
	if len(line) < 11 || line[8] != ' ' {
		return e, errDamaged
	}
	sum, err := strconv.ParseUint(string(line[:8]), 16, 32)
	if err != nil || uint32(sum) != crc32.Checksum(line[9:], castagnoli) {
		return e, errDamaged
	}
	sequence, text, _ := strings.Cut(string(line[9:]), " ")
	number, err := strconv.ParseUint(sequence, 10, 64)
	if err != nil {
		return e, errDamaged
	}
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return entry{}, fmt.Errorf("%w (%w)", errDamaged, err)
	}
	e.Sequence = number
	return e, nil
}

const segmentPattern = "journal-%020d.log"

// segment is a file of the journal; first is the number of the first entry that it was begun for.
type segment struct {
	path  string
	first uint64
}

// segments lists the files of the journal, oldest first.
func segments(dir string) ([]segment, error) {
	names, err := filepath.Glob(filepath.Join(dir, "journal-*.log"))
	if err != nil {
		return nil, fmt.Errorf("list the journal: %w", err)
	}
	var list []segment
	for _, name := range names {
		var first uint64
		if _, err := fmt.Sscanf(filepath.Base(name), segmentPattern, &first); err == nil {
			list = append(list, segment{name, first})
		}
	}
	slices.SortFunc(list, func(a, b segment) int { return strings.Compare(a.path, b.path) })
	return list, nil
}

// damage is a line in the middle of a segment that cannot be read.
type damage struct {
	segment string
	offset  int64
	text    []byte
}

// scan hands every whole entry of a segment to take, in order, until take is false. A bad last line is what a crash left of
// a write that was never acknowledged; bad lines before a good one are told to spoilt.
func scan(in io.Reader, path string, take func(entry) bool, spoilt func(damage)) error {
	r := bufio.NewReaderSize(in, 1<<16)
	var offset int64
	var bad []damage
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // what follows the last line feed is torn
		}
		if err != nil {
			return fmt.Errorf("read the journal: %w", err)
		}
		e, err := parseLine(line[:len(line)-1])
		if err != nil {
			bad = append(bad, damage{filepath.Base(path), offset, line})
		} else {
			for _, d := range bad {
				spoilt(d)
			}
			bad = nil
			if !take(e) {
				return nil
			}
		}
		offset += int64(len(line))
	}
}

func scanFile(s segment, take func(entry) bool, spoilt func(damage)) error {
	f, err := os.Open(s.path)
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	defer func() { _ = f.Close() }() // reading cannot lose anything
	return scan(f, s.path, take, spoilt)
}
