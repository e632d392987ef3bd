package warehouse

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weirhq/weir/warehouse/embedded"
)

// Configuration says where the store is.
type Configuration struct {
	// URL is a ClickHouse server or cluster: clickhouse://user:password@host:9000/database?secure=true, or http(s)://…
	// Empty: the embedded engine.
	URL string `yaml:"url"`
	// DataDir is the directory of the embedded engine.
	DataDir string `yaml:"-"`
	// Database is the database to use; default: the URL's, else "weir".
	Database string `yaml:"database"`
}

// Warehouse is an open store with the schema that this program knows.
type Warehouse struct {
	conn     driver.Conn
	engine   *embedded.Engine // nil with a server
	database string

	writing sync.Mutex // held while a load copies its rows

	mu          sync.Mutex
	lastArrival uint64
	loads       map[string]bool // staging tables in use by this process
}

// Open opens the store and brings its schema up to date.
func Open(ctx context.Context, cfg Configuration) (*Warehouse, error) {
	w, err := connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := w.migrate(ctx); err != nil {
		_ = w.Close()
		return nil, err
	}
	return w, nil
}

func connect(ctx context.Context, cfg Configuration) (*Warehouse, error) {
	options, engine, err := driverOptions(cfg)
	if err != nil {
		return nil, err
	}
	return connectWith(ctx, options, engine)
}

// connectWith owns the engine from here on: it is closed with the warehouse, and where opening fails.
func connectWith(ctx context.Context, options *clickhouse.Options, engine *embedded.Engine) (*Warehouse, error) {
	w := &Warehouse{engine: engine, database: options.Auth.Database, loads: map[string]bool{}}
	// The database may not exist yet, so it is made through a connection that does not name it.
	first := *options
	first.Auth.Database = ""
	bootstrap, err := clickhouse.Open(&first)
	if err == nil {
		w.conn = bootstrap
		err = bootstrap.Exec(ctx, "CREATE DATABASE IF NOT EXISTS "+quoteName(w.database))
		if closeErr := bootstrap.Close(); err == nil {
			err = closeErr
		}
	}
	if err == nil {
		w.conn, err = clickhouse.Open(options)
	}
	if err != nil {
		if engine != nil {
			_ = engine.Close()
		}
		return nil, Explain(err)
	}
	return w, nil
}

func driverOptions(cfg Configuration) (*clickhouse.Options, *embedded.Engine, error) {
	if cfg.URL != "" {
		options, err := serverOptions(cfg.URL)
		if err == nil && cfg.Database != "" {
			options.Auth.Database = cfg.Database
		}
		return options, nil, err
	}
	engine, err := embedded.Open(cfg.DataDir, "")
	if err != nil {
		return nil, nil, err
	}
	database := cfg.Database
	if database == "" {
		database = defaultDatabase
	}
	return embeddedOptions(engine, database), engine, nil
}

const defaultDatabase = "weir"

func embeddedOptions(engine *embedded.Engine, database string) *clickhouse.Options {
	return &clickhouse.Options{
		Addr:          []string{"embedded"},
		Auth:          clickhouse.Auth{Database: database},
		Protocol:      clickhouse.HTTP,
		TransportFunc: engine.Transport,
		Settings:      settings(),
		MaxOpenConns:  8,
		MaxIdleConns:  8,
		DialTimeout:   time.Minute,
	}
}

// settings are the same for every store: what one SQL text means must not depend on a server's defaults.
func settings() clickhouse.Settings {
	return clickhouse.Settings{
		"join_use_nulls": 0,
		"final":          0,
		"do_not_merge_across_partitions_select_final": 1,
		"session_timezone":                            "UTC",
	}
}

// errURL does not repeat the URL: there may be a password in it.
var errURL = errors.New("warehouse.url must look like clickhouse://user:password@host:9000/weir or http://host:8123/weir")

var schemes = map[string]bool{"clickhouse": true, "native": true, "tcp": true, "http": true, "https": true}

func serverOptions(raw string) (*clickhouse.Options, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || !schemes[u.Scheme] {
		return nil, errURL
	}
	options, err := clickhouse.ParseDSN(raw)
	if err != nil {
		return nil, fmt.Errorf("warehouse.url (host %s): %w", u.Host, err)
	}
	for _, address := range options.Addr {
		// Only HTTP has a port that goes without saying.
		if _, _, err := net.SplitHostPort(address); err != nil && options.Protocol != clickhouse.HTTP {
			return nil, errURL
		}
	}
	if options.Auth.Database == "" || options.Auth.Database == "default" && strings.Trim(u.Path, "/") == "" {
		options.Auth.Database = defaultDatabase
	}
	for name, value := range settings() {
		if options.Settings == nil {
			options.Settings = clickhouse.Settings{}
		}
		if _, given := options.Settings[name]; !given {
			options.Settings[name] = value
		}
	}
	return options, nil
}

// Close closes the store.
func (w *Warehouse) Close() error {
	var errs []error
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	if w.engine != nil {
		errs = append(errs, w.engine.Close())
	}
	return errors.Join(errs...)
}

// Announce tells other processes that find the embedded engine's directory in use where this one answers.
func (w *Warehouse) Announce(address string) error {
	if w.engine == nil {
		return nil // a server is there for everybody
	}
	return w.engine.Announce(address)
}

// Embedded says whether the store is the engine inside this process.
func (w *Warehouse) Embedded() bool { return w.engine != nil }

func quoteName(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

func quoteNames(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quoteName(name)
	}
	return strings.Join(quoted, ", ")
}
