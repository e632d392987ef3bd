package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Transport gives clickhouse-go (Options.TransportFunc) one connection of the engine. It is opened by the first query: a
// driver whose greeting is cancelled drops its transport without closing it.
func (e *Engine) Transport(*http.Transport) (http.RoundTripper, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, errClosed
	}
	return &transport{engine: e, lib: e.lib, settings: map[string]string{}}, nil
}

var errClosed = errors.New("the ClickHouse engine is closed")

// open opens a connection, unless the engine is closed.
func (e *Engine) open() (connection, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return connection{}, errClosed
	}
	return e.connect()
}

// transport is one connection of the engine, and one session: requests on it run one at a time.
type transport struct {
	engine *Engine
	lib    *library

	mu       sync.Mutex
	conn     connection // none before the first query
	closed   bool
	database string
	settings map[string]string // what SET changed in this session
}

// CloseIdleConnections is what the driver calls when it drops its connection.
func (t *transport) CloseIdleConnections() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	if t.conn.handle != 0 {
		t.lib.closeConn(t.conn.handle)
		t.conn = connection{}
	}
}

// hello is the driver's first request.
const hello = "SELECT displayName(), version(), revision(), timezone()"

// RoundTrip answers one request of ClickHouse's HTTP interface, as far as clickhouse-go uses it.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	params := req.URL.Query()
	t.mu.Lock()
	unlock := sync.OnceFunc(t.mu.Unlock)
	body, err := t.answer(req, params, unlock)
	if err != nil {
		unlock()
		if ctxErr := req.Context().Err(); ctxErr != nil {
			return nil, ctxErr
		}
		var engineErr engineError
		if !errors.As(err, &engineErr) {
			return nil, err
		}
		return response(req, http.StatusInternalServerError, io.NopCloser(strings.NewReader(engineErr.Error())), int64(len(engineErr.Error()))), nil
	}
	return response(req, http.StatusOK, body, body.size), nil
}

func (t *transport) answer(req *http.Request, params url.Values, unlock func()) (*resultBody, error) {
	if t.closed {
		return nil, errors.New("the connection to the ClickHouse engine is closed")
	}
	ctx := req.Context()
	if query := params.Get("query"); query != "" {
		if err := t.prepare(params); err != nil {
			return nil, err
		}
		defer unlock()
		return wholeBody(nil), t.insert(ctx, query, req.Body)
	}
	text, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, fmt.Errorf("read the query: %w", err)
	}
	query := string(text)
	if query == hello {
		defer unlock()
		return helloBody()
	}
	if err := t.prepare(params); err != nil {
		return nil, err
	}
	names, values := parameters(params)
	if streams(query) {
		return t.stream(ctx, query, names, values, unlock)
	}
	defer unlock()
	data, err := t.query(ctx, query, names, values)
	return wholeBody(data), err
}

// prepare opens the connection before its first query, and brings the session to the request's database and settings. They
// change rarely, so it is mostly free.
func (t *transport) prepare(params url.Values) (err error) {
	if t.conn.handle == 0 {
		if t.conn, err = t.engine.open(); err != nil {
			return err
		}
	}
	if database := params.Get("database"); database != "" && database != t.database {
		if _, err := t.run("USE "+quoteName(database), nil, nil); err != nil {
			return err
		}
		t.database = database
	}
	want := map[string]string{}
	for name := range params {
		if !strings.HasPrefix(name, "param_") && !notSettings[name] {
			want[name] = params.Get(name)
		}
	}
	var changes []string
	for name, value := range want {
		if t.settings[name] != value {
			changes = append(changes, name+" = "+quoteText(value))
		}
	}
	for name := range t.settings {
		if _, ok := want[name]; !ok {
			changes = append(changes, name+" = DEFAULT")
		}
	}
	if len(changes) == 0 {
		return nil
	}
	sort.Strings(changes)
	if _, err := t.run("SET "+strings.Join(changes, ", "), nil, nil); err != nil {
		return err
	}
	t.settings = want
	return nil
}

// notSettings are the URL's parameters that speak to ClickHouse's HTTP handler instead of to the query.
var notSettings = map[string]bool{
	"database": true, "default_format": true, "client_protocol_version": true, "query": true, "query_id": true, "quota_key": true,
	"compress": true, "decompress": true, "session_id": true, "wait_end_of_query": true,
}

// streams says whether the result may be larger than memory: of a query that reads. Everything else answers at once.
func streams(query string) bool {
	fields := strings.FieldsFunc(query, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '(' })
	for len(fields) > 0 {
		word := strings.ToUpper(fields[0])
		return word == "SELECT" || word == "WITH"
	}
	return false
}

// query runs a query that ctx can cancel.
func (t *transport) query(ctx context.Context, query string, names, values []string) ([]byte, error) {
	query, stop := t.cancellable(ctx, query)
	defer stop()
	return t.run(query, names, values)
}

func (t *transport) run(query string, names, values []string) ([]byte, error) {
	result := t.call(t.lib.query, query, names, values)
	defer t.lib.resultDestroy(result)
	if text := t.lib.resultError(result); text != "" {
		return nil, engineError(text)
	}
	return bytesAt(t.lib.resultBuffer(result), t.lib.resultLength(result)), nil
}

type queryFunction = func(conn uintptr, query *byte, queryLen uintptr, format *byte, formatLen uintptr, names **byte, nameLens *uintptr, values **byte, valueLens *uintptr, n uintptr) uintptr

func (t *transport) call(f queryFunction, query string, names, values []string) uintptr {
	nameAt, nameLens := cStrings(names)
	valueAt, valueLens := cStrings(values)
	q, format := cBytes(query), cBytes("Native")
	result := f(t.conn.session, q, uintptr(len(query)), format, 6, first(nameAt), first(nameLens), first(valueAt), first(valueLens), uintptr(len(names)))
	runtime.KeepAlive(nameAt)
	runtime.KeepAlive(valueAt)
	return result
}

// mark numbers the queries of this process, so that one of them can be found and killed.
var mark atomic.Uint64

// cancellable marks the query; until stop is called, the end of ctx kills it from a second connection.
func (t *transport) cancellable(ctx context.Context, query string) (marked string, stop func()) {
	if ctx.Done() == nil {
		return query, func() {}
	}
	id := fmt.Sprintf("weir-query-%d.", mark.Add(1))
	done := make(chan struct{})
	killed := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		defer close(killed)
		t.kill(id, done)
	})
	return query + "\n-- " + id, func() {
		close(done)
		if !cancel() {
			<-killed
		}
	}
}

// kill ends the query marked with id. The query may not have started yet, so it tries until the query is done.
func (t *transport) kill(id string, done <-chan struct{}) {
	conn, err := t.engine.connect()
	if err != nil {
		return // the query then runs to its end: slower, never wrong
	}
	killer := &transport{engine: t.engine, lib: t.lib, conn: conn}
	defer killer.CloseIdleConnections()
	for {
		_, _ = killer.run("KILL QUERY WHERE endsWith(query, {id:String}) ASYNC", []string{"id"}, []string{"-- " + id})
		select {
		case <-done:
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// insert sends the driver's blocks to the engine as they come.
func (t *transport) insert(ctx context.Context, query string, body io.Reader) error {
	query = strings.TrimSpace(query)
	if cut, ok := strings.CutSuffix(query, "FORMAT Native"); ok {
		query = strings.TrimSpace(cut)
	}
	stream := t.lib.insert(t.conn.session, cBytes(query), uintptr(len(query)), cBytes("Native"), 6)
	defer t.lib.insertDestroy(stream)
	if text := t.lib.insertError(stream); text != "" {
		return engineError(text)
	}
	buffer := make([]byte, 1<<20)
	for {
		n, err := io.ReadFull(body, buffer)
		if n > 0 && t.lib.insertAppend(stream, &buffer[0], uintptr(n)) != 0 {
			text := t.lib.insertError(stream)
			t.lib.insertCancel(stream)
			return engineError(text)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			t.lib.insertCancel(stream)
			return fmt.Errorf("read the rows to insert: %w", err)
		}
	}
	result := t.lib.insertDone(stream)
	defer t.lib.resultDestroy(result)
	if text := t.lib.resultError(result); text != "" {
		return engineError(text)
	}
	return nil
}

// stream starts a query and hands its blocks out as they are read.
func (t *transport) stream(ctx context.Context, query string, names, values []string, unlock func()) (*resultBody, error) {
	query, stop := t.cancellable(ctx, query)
	handle := t.call(t.lib.streamQuery, query, names, values)
	s := &streamBody{transport: t, handle: handle, stop: stop, unlock: unlock}
	if text := t.lib.resultError(handle); text != "" {
		_ = s.Close()
		return nil, engineError(text)
	}
	// The first block decides whether the query failed, as a server that waits before it sends its headers would.
	if err := s.fetch(); err != nil {
		_ = s.Close()
		return nil, err
	}
	return &resultBody{ReadCloser: s, size: -1}, nil
}
