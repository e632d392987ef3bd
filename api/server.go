package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/weirhq/weir/metrics"
)

// Configuration is what a server works with. Everything but Log, Collecting, Measures, Pushed, Pages
// and Ready is needed.
type Configuration struct {
	Version   string          // of the program
	Simulated bool            // the figures are those of a simulated company
	Location  *time.Location  // the reporting time zone
	Reader    *metrics.Reader // answers
	Now       func() time.Time
	Log       *slog.Logger

	// DataVersion changes whenever an answer may have changed.
	DataVersion func(context.Context) (string, error)
	// Reading keeps the facts from being exchanged until it is released; it is held while an answer is computed.
	Reading func() (release func())
	// Ready says why questions cannot be answered yet, or nil.
	Ready func(context.Context) error
	// Collecting are the running collectors.
	Collecting Collecting
	// Measures are figures for Prometheus beside the server's own.
	Measures []prometheus.Collector
	// Pushed takes what vendors and scripts push, at /hooks, /events and /records; nil: nothing is taken.
	Pushed http.Handler
	// Import takes records that are sent.
	Import Importer
	// Pages are the built files of the dashboard.
	Pages fs.FS
}

// Server answers over HTTP.
type Server struct {
	cfg      Configuration
	echo     *echo.Echo
	api      huma.API
	known    map[string]*huma.Operation // by echo's path
	answers  *memory
	version  *freshly
	slots    chan struct{}
	registry *prometheus.Registry
	process  string         // another one in each process
	local    atomic.Bool    // it listens on this machine only
	busy     sync.WaitGroup // requests under way
	times    struct {       // the first and the last moment that is known, of a version of the data
		sync.Mutex
		version     string
		first, last *time.Time
	}
}

// computedAtOnce is how many answers are computed at the same time; others wait for their turn. The engine has eight
// connections, and an answer to many questions uses several.
const computedAtOnce = 4

// New makes a server; it listens when Run is called.
func New(cfg Configuration) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Reading == nil {
		cfg.Reading = func() func() { return func() {} }
	}
	s := &Server{
		cfg: cfg, echo: echo.New(), known: map[string]*huma.Operation{}, answers: newMemory(),
		slots: make(chan struct{}, computedAtOnce), registry: prometheus.NewRegistry(),
		version: &freshly{read: cfg.DataVersion, now: time.Now}, process: rand.Text(),
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.writeProblem
	s.echo.Use(
		middleware.RequestID(),
		s.observe(),
		middleware.RecoverWithConfig(middleware.RecoverConfig{LogErrorFunc: s.recovered}),
		middleware.GzipWithConfig(middleware.GzipConfig{Level: gzipLevel, MinLength: gzipFrom}),
		middleware.SecureWithConfig(middleware.SecureConfig{
			ContentTypeNosniff:    "nosniff",
			XFrameOptions:         "SAMEORIGIN",
			ReferrerPolicy:        "same-origin",
			ContentSecurityPolicy: "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'",
		}),
		s.refuseOthers(),
		s.checkParameters,
		s.remember,
	)
	s.registry.MustRegister(cfg.Measures...)
	s.api = humaecho.New(s.echo, s.document())
	s.routes()
	s.operations()
	s.pages()
	return s
}

const (
	gzipLevel = 5    // of 9: nearly as small as the best, in a third of the time
	gzipFrom  = 1024 // bytes; below it a packet is a packet
)

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Forget makes the next answer look whether the data have changed, however short ago it was looked.
func (s *Server) Forget() { s.version.forget() }

// Limits of connections. A client that reads slowly holds a connection and its answer's bytes, but nothing of the engine:
// answers are computed before the first byte is written.
const (
	headerWait = 10 * time.Second
	readWait   = 5 * time.Minute // an upload over a slow line
	writeWait  = 5 * time.Minute
	idleWait   = 2 * time.Minute
	stopWait   = 20 * time.Second // for the answers under way
)

// Listen opens an address, such as 127.0.0.1:8080; port 0 picks a free one.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another address with --listen, such as 127.0.0.1:0 for any free port", address, reason(err))
	}
	return l, nil
}

// counted is the server's handler, which knows how many requests are under way.
func (s *Server) counted() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.busy.Add(1)
		defer s.busy.Done()
		s.echo.ServeHTTP(w, r)
	})
}

// reason strips the address, which the caller's sentence names.
func reason(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

// Run answers until ctx is done; then it takes no new requests, finishes those under way, and returns.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	if address, ok := listener.Addr().(*net.TCPAddr); ok {
		s.local.Store(address.IP.IsLoopback())
	}
	requests, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	server := &http.Server{
		BaseContext: func(net.Listener) context.Context { return requests },
		Handler:     s.counted(), ReadHeaderTimeout: headerWait, ReadTimeout: readWait, WriteTimeout: writeWait, IdleTimeout: idleWait,
		ErrorLog: slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelDebug),
	}
	var stopped sync.WaitGroup
	var stopErr error
	ending, end := context.WithCancel(ctx)
	stopped.Go(func() {
		<-ending.Done()
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWait)
		defer cancel()
		if err := server.Shutdown(patience); err != nil {
			giveUp()
			stopErr = errors.Join(fmt.Errorf("some requests were given up, unfinished after %s", stopWait), server.Close())
		}
		s.busy.Wait() // what they use is closed after this
	})
	err := server.Serve(listener)
	end()
	stopped.Wait()
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return stopErr
}
