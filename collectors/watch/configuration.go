package watch

import (
	"errors"
	"fmt"
)

// Configuration is one watched folder.
type Configuration struct {
	// Dir is the folder, on the machine that Weir runs on.
	Dir string `yaml:"dir" json:"dir,omitempty"`
	// After is what becomes of a file that was imported: keep (the default), archive (it is moved to the folder "archive" below Dir), delete.
	After string `yaml:"after" json:"after,omitempty"`
}

// What becomes of a file that was imported.
const (
	keep    = "keep"
	archive = "archive"
	remove  = "delete"
)

// Validate finds what is wrong without looking at the disk.
func (c Configuration) Validate() error {
	if c.Dir == "" {
		return errors.New("a files source needs the folder to watch: `dir: /path/to/folder`")
	}
	switch c.After {
	case "", keep, archive, remove:
		return nil
	}
	return fmt.Errorf("`after` is %q, but it can be keep, archive or delete", c.After)
}
