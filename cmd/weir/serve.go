package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/ui"
	"github.com/weirhq/weir/warehouse/files"
)

// defaultListen is loopback only: there is no login yet.
const defaultListen = "127.0.0.1:8080"

// serving is how a server is wanted.
type serving struct {
	listen    string
	anyPort   bool // take a free port where the one of listen is taken
	simulated bool
	fleet     fleet  // collected by its schedules while it serves
	pushed    pushed // what takes what is pushed; without hooks nothing is taken
	page      string // path and query of the page to look at; default: /
	noImport  string // why records that are sent are not taken; empty: they are
}

func addListen(cmd *cobra.Command, to *string) {
	cmd.Flags().StringVar(to, "listen", "", "address to answer at (default "+defaultListen+"); port 0 takes a free one")
}

func (p *program) serveCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the dashboard and the API, and collect by schedule",
		Long: `Serve answers over HTTP: the dashboard at /, the API at /api/v1, its description at /api/docs, /healthz and /readyz, and
figures for Prometheus at /metrics. Sources with a schedule are collected meanwhile.

It listens on this machine only unless --listen says otherwise; there is no login yet. SIGTERM or Ctrl-C finishes the
answers under way and ends it.`,
		Example: `  weir serve
  weir serve --listen 127.0.0.1:0 --data-dir .demo`,
		Args: arguments("nothing", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withSession(cmd.Context(), func(s *session) error {
				f, err := s.configuration.fleet(p.surroundings(s), s.log)
				if err != nil {
					return err
				}
				if err := s.update(cmd.Context()); err != nil {
					return err
				}
				demo, err := readDemoMark(p.options.dataDir)
				if err != nil {
					return err
				}
				how := serving{listen: listen, fleet: f}
				if demo != nil && s.warehouse.Embedded() {
					how.simulated, how.noImport = true, noImportOfDemo
				} else if how.pushed, err = s.configuration.pushed(p.options.dataDir, s.log); err != nil {
					return err
				}
				how.fleet.sources = append(how.fleet.sources, how.pushed.sources()...)
				return p.serve(cmd.Context(), s, how)
			})
		},
	}
	addListen(cmd, &listen)
	return cmd
}

// serve answers until the program is told to stop. Nothing of the warehouse is used after it returns.
func (p *program) serve(ctx context.Context, s *session, how serving) error {
	listener, err := how.open(ctx)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	working, stop := context.WithCancel(ctx)
	defer stop()
	var background sync.WaitGroup
	server, runner, err := p.server(working, s, how, &background)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := s.warehouse.Announce(address); err != nil {
		return errors.Join(err, listener.Close())
	}
	if host, _, err := net.SplitHostPort(listener.Addr().String()); err == nil && !net.ParseIP(host).IsLoopback() {
		p.tell("warning: %s can be reached from other machines, and there is no login", address)
	}
	p.tell("Weir answers at %s (Ctrl-C ends it)", address+how.page)
	background.Go(func() { _ = runner.Run(working) }) // ends without an error, when it is told to
	background.Go(func() { how.pushed.follow(working, runner) })
	for _, source := range how.fleet.sources {
		background.Go(func() { s.follow(working, runner, source) })
	}
	background.Go(func() { s.keepDerived(working) })
	err = server.Run(ctx, listener)
	stop()
	background.Wait()
	err = errors.Join(err, how.pushed.close())
	if err != nil {
		p.tell("%s", err) // the signal is told as well, and would hide it
		return err
	}
	p.tell("stopped")
	return nil
}

// open listens where it was asked to.
func (how serving) open(ctx context.Context) (net.Listener, error) {
	listener, err := api.Listen(ctx, cmp.Or(how.listen, defaultListen))
	if how.anyPort && how.listen == "" && errors.Is(err, syscall.EADDRINUSE) {
		return api.Listen(ctx, "127.0.0.1:0")
	}
	return listener, err
}

// server wires the API to the session.
func (p *program) server(ctx context.Context, s *session, how serving, background *sync.WaitGroup) (*api.Server, *collectors.Runner, error) {
	// At once, too: the last time may be long ago.
	how.fleet.options.Log, how.fleet.options.AtOnce = s.log, true
	runner, err := collectors.New(s.warehouse, how.fleet.sources, how.fleet.options)
	if err != nil {
		return nil, nil, err
	}
	if err := runner.Recall(ctx); err != nil {
		return nil, nil, err
	}
	reader, location, err := s.reader(ctx)
	if err != nil {
		return nil, nil, err
	}
	importer := s.importSent
	if how.noImport != "" {
		importer = func(context.Context, []string, io.Writer) (files.ImportResult, error) {
			return files.ImportResult{}, api.Refusal(how.noImport)
		}
	}
	var taker http.Handler
	if len(how.pushed.hooks) > 0 {
		taker = how.pushed.handler()
	}
	return api.New(api.Configuration{
		Version: version(), Simulated: how.simulated, Location: location, Reader: reader, Now: s.now, Log: s.log,
		DataVersion: s.deriver.Version, Reading: s.deriver.Reading,
		Ready:      func(ctx context.Context) error { return s.warehouse.Exec(ctx, "SELECT 1", nil) },
		Collecting: collecting{ctx: ctx, runner: runner, log: s.log, background: background, pushed: how.pushed},
		Measures:   []prometheus.Collector{runner.Measures(), how.pushed},
		Pushed:     taker,
		Import:     importer,
		Pages:      ui.Files(),
	}), runner, nil
}

// importSent imports what the API was sent.
func (s *session) importSent(ctx context.Context, paths []string, rejects io.Writer) (files.ImportResult, error) {
	result, err := files.Import(ctx, s.warehouse, files.ImportOptions{Paths: paths, Rejects: rejects})
	if err != nil {
		return result, err
	}
	if _, err := s.deriver.Update(ctx); err != nil {
		return result, fmt.Errorf("the rows were imported, but the facts could not be derived from them: %w", err)
	}
	return result, nil
}

// follower is a collector that knows by itself when there is something new.
type follower interface {
	Follow(ctx context.Context, log *slog.Logger, collect func(context.Context) error) error
}

// follow lets such a collector collect whenever it knows of something new, until ctx is done.
func (s *session) follow(ctx context.Context, runner *collectors.Runner, source collectors.Source) {
	f, can := source.Collector.(follower)
	if !can || source.Schedule == "" {
		return
	}
	err := f.Follow(ctx, s.log, func(ctx context.Context) error {
		return runner.Collect(ctx, collectors.Order{Sources: []string{source.Name}})
	})
	if err != nil && ctx.Err() == nil {
		s.log.Warn("the source tells of nothing new by itself; it is collected by its schedule", "source", source.Name, "error", err)
	}
}

// derivePause is how long new records wait before the facts follow: finding that there is nothing new takes 20 ms.
const derivePause = 3 * time.Second

// keepDerived lets the facts follow the records, whoever writes them, until ctx is done.
func (s *session) keepDerived(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(derivePause):
		}
		result, err := s.deriver.Update(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			s.log.Error("the facts could not be derived from the records; trying again", "error", err)
		case result.Services+result.Repos > 0:
			s.log.Info("derived", "repos", result.Repos, "services", result.Services, "took", result.Took)
		default:
			s.log.Log(ctx, slog.LevelDebug, "nothing new to derive", "took", result.Took)
		}
	}
}
