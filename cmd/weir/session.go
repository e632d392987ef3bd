package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/files"
)

// session is the open warehouse and what works on it.
type session struct {
	configuration configuration
	warehouse     *warehouse.Warehouse
	deriver       *derive.Deriver
	log           *slog.Logger
	now           func() time.Time
}

// withSession reads the configuration, opens the warehouse, works, and closes it whatever happens.
func (p *program) withSession(ctx context.Context, work func(*session) error) error {
	c, err := p.options.readConfiguration()
	if err != nil {
		return err
	}
	c.Warehouse.DataDir = p.options.dataDir
	log := p.log()
	if c.file != "" {
		log.Info("using the configuration", "file", c.file)
	}
	if p.options.dataDirGiven && c.Warehouse.URL != "" {
		log.Warn("--data-dir was given, so the ClickHouse server of the configuration is not used", "file", c.file)
		c.Warehouse.URL = ""
	}
	return p.openSession(ctx, c, log, work)
}

func (p *program) openSession(ctx context.Context, c configuration, log *slog.Logger, work func(*session) error) error {
	w, err := warehouse.Open(ctx, c.Warehouse)
	if err != nil {
		return err
	}
	s := &session{configuration: c, warehouse: w, deriver: derive.New(w, log), log: log, now: p.now}
	err = work(s)
	if closeErr := w.Close(); closeErr != nil {
		err = errors.Join(err, fmt.Errorf("close the warehouse: %w", closeErr))
	}
	return err
}

// surroundings are what collectors need of the session.
func (p *program) surroundings(s *session) surroundings {
	return surroundings{dataDir: p.options.dataDir, importer: func(ctx context.Context, o files.ImportOptions) (files.ImportResult, error) {
		return files.Import(ctx, s.warehouse, o)
	}}
}

// apply stores the organisation, where a configuration file says one. Without a file the organisation that was applied
// last stays: a query from another directory must not undo it.
func (s *session) apply(ctx context.Context) error {
	if s.configuration.file == "" {
		return nil
	}
	if err := s.deriver.Apply(ctx, s.configuration.Organisation); err != nil {
		return fmt.Errorf("apply the organisation of %s: %w", s.configuration.file, err)
	}
	return nil
}

// update derives what is not derived yet, which is nothing unless a record or the organisation changed.
func (s *session) update(ctx context.Context) error {
	if err := s.apply(ctx); err != nil {
		return err
	}
	result, err := s.deriver.Update(ctx)
	if err != nil {
		return fmt.Errorf("derive the facts from the records: %w", err)
	}
	s.log.Info("derived", "repos", result.Repos, "services", result.Services, "took", result.Took)
	return nil
}

// reader answers metrics in the reporting time zone.
func (s *session) reader(ctx context.Context) (*metrics.Reader, *time.Location, error) {
	location, err := s.deriver.Location(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read the reporting time zone: %w", err)
	}
	return metrics.NewReader(s.warehouse, metrics.ReaderConfiguration{Location: location, Now: s.now}), location, nil
}
