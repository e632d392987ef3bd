package github

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
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
	defer func() { _ = file.Close() }()
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

func when(t *testing.T, text string) time.Time {
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

func expect[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestPullRequestPayloads: what is merged has a time of merging, whatever else the answer says.
func TestPullRequestPayloads(t *testing.T) {
	m := plainMapping(t)
	pulls := map[int64]warehouse.PullRequest{}
	merged := 0
	n := eachPayload(t, func(data json.RawMessage) {
		payload := read[gh.PullRequest](t, data)
		pr, err := m.PullRequest(payloadRepo, payload)
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		pulls[pr.Number] = pr
		if !pr.MergedAt.IsZero() {
			merged++
		}
		if (pr.MergedAt.IsZero()) != (pr.MergeSHA == "") || pr.MergedAt.IsZero() != (payload.MergedAt == nil) {
			t.Errorf("merged at %v as %q by %.300s", pr.MergedAt, pr.MergeSHA, data)
		}
		expect(t, "author", pr.Author, payload.GetUser().GetLogin())
		if pr.CreatedAt.IsZero() || pr.UpdatedAt.Before(pr.CreatedAt) {
			t.Errorf("its times are %v and %v", pr.CreatedAt, pr.UpdatedAt)
		}
	}, "github", "pull_requests.ndjson")
	expect(t, "payloads", n, 50)
	expect(t, "merged", merged, 27)
	expect(t, "numbers", len(pulls), 49)
	four := pulls[4]
	expect(t, "created", four.CreatedAt, when(t, "2018-07-25T08:19:30Z"))
	expect(t, "merged", four.MergedAt, when(t, "2018-07-26T02:32:41Z"))
	expect(t, "updated", four.UpdatedAt, when(t, "2018-08-29T04:11:46Z"))
	expect(t, "merge", four.MergeSHA, "3ddd58c390b0f928a5782c235f90ad0c9c21312c")
}

func TestReviewPayloads(t *testing.T) {
	m := plainMapping(t)
	kinds := map[string]int{}
	eachPayload(t, func(data json.RawMessage) {
		payload := read[gh.PullRequestReview](t, data)
		r, err := m.Review(payloadRepo, 41, payload)
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		kinds[r.Kind]++
		expect(t, "actor", r.Actor, payload.GetUser().GetLogin())
		if r.ID == "MDE3OlB1bGxSZXF1ZXN0UmV2aWV3Mjc3MDI3NzIz" {
			expect(t, "at", r.At, when(t, "2019-08-20T09:05:02Z"))
		}
	}, "github", "pull_request_reviews.ndjson")
	expect(t, "comments", kinds["commented"], 28)
	expect(t, "changes requested", kinds["changes_requested"], 3)
	n := eachPayload(t, func(data json.RawMessage) {
		r, err := m.Comment(payloadRepo, 4, read[gh.IssueComment](t, data))
		if err != nil || r.Kind != "commented" || r.At.IsZero() {
			t.Errorf("%v, %+v in %.200s", err, r, data)
		}
	}, "github", "comments.ndjson")
	expect(t, "comments on issues", n, 95)
	eachPayload(t, func(data json.RawMessage) {
		// What is said about a line of code is part of a review, which is what counts.
		if c := read[gh.PullRequestComment](t, data); c.GetPullRequestReviewID() == 0 {
			t.Errorf("a comment in the code belongs to no review: %.200s", data)
		}
	}, "github", "pull_request_review_comments.ndjson")
}

func TestCommitPayloads(t *testing.T) {
	m := plainMapping(t)
	commits := map[string]warehouse.Commit{}
	eachPayload(t, func(data json.RawMessage) {
		c, err := m.Commit(payloadRepo, read[gh.RepositoryCommit](t, data))
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		if len(c.Parents) == 0 || c.Author == "" || c.AuthorEmail == "" || c.AuthoredAt.IsZero() {
			t.Errorf("incomplete: %.200s", data)
		}
		commits[c.SHA] = c
	}, "github", "pull_request_commits.ndjson")
	expect(t, "commits", len(commits), 90)
	c := commits["5bbc9e170bbee27c37bcc30da3da75b4531d1edb"]
	expect(t, "authored", c.AuthoredAt, when(t, "2019-01-21T10:57:23Z"))
	expect(t, "committed", c.CommittedAt, when(t, "2019-01-22T05:09:19Z"))
	expect(t, "parent", c.Parents[0], "812dd4e01075be3cf97429a43abaf6837908cdcd")
}

func TestRunPayloads(t *testing.T) {
	m := plainMapping(t)
	results, triggers, attempts := map[string]int{}, map[string]int{}, map[int64]int{}
	eachPayload(t, func(data json.RawMessage) {
		r, err := m.WorkflowRun(payloadRepo, read[gh.WorkflowRun](t, data), nil)
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
			return
		}
		b := r.Builds[0]
		results[b.Result]++
		triggers[b.Trigger]++
		attempts[b.Attempt]++
		if b.ID == "2983238245" {
			expect(t, "pipeline", b.Pipeline, payloadRepo+"/CodeQL")
			expect(t, "queued", b.QueuedAt, when(t, "2022-09-03T05:15:09Z"))
			expect(t, "finished", b.FinishedAt, when(t, "2022-09-03T05:16:16Z"))
		}
		if (b.Result == "running") != b.FinishedAt.IsZero() {
			t.Errorf("a result %s and an end at %v in %.200s", b.Result, b.FinishedAt, data)
		}
	}, "github", "runs.ndjson")
	expect(t, "results", fmt.Sprint(results), "map[cancelled:2 failure:6 running:7 skipped:1 success:19]")
	expect(t, "triggers", fmt.Sprint(triggers), "map[pull_request:21 push:3 schedule:11]")
	expect(t, "attempts", fmt.Sprint(attempts), "map[1:14 2:21]")
	jobs := map[string]int{}
	eachPayload(t, func(data json.RawMessage) {
		s, err := m.WorkflowJob(payloadRepo, read[gh.WorkflowJob](t, data))
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		jobs[s.Result]++
		if s.BuildID == "577324554" && s.Name == "deployubuntu" {
			expect(t, "started", s.StartedAt, when(t, "2021-02-18T06:59:13Z"))
			expect(t, "finished", s.FinishedAt, when(t, "2021-02-18T07:01:18Z"))
			expect(t, "result", s.Result, "cancelled")
		}
	}, "github", "jobs.ndjson")
	expect(t, "jobs", fmt.Sprint(jobs), "map[cancelled:8 failure:6 running:7 skipped:1 success:13]")
}

func TestIssuePayloads(t *testing.T) {
	m := plainMapping(t)
	classes := map[string]int{}
	eachPayload(t, func(data json.RawMessage) {
		r, err := m.Issue(payloadRepo, read[gh.Issue](t, data))
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		for _, k := range r.Tickets {
			classes[k.Class]++
			expect(t, "status", k.Status, "closed")
			if k.Key == payloadRepo+"#6" {
				expect(t, "created", k.CreatedAt, when(t, "2018-08-03T04:32:28Z"))
				expect(t, "resolved", k.ResolvedAt, when(t, "2018-08-04T10:18:41Z"))
				expect(t, "class", k.Class, "defect")
			}
		}
	}, "github", "issues.ndjson")
	if n := classes[""] + classes["defect"] + classes["feature"]; n != 26 || classes["defect"] == 0 || classes["feature"] == 0 {
		t.Errorf("of 42 payloads, 16 of them pull requests, %v are tickets", classes)
	}
	fields := map[string]int{}
	eachPayload(t, func(data json.RawMessage) {
		node := read[struct {
			NodeID string `json:"node_id"`
		}](t, data)
		r, err := m.Event(payloadRepo, read[gh.IssueEvent](t, data), node.NodeID)
		if err != nil {
			t.Errorf("%v in %.200s", err, data)
		}
		for _, x := range r.Transitions {
			fields[x.Field+" "+x.To[:min(len(x.To), 6)]]++
		}
		for _, x := range r.Reviews {
			fields[x.Kind]++
		}
	}, "github", "events.ndjson")
	if fields["status closed"] == 0 || fields["pushed"] == 0 {
		t.Errorf("got %v", fields)
	}
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
	got := map[string]warehouse.Deployment{}
	eachPayload(t, func(data json.RawMessage) {
		var value any
		if err := json.Unmarshal(data, &value); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(graphKeys(value))
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
		got[d.ID] = d
	}, "github_graphql", "deployment.ndjson")
	expect(t, "deployments", len(got), 7)
	now, before, old := got["3881429895"], got["3839563910"], got["1670973641"]
	expect(t, "result", now.Result, "success")
	expect(t, "started", now.StartedAt, when(t, "2026-02-20T00:30:40Z"))
	expect(t, "finished", now.FinishedAt, when(t, "2026-02-20T00:30:59Z"))
	expect(t, "environment", now.Environment, "github-pages")
	// Another one took its place days later; it had succeeded all the same.
	expect(t, "result", before.Result, "success")
	expect(t, "finished", before.FinishedAt, when(t, "2026-02-14T00:32:36Z"))
	expect(t, "updated", before.UpdatedAt, when(t, "2026-02-14T00:32:36Z"))
	expect(t, "result", old.Result, "cancelled")
}
