package jenkins

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

// mapping turns builds of one job into records.
type mapping struct {
	job      string // its full name
	repo     string // as configured, "" where the build says it
	unstable string // the result of an unstable build
	rules    *promotion.Compiled
}

// latest bounds Jenkins' times: year 9999, beyond which the warehouse has none.
const latest = 253_402_300_799_999

// at is a moment in milliseconds since 1970; what cannot be one is unknown.
func at(millis int64) time.Time {
	if millis <= 0 || millis > latest {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

// after is the moment some milliseconds after another one.
func after(start, duration int64) time.Time {
	if start <= 0 || duration < 0 || duration > latest {
		return time.Time{}
	}
	return at(start + duration)
}

// records are what a build and its stages are. A build without a number or a time is an error.
func (m mapping) records(b build, stages []stage) (warehouse.Records, error) {
	var r warehouse.Records
	if b.Number <= 0 {
		return r, errors.New("it has no number")
	}
	if at(b.Timestamp).IsZero() {
		return r, fmt.Errorf("its time %d is none", b.Timestamp)
	}
	record := m.build(b)
	r.Builds = []warehouse.Build{record}
	c := promotion.Candidate{Build: record, ID: m.job + "#" + record.ID, BuildID: m.job + "/" + record.ID, Parameters: parameters(b)}
	c.Actor, c.Manual = starter(b)
	for _, s := range m.stages(b, stages) {
		r.BuildStages = append(r.BuildStages, s.BuildStage)
		c.Stages = append(c.Stages, s.asDeployment())
	}
	r.Deployments = m.rules.Deployments(c)
	return r, nil
}

func (m mapping) build(b build) warehouse.Build {
	sha, branch, repo := m.revision(b)
	record := warehouse.Build{
		Pipeline: m.job, ID: strconv.FormatInt(b.Number, 10), Attempt: 1, Repo: cmp.Or(m.repo, repo), SHA: sha, Branch: branch,
		Trigger: trigger(b), StartedAt: at(b.Timestamp), Result: m.result(b.Result),
		Provenance: warehouse.Provenance{URL: b.URL, UpdatedAt: at(b.Timestamp)},
	}
	if b.Building || b.Result == "" {
		record.Result = "running"
	} else if finished := after(b.Timestamp, b.Duration); !finished.IsZero() {
		record.FinishedAt, record.UpdatedAt = finished, finished
	}
	for _, a := range b.Actions {
		// The metrics plugin tells how long the build was in the queue before the moment that Jenkins calls its time.
		if a.QueuingDuration != nil && *a.QueuingDuration >= 0 {
			record.QueuedAt = at(b.Timestamp - *a.QueuingDuration)
			break
		}
	}
	return record
}

// result is Weir's word for Jenkins' one, of builds and of stages, whose words differ a little.
func (m mapping) result(word string) string {
	switch strings.ToUpper(word) {
	case "SUCCESS":
		return "success"
	case "UNSTABLE":
		return cmp.Or(m.unstable, "failure")
	case "ABORTED":
		return "cancelled"
	case "NOT_BUILT", "NOT_BUILD", "NOT_EXECUTED":
		return "skipped"
	case "IN_PROGRESS", "PAUSED_PENDING_INPUT", "QUEUED":
		return "running"
	}
	return "failure"
}

// revision is what was built: of several checkouts the configured repository's, else the job's own branch (shared
// libraries are checked out before it), else the first.
func (m mapping) revision(b build) (sha, branch, repo string) {
	best, own := -1, ownBranch(m.job)
	for _, a := range b.Actions {
		if a.LastBuiltRevision == nil || a.LastBuiltRevision.SHA1 == "" {
			continue
		}
		rank, name, on := 0, "", ""
		if len(a.RemoteURLs) > 0 {
			name = repoOfURL(a.RemoteURLs[0])
		}
		if len(a.LastBuiltRevision.Branch) > 0 {
			on = branchName(a.LastBuiltRevision.Branch[0].Name)
		}
		if on != "" && on == own {
			rank = 1
		}
		if m.repo != "" && strings.EqualFold(name, m.repo) {
			rank = 2
		}
		if rank > best {
			best, sha, branch, repo = rank, strings.ToLower(a.LastBuiltRevision.SHA1), on, name
		}
	}
	return sha, branch, repo
}

// ownBranch is the branch that a multibranch project made this job for; of other jobs it is just their name.
func ownBranch(job string) string {
	name := job[strings.LastIndexByte(job, '/')+1:]
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}

// branchName leaves out what the git plugin puts before a branch's name. A build of a commit says "detached".
func branchName(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "refs/heads/"), "refs/remotes/")
	name = strings.TrimPrefix(name, "origin/")
	if name == "detached" {
		return ""
	}
	return name
}

// repoOfURL is owner/name of a repository's address, https or ssh, with all groups where they are nested.
func repoOfURL(address string) string {
	name := ""
	if u, err := url.Parse(address); err == nil && strings.Contains(address, "://") {
		name = u.Path
	} else if host, rest, found := strings.Cut(address, ":"); found && !strings.Contains(host, "/") && len(host) > 1 {
		name = rest // user@host:owner/name, git's short form of an ssh address
	}
	// Bitbucket Data Center puts its repositories below /scm when they are reached by HTTP.
	return strings.TrimPrefix(strings.TrimSuffix(strings.Trim(name, "/"), ".git"), "scm/")
}

// parameters are those that the build was started with; secret ones have no value.
func parameters(b build) map[string]string {
	all := map[string]string{}
	for _, a := range b.Actions {
		for _, p := range a.Parameters {
			var text string
			if json.Unmarshal(p.Value, &text) != nil {
				text = strings.TrimSpace(string(p.Value)) // a number or a truth, as it is written
			}
			if p.Name != "" && text != "" && text != "null" {
				all[p.Name] = text
			}
		}
	}
	return all
}

// runs is a stage's record and how long it waited for somebody's input.
type runs struct {
	warehouse.BuildStage
	paused time.Duration
}

func (m mapping) stages(b build, stages []stage) (all []runs) {
	taken := map[string]bool{}
	for _, s := range stages {
		name := strings.TrimSpace(s.Name)
		if name == "" {
			continue
		}
		// Stages of one name (of a matrix, of a loop) are told apart by their order.
		for n, plain := 2, name; taken[name]; n++ {
			name = plain + " (" + strconv.Itoa(n) + ")"
		}
		taken[name] = true
		one := runs{BuildStage: warehouse.BuildStage{
			Pipeline: m.job, BuildID: strconv.FormatInt(b.Number, 10), Attempt: 1, Name: name, StartedAt: at(s.Start), Result: m.stageResult(b, s),
		}}
		switch one.Result {
		case "skipped":
			one.StartedAt = time.Time{}
		case "running":
			one.UpdatedAt = one.StartedAt
		default:
			one.FinishedAt = after(s.Start, s.Duration)
			one.UpdatedAt = one.FinishedAt
			if s.PauseDuration > 0 && s.PauseDuration <= s.Duration {
				one.paused = time.Duration(s.PauseDuration) * time.Millisecond
			}
		}
		all = append(all, one)
	}
	return all
}

// stageResult copes with stages without a status, which older versions of the workflow API give to interrupted ones.
func (m mapping) stageResult(b build, s stage) string {
	switch {
	case s.Status != "":
	case s.Error != nil && strings.HasSuffix(s.Error.Type, "FlowInterruptedException"):
		return "cancelled"
	case s.Error != nil:
		return "failure"
	default:
		return "skipped"
	}
	result := m.result(s.Status)
	if result == "running" && !b.Building && b.Result != "" {
		return "cancelled" // the build has ended, so the stage has, however
	}
	return result
}

// asDeployment is the stage as it counts when it is a deployment: where it waited for somebody's input, which declarative
// pipelines ask for before anything else in the stage, that was an approval, and the deployment began with it.
func (r runs) asDeployment() promotion.Stage {
	s := promotion.Stage{BuildStage: r.BuildStage}
	if r.paused > 0 {
		s.ApprovalRequestedAt, s.ApprovedAt = r.StartedAt, r.StartedAt.Add(r.paused)
		s.StartedAt = s.ApprovedAt
	}
	return s
}
