package access

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// answer is what became of one try: a response with its whole body, or the reason why there is none.
type answer struct {
	response *http.Response
	body     []byte
	err      error
}

// maxBody bounds what one answer may hold in memory; vendors' pages have a few megabytes at most.
const maxBody = 128 << 20

// bodyOf reads what is to be sent, so that it can be sent again.
func bodyOf(req *http.Request) ([]byte, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return nil, nil
	}
	defer req.Body.Close()
	sent, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, fmt.Errorf("read the request to be sent: %w", err)
	}
	return sent, nil
}

// try sends the request once and reads its answer to the end.
func (l *Line) try(req *http.Request, sent []byte) answer {
	slot := l.gate.host(req.URL.Host)
	select {
	case slot <- struct{}{}:
		defer func() { <-slot }()
	case <-req.Context().Done():
		return answer{err: req.Context().Err()}
	}
	ctx, cancel := context.WithTimeout(req.Context(), l.gate.options.Timeout)
	defer cancel()
	again := req.Clone(ctx)
	if sent != nil {
		again.Body = io.NopCloser(bytes.NewReader(sent))
	}
	response, err := l.gate.options.Transport.RoundTrip(again)
	if err != nil {
		return answer{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	switch {
	case err != nil:
		return answer{response: response, err: fmt.Errorf("the answer broke off after %d bytes: %w", len(body), err)}
	case len(body) > maxBody:
		return answer{response: response, err: fmt.Errorf("the answer is longer than %d MB", maxBody>>20)}
	case response.StatusCode == http.StatusOK && strings.Contains(response.Header.Get("Content-Type"), "json") && !json.Valid(body):
		return answer{response: response, err: errMalformed}
	}
	return answer{response: response, body: body}
}

var errMalformed = errors.New("the answer is not the JSON that it claims to be")

// whole is the response with its body in memory.
func (a answer) whole() *http.Response {
	a.response.Body = io.NopCloser(bytes.NewReader(a.body))
	a.response.ContentLength = int64(len(a.body))
	return a.response
}

// passes tells whether trying again may help.
func (a answer) passes() bool {
	if a.err != nil {
		return true
	}
	switch a.response.StatusCode {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

func (a answer) fault() string {
	if a.err != nil {
		return a.err.Error()
	}
	return "it answered " + a.response.Status
}

// limited tells whether the vendor refused because of too many requests, and how long to wait; 0: it did not say.
func (a answer) limited(now time.Time) (time.Duration, bool) {
	if a.err != nil {
		return 0, false
	}
	wait := a.retryAfter(now)
	switch a.response.StatusCode {
	case http.StatusTooManyRequests:
	case http.StatusForbidden: // GitHub's way: of the hourly limit, and of its secondary limits
		secondary := bytes.Contains(a.body, []byte("secondary rate limit")) || bytes.Contains(a.body, []byte("abuse detection"))
		if wait == 0 && secondary {
			wait = time.Minute
		}
		if wait == 0 && header(a.response, "Remaining") != "0" {
			return 0, false
		}
	default:
		return 0, false
	}
	if wait == 0 {
		if b, known := readBudget(a.response, now); known && b.remaining == 0 {
			wait = max(b.reset.Sub(now), time.Second)
		}
	}
	return wait, true
}

// retryAfter reads the header Retry-After: seconds, or a date.
func (a answer) retryAfter(now time.Time) time.Duration {
	if a.response == nil {
		return 0
	}
	text := a.response.Header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds > 0 {
		return time.Duration(seconds * float64(time.Second))
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(serverTime(a.response, now)), 0)
	}
	return 0
}

// serverTime is the vendor's own time, since what it says about moments is said by its clock.
func serverTime(response *http.Response, now time.Time) time.Time {
	if at, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		return at
	}
	return now
}
