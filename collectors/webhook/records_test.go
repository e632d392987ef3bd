package webhook

import (
	"strings"
	"testing"
)

const deployment = `{"service":"checkout","environment":"production","id":"1","sha":"abc","finished_at":"2026-03-02T10:00:00Z"}`

// TestRecords: what the README shows with curl.
func TestRecords(t *testing.T) {
	s := newSite(t, Local())
	if got := s.must(202, "/api/v1/records/deployments", deployment); strings.TrimSpace(got) != `{"accepted":1}` {
		t.Errorf("got %s", got)
	}
	s.must(202, "/api/v1/records/incidents", `{
		"id": "INC-7", "services": ["checkout"], "started_at": "2026-03-02T10:05:00Z",
		"resolved_at": "2026-03-02T11:00:00Z"
	}`)
	s.must(202, "/api/v1/records/deployments", "["+strings.Replace(deployment, `"1"`, `"2"`, 1)+",\n"+strings.Replace(deployment, `"1"`, `"3"`, 1)+"]")
	s.must(202, "/api/v1/records/deployments", strings.Replace(deployment, `"1"`, `"4"`, 1)+"\n\n"+strings.Replace(deployment, `"1"`, `"5"`, 1)+"\n")
	// The later replaces the earlier.
	s.must(202, "/api/v1/records/deployments", strings.Replace(deployment, `"abc"`, `"def"`, 1))
	if st := s.hooks["records"].Stats(); st.Received != 5 || st.Waiting != 5 || st.Written != 0 {
		t.Errorf("stats %+v", st)
	}
	s.collect()
	if d := s.deployments(); len(d) != 5 || d[0].SHA != "def" || d[1].SHA != "abc" || d[0].Source != "records" || d[0].Result != "success" {
		t.Errorf("deployments %+v", d)
	}
	if !strings.Contains(s.known(), `"INC-7"`) {
		t.Errorf("no incident in %s", s.known())
	}
	if st := s.hooks["records"].Stats(); st.Waiting != 0 || st.Written != 5 || st.Rejected != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestRecordsRefused(t *testing.T) {
	s := newSite(t, Local())
	good := deployment + "\n"
	for _, c := range []struct {
		path, body string
		status     int
		says       string
	}{
		{"deployment", deployment, 404, "did you mean deployments?"},
		{"deployments", "", 422, "nothing was sent"},
		{"deployments", "[]", 422, "empty"},
		{"deployments", good + good + `{"service":"a","environment":"b","id":"c","finishd_at":"2026-03-02T10:00:00Z"}`, 422, "line 3, finishd_at: unknown key"},
		{"deployments", good + `{"service":"a","environment":"b","id":"c"}`, 422, "line 2, finished_at: "},
		{"deployments", `[` + deployment + `,{"service":"a","environment":"b","id":"c","finished_at":"then"}]`, 422, "record 2, finished_at: "},
		{"deployments", `[` + deployment + `,7]`, 422, "record 2: "},
		{"deployments", `[` + deployment, 422, "not valid JSON"},
		{"deployments", `{"service":`, 422, "line 1"},
		{"deployments", "\x00\xff", 422, "line 1"},
	} {
		got, text := s.send("/api/v1/records/"+c.path, c.body)
		if got != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s %q: got %d %s; want %d, %s", c.path, c.body, got, text, c.status, c.says)
		}
	}
	if got, text := s.send("/api/v1/records/deployments", good+"{}\n{}"); got != 422 || !strings.Contains(text, "2 faults") || !strings.Contains(text, `"location":"body[1].service"`) {
		t.Errorf("got %d %s", got, text)
	}
	s.collect()
	if got := s.known(); got != "" {
		t.Errorf("something was written: %s", got)
	}
	if st := s.hooks["records"].Stats(); st.Refused != 11 || st.Received != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestTooLarge(t *testing.T) {
	c := Local()
	c.MaxMegabytes = 1
	s := newSite(t, c)
	if got, text := s.send("/api/v1/records/deployments", strings.Repeat(" ", 1<<20+1)); got != 413 || !strings.Contains(text, "max_megabytes") {
		t.Errorf("got %d %s", got, text)
	}
}
