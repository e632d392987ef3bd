package embedded

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	driverproto "github.com/ClickHouse/clickhouse-go/v2/lib/proto"
)

// resultBody is the body of a response; size is -1 where it is not known before it has been read.
type resultBody struct {
	io.ReadCloser
	size int64
}

func wholeBody(data []byte) *resultBody {
	return &resultBody{ReadCloser: io.NopCloser(bytes.NewReader(data)), size: int64(len(data))}
}

func response(req *http.Request, status int, body io.ReadCloser, size int64) *http.Response {
	return &http.Response{
		Status: http.StatusText(status), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: body, ContentLength: size, Request: req,
	}
}

// streamBody reads a running query's result block by block, so that memory does not grow with the result.
type streamBody struct {
	transport *transport
	handle    uintptr
	block     bytes.Reader
	ended     bool
	stop      func()
	unlock    func()
	once      sync.Once
}

func (s *streamBody) fetch() error {
	t := s.transport
	result := t.lib.streamFetch(t.conn.session, s.handle)
	defer t.lib.resultDestroy(result)
	if text := t.lib.resultError(result); text != "" {
		s.ended = true
		return engineError(text)
	}
	data := bytesAt(t.lib.resultBuffer(result), t.lib.resultLength(result))
	s.ended = len(data) == 0
	s.block.Reset(data)
	return nil
}

func (s *streamBody) Read(p []byte) (int, error) {
	for s.block.Len() == 0 {
		if s.ended {
			return 0, io.EOF
		}
		if err := s.fetch(); err != nil {
			return 0, err
		}
	}
	return s.block.Read(p)
}

func (s *streamBody) Close() error {
	s.once.Do(func() {
		t := s.transport
		if !s.ended {
			t.lib.streamCancel(t.conn.session, s.handle)
		}
		s.stop()
		t.lib.resultDestroy(s.handle)
		s.unlock()
	})
	return nil
}

// helloBody answers the driver's greeting. Revision 0 makes the driver decode the plain Native format, which is what
// the engine writes.
func helloBody() (*resultBody, error) {
	block := driverproto.Block{ServerContext: &column.ServerContext{Timezone: time.UTC}}
	for _, c := range []struct{ name, kind string }{{"displayName()", "String"}, {"version()", "String"}, {"revision()", "UInt32"}, {"timezone()", "String"}} {
		if err := block.AddColumn(c.name, column.Type(c.kind)); err != nil {
			return nil, err
		}
	}
	if err := block.Append("embedded", "26.7.3", uint32(0), "UTC"); err != nil {
		return nil, err
	}
	var buffer proto.Buffer
	if err := block.Encode(&buffer, clickhouse.ClientTCPProtocolVersion); err != nil {
		return nil, err
	}
	return wholeBody(buffer.Buf), nil
}

// parameters are the query's native parameters: the URL's param_name values.
func parameters(params url.Values) (names, values []string) {
	for name := range params {
		if bare, ok := strings.CutPrefix(name, "param_"); ok {
			names = append(names, bare)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		values = append(values, params.Get("param_"+name))
	}
	return names, values
}

func quoteText(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func quoteName(s string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(s) + "`"
}

// cBytes is s as memory that C may read; never nil, so that an empty text has an address too.
func cBytes(s string) *byte {
	return &append([]byte(s), 0)[0]
}

func cStrings(texts []string) (at []*byte, lens []uintptr) {
	for _, s := range texts {
		at, lens = append(at, cBytes(s)), append(lens, uintptr(len(s)))
	}
	return at, lens
}

func first[T any](s []T) *T {
	if len(s) == 0 {
		return nil
	}
	return &s[0]
}
