package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/labstack/echo/v4"

	"github.com/weirhq/weir/metrics"
)

// Answers are kept in memory by what was asked and by the version of the data, so a kept answer is never an old one. The
// bounds make at most 64 MB.
const (
	keptAnswers = 256
	keptLength  = 256 << 10 // bytes; a longer answer is computed each time
)

// answered is an answer as it was first computed.
type answered struct {
	body        []byte
	contentType string
}

// memory keeps answers, and lets many who ask the same wait for one computation.
type memory struct {
	kept *lru.Cache[string, answered]

	mu    sync.Mutex
	going map[string]*computation
}

// computation is an answer under way.
type computation struct {
	ended  chan struct{}
	answer answered // once it has ended; without a body if there is none
}

func newMemory() *memory {
	kept, err := lru.New[string, answered](keptAnswers)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &memory{kept: kept, going: map[string]*computation{}}
}

// begin says whether the caller has to compute the answer; else it is the kept one. While somebody computes it, it waits.
func (m *memory) begin(ctx context.Context, key string) (answered, bool, error) {
	for {
		m.mu.Lock()
		if a, ok := m.kept.Get(key); ok {
			m.mu.Unlock()
			return a, false, nil
		}
		going, ok := m.going[key]
		if !ok {
			m.going[key] = &computation{ended: make(chan struct{})}
			m.mu.Unlock()
			return answered{}, true, nil
		}
		m.mu.Unlock()
		select {
		case <-going.ended:
			if len(going.answer.body) > 0 { // also when it is too long to be kept
				return going.answer, false, nil
			}
			// Whoever computed it failed or went away: now it is this one's turn.
		case <-ctx.Done():
			return answered{}, false, ctx.Err()
		}
	}
}

// end keeps the answer, unless there is none, and wakes those who wait for it.
func (m *memory) end(key string, a answered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(a.body) > 0 && len(a.body) <= keptLength {
		m.kept.Add(key, a)
	}
	m.going[key].answer = a
	close(m.going[key].ended)
	delete(m.going, key)
}

// remember answers what does not change but with the data: with 304 to whoever has the answer, from memory, or by
// computing it. It computes into memory first, so that a client that reads slowly keeps nothing else waiting.
func (s *Server) remember(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		operation := s.known[c.Path()]
		if operation == nil || operation.Metadata[ofData] == nil || c.Request().Method != http.MethodGet {
			return next(c)
		}
		ctx := c.Request().Context()
		version, err := s.version.get(ctx)
		if err != nil {
			return fmt.Errorf("read the version of the data: %w", err)
		}
		key := s.key(c.Request(), version, operation.Metadata[ofNow] != nil)
		header := c.Response().Header()
		header.Set("ETag", `W/"`+key+`"`)
		header.Set(echo.HeaderCacheControl, "private, no-cache") // keep it, but ask whether it still holds
		if strings.Contains(c.Request().Header.Get("If-None-Match"), key) {
			return c.NoContent(http.StatusNotModified)
		}
		kept, compute, err := s.answers.begin(ctx, key)
		if err != nil {
			return err
		}
		if !compute {
			return c.Blob(http.StatusOK, kept.contentType, kept.body)
		}
		status, answer, err := s.compute(c, key, next)
		if err != nil {
			return err
		}
		if status != http.StatusOK {
			header.Del("ETag")
			header.Set(echo.HeaderCacheControl, "no-store")
		}
		return c.Blob(status, answer.contentType, answer.body)
	}
}

// compute runs the handler when it is its turn, and hands the answer to those who wait for the same. It is over before the
// first byte is written.
func (s *Server) compute(c echo.Context, key string, handler echo.HandlerFunc) (status int, answer answered, err error) {
	var good answered
	defer func() { s.answers.end(key, good) }()
	release, err := s.turn(c.Request().Context())
	if err != nil {
		return 0, answer, err
	}
	defer release()
	status, answer, err = capture(c, func() error { return handler(c) })
	if err == nil && status == http.StatusOK {
		good = answer
	}
	return status, answer, err
}

// key names an answer: the process, since another one may compute otherwise, the version of the data and what is asked. A
// window that ends now, or has not ended yet, is another one every minute, and so is what tells of now beside its window.
func (s *Server) key(r *http.Request, version string, tellsOfNow bool) string {
	asked := r.URL.Query()
	text := s.process + "\n" + version + "\n" + r.URL.Path + "\n" + asked.Encode()
	now := s.cfg.Now()
	if tellsOfNow || (metrics.Window{To: asked.Get("to")}).MovesWith(s.cfg.Location, now) {
		text += "\n" + now.UTC().Truncate(time.Minute).Format(time.RFC3339)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:12])
}

// turnWait is how long a question waits for its turn before it is told to come again.
const turnWait = 30 * time.Second

// turn waits until the answer may be computed; release must be called when it is.
func (s *Server) turn(ctx context.Context) (release func(), err error) {
	patience := time.NewTimer(turnWait)
	defer patience.Stop()
	select {
	case s.slots <- struct{}{}:
	case <-patience.C:
		return nil, errBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	reading := s.cfg.Reading()
	return func() { reading(); <-s.slots }, nil
}

// capture runs a handler with a writer in memory, and gives back what it wrote.
func capture(c echo.Context, run func() error) (int, answered, error) {
	response := c.Response()
	to, held := response.Writer, &held{header: response.Header()}
	response.Writer = held
	defer func() { // also when the handler panics
		response.Writer = to
		// As if nothing had been written: it is written when it is complete.
		response.Committed, response.Size, response.Status = false, 0, 0
	}()
	err := run()
	return held.status, answered{body: held.body.Bytes(), contentType: response.Header().Get(echo.HeaderContentType)}, err
}

// held is a ResponseWriter that keeps what is written.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header { return h.header }
func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

func (h *held) Write(text []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(text)
}

// freshly reads the version of the data at most every versionAge: reading it is a query, and a page asks often.
type freshly struct {
	read func(context.Context) (string, error)
	now  func() time.Time

	mu   sync.Mutex
	text string
	at   time.Time
}

// versionAge is how long after a change an older answer may still be given.
const versionAge = 300 * time.Millisecond

func (f *freshly) get(ctx context.Context) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.at.IsZero() && f.now().Sub(f.at) < versionAge {
		return f.text, nil
	}
	text, err := f.read(ctx)
	if err == nil {
		f.text, f.at = text, f.now()
	}
	return text, err
}

func (f *freshly) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = time.Time{}
}
