package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/weirhq/weir/collectors/secret"
)

func sign(body string) string {
	m := hmac.New(sha256.New, []byte(theSecret))
	m.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(m.Sum(nil))
}

// TestSigned: the example that GitHub's documentation gives for whoever verifies its signatures.
func TestSigned(t *testing.T) {
	const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
	if r := signed(signature, "X-Hub-Signature-256", "It's a Secret to Everybody", []byte("Hello, World!")); r != nil {
		t.Error(r)
	}
	if r := signed(signature, "X-Hub-Signature-256", "It's a Secret to Everybody", []byte("Hello, World?")); r == nil || r.status != 401 {
		t.Errorf("got %v", r)
	}
}

func TestVerify(t *testing.T) {
	s := newSite(t,
		Configuration{Name: "github", GitHub: withSecret()},
		Configuration{Name: "gitlab", GitLab: withSecret()},
		Configuration{Name: "jira", Jira: withSecret()},
		Configuration{Name: "open", GitHub: &Access{Unsigned: true}},
		Configuration{Name: "unset", GitHub: &Access{Secret: secret.Secret{Env: "WEIR_TEST_NO_SUCH_VARIABLE"}}},
		Configuration{Name: "events", CDEvents: withSecret()},
		Configuration{Name: "first", Records: &Access{Secret: secret.Secret{Env: "WEIR_TEST_OTHER"}}},
		Configuration{Name: "second", Records: withSecret()},
	)
	t.Setenv("WEIR_TEST_OTHER", "another secret")
	const body, jira, gitlab = `{"a":1}`, `{"webhookEvent":"jira:issue_updated"}`, `{"object_kind":"push"}`
	for _, c := range []struct {
		path, body string
		headers    []string
		status     int
		says       string
	}{
		{"hooks/github", body, []string{"X-GitHub-Event", "push", "X-Hub-Signature-256", sign(body)}, 202, `"accepted":1`},
		{"hooks/github", body, []string{"X-GitHub-Event", "ping", "X-Hub-Signature-256", sign(body)}, 200, `"accepted":0`},
		{"hooks/github", body + " ", []string{"X-GitHub-Event", "push", "X-Hub-Signature-256", sign(body)}, 401, "another secret"},
		{"hooks/github", body, []string{"X-GitHub-Event", "push", "X-Hub-Signature-256", "sha256=zz"}, 401, "is not a SHA-256"},
		{"hooks/github", body, []string{"X-GitHub-Event", "push", "X-Hub-Signature-256", "sha1=" + strings.Repeat("0", 40)}, 401, "is not a SHA-256"},
		{"hooks/github", body, []string{"X-GitHub-Event", "push"}, 401, "not signed"},
		{"hooks/github", body, []string{"X-GitHub-Event", "push", "X-Gitlab-Token", theSecret}, 401, "not signed"},
		{"hooks/github", body, []string{"X-Hub-Signature-256", sign(body)}, 400, "which event"},
		{"hooks/github", "{", []string{"X-GitHub-Event", "push", "X-Hub-Signature-256", sign("{")}, 400, "not JSON"},
		{"hooks/github", "payload=%7B%7D", []string{"X-GitHub-Event", "push", "X-Hub-Signature-256", sign("payload=%7B%7D"), "Content-Type", "application/x-www-form-urlencoded"}, 202, ""},
		{"hooks/github", "x=%7B%7D", []string{"X-GitHub-Event", "push", "X-Hub-Signature-256", sign("x=%7B%7D"), "Content-Type", "application/x-www-form-urlencoded"}, 400, "payload"},
		{"hooks/gitlab", gitlab, []string{"X-Gitlab-Token", theSecret}, 202, ""},
		{"hooks/gitlab", gitlab, []string{"X-Gitlab-Token", theSecret + "x"}, 401, "does not have the token"},
		{"hooks/gitlab", gitlab, nil, 401, "X-Gitlab-Token is missing"},
		{"hooks/jira", jira, []string{"X-Hub-Signature", sign(jira)}, 202, ""},
		{"hooks/jira", jira, []string{"Authorization", "Bearer " + theSecret}, 202, ""},
		{"hooks/jira", jira, []string{"Authorization", "Bearer nothing"}, 401, ""},
		{"hooks/jira", jira, []string{"X-Hub-Signature", sign(jira + "x")}, 401, ""},
		{"hooks/jira", jira, nil, 401, ""},
		{"hooks/open", body, []string{"X-GitHub-Event", "push"}, 202, ""},
		{"hooks/unset", body, []string{"X-GitHub-Event", "push", "X-Hub-Signature-256", sign(body)}, 503, "cannot be read"},
		{"hooks/nothing", body, nil, 404, "there is no hook"},
		{"hooks/second", body, nil, 404, "/api/v1/records/KIND"},
		{"events", body, []string{"Authorization", "Bearer no"}, 401, ""},
		{"records/deployments", deployment, []string{"Authorization", "Bearer another secret"}, 202, ""},
		{"records/deployments", deployment, []string{"Authorization", "bearer " + theSecret}, 202, ""},
		{"records/deployments", deployment, []string{"Authorization", "Bearer no"}, 401, ""},
		{"records/deployments", deployment, nil, 401, "is missing"},
	} {
		got, text := s.send("/api/v1/"+c.path, c.body, c.headers...)
		if got != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s %v: got %d %s; want %d %s", c.path, c.headers, got, text, c.status, c.says)
		}
		if strings.Contains(text, theSecret) {
			t.Errorf("the answer has the secret: %s", text)
		}
	}
	if a, b := s.hooks["first"].Stats(), s.hooks["second"].Stats(); a.Received != 1 || b.Received != 1 {
		t.Errorf("the token did not choose the hook: %+v %+v", a, b)
	}
}

func TestFromHere(t *testing.T) {
	s := newSite(t, Local(), Configuration{Name: "events", CDEvents: &Access{}})
	for _, c := range []struct {
		remote, host string
		header       string
		status       int
	}{
		{"127.0.0.1:5", "localhost:8080", "", 202},
		{"[::1]:5", "127.0.0.1:8080", "", 202},
		{"192.0.2.7:5", "localhost:8080", "", 401},
		{"127.0.0.1:5", "weir.example.com", "", 401},
		{"127.0.0.1:5", "localhost", "X-Forwarded-For", 401},
		{"127.0.0.1:5", "localhost", "Forwarded", 401},
		{"127.0.0.1:5", "localhost", "Origin", 401},
		{"@", "localhost", "", 401},
	} {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/records/deployments", strings.NewReader(deployment))
		r.RemoteAddr, r.Host = c.remote, c.host
		if c.header != "" {
			r.Header.Set(c.header, "x")
		}
		w := httptest.NewRecorder()
		Handler([]*Hook{s.hooks["records"], s.hooks["events"]}).ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%+v: got %d %s", c, w.Code, w.Body)
		}
	}
}

func TestNothingConfigured(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"events", "records/deployments"} {
		if got, text := s.send("/api/v1/"+path, "{}"); got != 404 || !strings.Contains(text, "configure one") {
			t.Errorf("%s: %d %s", path, got, text)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		c    Configuration
		says string
	}{
		{Configuration{Name: "a", GitHub: withSecret()}, ""},
		{Configuration{Name: "a", Records: &Access{}}, ""},
		{Local(), ""},
		{Configuration{Name: "A b", GitHub: withSecret()}, "small letters"},
		{Configuration{Name: "../a", GitHub: withSecret()}, "small letters"},
		{Configuration{Name: "a"}, "not who sends"},
		{Configuration{Name: "a", GitHub: withSecret(), Jira: withSecret()}, "both github and jira"},
		{Configuration{Name: "a", Jira: &Access{}}, "anybody could send"},
		{Configuration{Name: "a", GitHub: &Access{Unsigned: true, Secret: withSecret().Secret}}, "leave one"},
		{Configuration{Name: "a", GitHub: &Access{Secret: secret.Secret{Env: "A", File: "b"}}}, "not both"},
		{Configuration{Name: "a", GitHub: withSecret(), MaxMegabytes: 1000}, "max_megabytes"},
	} {
		err := c.c.Validate()
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %s", c.c, err, c.says)
		}
	}
	list, err := Complete([]Configuration{{Name: "a", GitHub: withSecret()}})
	if err != nil || len(list) != 2 || list[1].Vendor() != Records {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := Complete([]Configuration{{Name: "a", Records: withSecret()}}); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := Complete([]Configuration{{Name: "a", Records: withSecret()}, {Name: "a", Jira: withSecret()}}); err == nil || !strings.Contains(err.Error(), "two hooks") {
		t.Errorf("got %v", err)
	}
	if _, err := New(Configuration{Name: "a", GitHub: withSecret()}, Options{}); err == nil {
		t.Error("a hook without a mapping was made")
	}
	unset, err := New(Configuration{Name: "a", CDEvents: &Access{Secret: secret.Secret{Env: "WEIR_TEST_NO_SUCH_VARIABLE"}}}, Options{Dir: "/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	if check, err := unset.Check(t.Context()); err != nil || len(check.Missing) != 1 || !strings.Contains(check.Readable[0], "/api/v1/events") {
		t.Errorf("%+v, %v", check, err)
	}
	if _, err := os.Stat("/nowhere"); err == nil {
		t.Error("New touched the disk")
	}
}
