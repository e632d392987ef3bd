package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// read hands out the lines of a file until do returns. The end of the file is no error, nor is an end in the middle of a
// line: that is how a killed run ends.
func read(path string, do func(decode func(any) error) error) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read kept answers: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	zip, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("read kept answers: %w", err)
	}
	defer zip.Close()
	if err := do(json.NewDecoder(zip).Decode); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read the kept answers in %s: %w", filepath.Base(path), err)
	}
	return nil
}
