package archive

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/weirhq/weir/collectors/access"
)

// Tape answers requests with what was answered in a run. Requests that were made several times are answered in the same
// order; the last answer goes on being given.
type Tape struct {
	mu      sync.Mutex
	answers map[string][]access.Exchange
	unused  int
	well    bool
	strange *NotKeptError // the first request that was not made in the run
}

// Tape makes the way of a run's requests: an http.RoundTripper that asks nobody.
func (r Run) Tape() (*Tape, error) {
	exchanges, well, err := r.Exchanges()
	if err != nil {
		return nil, err
	}
	t := &Tape{answers: map[string][]access.Exchange{}, unused: len(exchanges), well: well}
	for _, x := range exchanges {
		key := keyOf(x.Method, x.URL, x.Sent)
		t.answers[key] = append(t.answers[key], x)
	}
	return t, nil
}

// used marks the last answer to a request when it was given once.
const used = "Weir-Replayed"

func keyOf(method, url string, sent []byte) string {
	return method + " " + url + "\n" + string(sent)
}

// NotKeptError is a request that was not made in the run.
type NotKeptError struct{ Method, URL string }

func (e *NotKeptError) Error() string {
	return fmt.Sprintf("%s %s was not asked then: this version of Weir asks something else; collect with --full instead", e.Method, e.URL)
}

// Strange tells of a request that was not made in the run, unless every answer of the run was used before: then the run
// was killed, or ended by a failure, where the replay would go on.
func (t *Tape) Strange() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.strange == nil || t.unused == 0 {
		return nil
	}
	return t.strange
}

// Well tells whether the run ended without a failure.
func (t *Tape) Well() bool { return t.well }

// RoundTrip implements http.RoundTripper.
func (t *Tape) RoundTrip(req *http.Request) (*http.Response, error) {
	if access.TokenPath(req.URL.Path) { // was not kept, and need not be right
		body := `{"token": "replayed", "access_token": "replayed", "token_type": "Bearer", "expires_in": 3600, "expires_at": "2100-01-01T00:00:00Z"}`
		return &http.Response{StatusCode: http.StatusCreated, Status: "201 Created", Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
	}
	var sent []byte
	if req.Body != nil {
		defer req.Body.Close()
		var err error
		if sent, err = io.ReadAll(req.Body); err != nil {
			return nil, fmt.Errorf("read the request: %w", err)
		}
	}
	key := keyOf(req.Method, req.URL.String(), sent)
	t.mu.Lock()
	defer t.mu.Unlock()
	list := t.answers[key]
	if len(list) == 0 {
		err := &NotKeptError{req.Method, req.URL.String()}
		if t.strange == nil {
			t.strange = err
		}
		return nil, err
	}
	x := list[0]
	if len(list) > 1 {
		t.answers[key] = list[1:]
		t.unused--
	} else if x.Header.Get(used) == "" {
		x.Header = x.Header.Clone()
		x.Header.Set(used, "yes")
		list[0] = x
		t.unused--
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", x.Status, http.StatusText(x.Status)), StatusCode: x.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: x.Header, Body: io.NopCloser(bytes.NewReader(x.Body)), ContentLength: int64(len(x.Body)), Request: req,
	}, nil
}
