package site

import (
	"hash/fnv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// answer is a whole answer, before it goes on its way.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func ok(v any) *answer {
	return &answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, body: freeze(v)}
}

// failure is an error as most vendors tell it.
func failure(status int, message string) *answer {
	a := ok(obj("message", message))
	a.status = status
	return a
}

// tag gives the answer an ETag and turns it into 304 where the client has it already.
func (a *answer) tag(q *request) *answer {
	if a.status != http.StatusOK || q.Method != http.MethodGet {
		return a
	}
	h := fnv.New128a()
	h.Write(a.body)
	h.Write([]byte(a.header.Get("Link")))
	etag := `W/"` + strconv.FormatUint(uint64(len(a.body)), 36) + "-" + hexOf(h.Sum(nil)) + `"`
	a.header.Set("ETag", etag)
	a.header.Set("Cache-Control", "private, max-age=60, s-maxage=60")
	for known := range strings.SplitSeq(q.Header.Get("If-None-Match"), ",") {
		if strings.TrimPrefix(strings.TrimSpace(known), "W/") == strings.TrimPrefix(etag, "W/") {
			a.status, a.body = http.StatusNotModified, nil
			a.header.Del("Content-Type")
		}
	}
	return a
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	text := make([]byte, 0, 2*len(b))
	for _, x := range b {
		text = append(text, digits[x>>4], digits[x&15])
	}
	return string(text)
}

// base is the address of the vendor as the client wrote it.
func (q *request) base() string {
	scheme := "http"
	if q.TLS != nil {
		scheme = "https"
	}
	if forwarded := q.Header.Get("X-Forwarded-Proto"); forwarded != "" {
		scheme = forwarded
	}
	return scheme + "://" + q.Host + "/" + q.vendor
}

// number is a parameter's value as a number between bounds, or another where it is none.
func (q *request) number(name string, otherwise, low, high int) int {
	n, err := strconv.Atoi(q.value(name))
	if err != nil {
		n = otherwise
	}
	return min(max(n, low), high)
}

func unescape(part string) string {
	if text, err := url.PathUnescape(part); err == nil {
		return text
	}
	return part
}

// window is a piece of a list of n things: from the start, at most size of them.
func window(n, start, size int) (from, to int) {
	from = min(max(start, 0), n)
	return from, min(from+size, n)
}
