package site

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// SignalsFile is the file of the business figures, as the import names it.
const SignalsFile = "signals.ndjson"

// WriteSignals writes the business figures, which no vendor serves, into a folder that Weir watches: one file of the
// import's format with all that is known now, put there whole or not at all. A file that would not change is left alone.
func (s *Site) WriteSignals(folder string) error {
	if err := s.learn(); err != nil {
		return err
	}
	text := s.signalLines()
	file := filepath.Join(folder, SignalsFile)
	if known, err := os.ReadFile(file); err == nil && bytes.Equal(known, text) {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make the folder of the business figures: %w", err)
	}
	// The name of the unfinished file is none that the import knows.
	unfinished := file + ".part"
	if err := os.WriteFile(unfinished, text, 0o644); err != nil {
		return fmt.Errorf("write the business figures: %w", err)
	}
	if err := os.Rename(unfinished, file); err != nil {
		return fmt.Errorf("put the business figures into place: %w", err)
	}
	return nil
}

func (s *Site) signalLines() (text []byte) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, one := range s.store.signals {
		at := one.At.Format(time.RFC3339)
		text = appendJSON(text, obj("product", one.Product, "name", one.Name, "at", at, "value", one.Value, "updated_at", one.UpdatedAt.Format(time.RFC3339)))
		text = append(text, '\n')
	}
	return text
}
