package github

import (
	"bufio"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	gh "github.com/google/go-github/v60/github"

	"github.com/weirhq/weir/warehouse"
)

// eachPayload calls do with every line of a file of recorded answers.
func eachPayload(t *testing.T, do func(data json.RawMessage), parts ...string) int {
	t.Helper()
	file, err := os.Open(sharedData(t, append([]string{"payloads"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	n := 0
	for lines.Scan() {
		var line struct {
			Data json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		do(line.Data)
		n++
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

func read[T any](t *testing.T, data json.RawMessage) *T {
	t.Helper()
	v := new(T)
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%v in %.300s", err, data)
	}
	return v
}

func moments(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func plainMapping(t testing.TB) *Mapping {
	t.Helper()
	m, err := NewMapping(Configuration{Issues: Issues{Tickets: true, Classes: map[string]string{"bug": "defect", "enhancement": "feature"}}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const payloadRepo = "acme/pool"

// TestPullRequestPayloads: what is merged has a time of merging, whatever else the answer says.
func TestPullRequestPayloads(t *testing.T) {
	m := plainMapping(t)
	pulls := map[int64]warehouse.PullRequest{}
	merged, bases := 0, map[string]int{}
	n := eachPayload(t, func(data json.RawMessage) {
		pr, err := m.PullRequest(payloadRepo, read[gh.PullRequest](t, data))
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		pulls[pr.Number] = pr
		bases[pr.BaseBranch]++
		if !pr.MergedAt.IsZero() {
			merged++
			if pr.MergeSHA == "" || pr.ClosedAt.IsZero() {
				t.Errorf("merged, but %+v", pr)
			}
		} else if pr.MergeSHA != "" {
			t.Errorf("not merged, but %+v", pr)
		}
		if pr.Author == "" || pr.CreatedAt.IsZero() || pr.UpdatedAt.Before(pr.CreatedAt) {
			t.Errorf("incomplete: %+v", pr)
		}
	}, "github", "pull_requests.ndjson")
	t.Logf("%d payloads, %d pull requests, %d merged, into %v", n, len(pulls), merged, bases)
	for _, k := range []int64{4} {
		t.Logf("%+v", pulls[k])
	}
}

func TestReviewPayloads(t *testing.T) {
	m := plainMapping(t)
	kinds := map[string]int{}
	eachPayload(t, func(data json.RawMessage) {
		r, err := m.Review(payloadRepo, 41, read[gh.PullRequestReview](t, data))
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		kinds[r.Kind+" by "+r.Actor]++
	}, "github", "pull_request_reviews.ndjson")
	t.Log(kinds)
	comments := map[string]int{}
	eachPayload(t, func(data json.RawMessage) {
		r, err := m.Comment(payloadRepo, 4, read[gh.IssueComment](t, data))
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		comments[r.Kind]++
	}, "github", "comments.ndjson")
	eachPayload(t, func(data json.RawMessage) {
		c := read[gh.PullRequestComment](t, data)
		if c.GetPullRequestReviewID() == 0 {
			t.Errorf("a comment in the code belongs to no review: %.200s", data)
		}
	}, "github", "pull_request_review_comments.ndjson")
	t.Log(comments)
}

func TestCommitPayloads(t *testing.T) {
	m := plainMapping(t)
	var first warehouse.Commit
	n := eachPayload(t, func(data json.RawMessage) {
		c, err := m.Commit(payloadRepo, read[gh.RepositoryCommit](t, data))
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		if len(c.Parents) == 0 || c.Author == "" || c.AuthorEmail == "" || c.AuthoredAt.IsZero() {
			t.Errorf("incomplete: %+v", c)
		}
		if first.SHA == "" {
			first = c
		}
	}, "github", "pull_request_commits.ndjson")
	t.Log(n, first)
}

func TestRunPayloads(t *testing.T) {
	m := plainMapping(t)
	results, triggers := map[string]int{}, map[string]int{}
	eachPayload(t, func(data json.RawMessage) {
		r, err := m.WorkflowRun(payloadRepo, read[gh.WorkflowRun](t, data), nil)
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
			return
		}
		for _, b := range r.Builds {
			results[b.Result]++
			triggers[b.Trigger]++
		}
		t.Logf("%+v", r.Builds)
	}, "github", "runs.ndjson")
	t.Log(results, triggers)
	jobs := map[string]int{}
	eachPayload(t, func(data json.RawMessage) {
		s, err := m.WorkflowJob(payloadRepo, read[gh.WorkflowJob](t, data))
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		jobs[s.Name+" "+s.Result]++
		t.Logf("%+v", s)
	}, "github", "jobs.ndjson")
	t.Log(jobs)
}

func TestIssuePayloads(t *testing.T) {
	m := plainMapping(t)
	tickets, pulls := 0, 0
	n := eachPayload(t, func(data json.RawMessage) {
		issue := read[gh.Issue](t, data)
		r, err := m.Issue(payloadRepo, issue)
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		if issue.IsPullRequest() {
			pulls++
		}
		tickets += len(r.Tickets)
		for _, k := range r.Tickets {
			t.Logf("%+v", k)
		}
	}, "github", "issues.ndjson")
	t.Log(n, tickets, pulls)
}

// graphKey turns the keys of the recorded GraphQL answers, which another program wrote with its own spelling, back into
// GraphQL's.
func graphKeys(v any) any {
	switch v := v.(type) {
	case map[string]any:
		names := map[string]string{"Id": "id", "ID": "id", "DatabaseId": "databaseId", "CommitOid": "commitOid", "CreatedAt": "createdAt", "UpdatedAt": "updatedAt"}
		out := map[string]any{}
		for k, x := range v {
			if n := names[k]; n != "" {
				k = n
			} else {
				k = strings.ToLower(k[:1]) + k[1:]
			}
			out[k] = graphKeys(x)
		}
		return out
	case []any:
		for i := range v {
			v[i] = graphKeys(v[i])
		}
	}
	return v
}

func TestDeploymentPayloads(t *testing.T) {
	m := plainMapping(t)
	var got []warehouse.Deployment
	eachPayload(t, func(data json.RawMessage) {
		var any any
		if err := json.Unmarshal(data, &any); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(graphKeys(any))
		if err != nil {
			t.Fatal(err)
		}
		node := read[deploymentNode](t, text)
		// These statuses were asked for without their creation; a status does not change after it.
		for i, s := range node.Statuses.Nodes {
			node.Statuses.Nodes[i] = json.RawMessage(strings.ReplaceAll(string(s), `"updatedAt"`, `"createdAt"`))
		}
		d, ok, err := m.deployment(payloadRepo, node, func(int64, string) string { return "" }, func(err error) { t.Error(err) })
		if err != nil || !ok {
			t.Errorf("%v in %s", err, text)
		}
		got = append(got, d)
	}, "github_graphql", "deployment.ndjson")
	for _, d := range got {
		t.Logf("%+v", d)
	}
	_ = reflect.DeepEqual
}
