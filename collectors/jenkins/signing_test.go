package jenkins

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/weirhq/weir/collectors/access"
)

// network answers for every host there is, and remembers how requests were signed, by the address without its path.
type network struct {
	redirect map[string]string // from an address to another one
	signed   map[string]string
}

func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	site := r.URL.Scheme + "://" + r.URL.Host
	n.signed[site] = r.Header.Get("Authorization")
	answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}
	if to, ok := n.redirect[site]; ok {
		answer.StatusCode = http.StatusTemporaryRedirect
		answer.Header.Set("Location", to+r.URL.RequestURI())
	}
	return answer, nil
}

// TestOnlyTheSiteIsSigned: wherever the site redirects to, nobody else is shown the token; and where kept answers are
// replayed it is not even read.
func TestOnlyTheSiteIsSigned(t *testing.T) {
	for _, c := range []struct {
		from, to  string
		replaying bool
		signed    bool
	}{
		{"https://ci.example.org", "https://elsewhere.example.org", false, false},
		{"https://ci.example.org", "https://ci.example.org:8443", false, false},
		{"https://ci.example.org", "http://ci.example.org", false, false},
		{"http://ci.example.org", "https://ci.example.org", false, true},
		{"http://ci.example.org", "https://ci.example.org", true, false},
	} {
		if c.replaying {
			t.Setenv("TEST_JENKINS_TOKEN", "")
		} else {
			t.Setenv("TEST_JENKINS_TOKEN", "secret")
		}
		n := &network{redirect: map[string]string{c.from: c.to}, signed: map[string]string{}}
		cfg := Configuration{URL: c.from, User: "weir"}
		cfg.Token.Env = "TEST_JENKINS_TOKEN"
		collector, err := New(cfg, access.New(access.Options{Transport: n, Replaying: c.replaying}).Line("ci", "", nil))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = collector.Check(t.Context())
		if (n.signed[c.from] == "") != c.replaying {
			t.Errorf("to %s it sent %q", c.from, n.signed[c.from])
		}
		if got, asked := n.signed[c.to]; !asked || (got != "") != c.signed {
			t.Errorf("after a redirect from %s to %s it sent %q", c.from, c.to, got)
		}
	}
}
