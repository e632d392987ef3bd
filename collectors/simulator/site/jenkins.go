package site

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/weirhq/weir/warehouse"
)

// job is a pipeline of Jenkins.
type job struct {
	name, folder string
	repo         *repo
	builds       map[int64]*build
	newest       []*build // the newest first
}

func (j *job) build(id string) *build {
	n, _ := strconv.ParseInt(id, 10, 64) // the ids are our own
	b := j.builds[n]
	if b == nil {
		b = &build{}
		j.builds[n] = b
		j.newest = append(j.newest, b)
	}
	return b
}

func (j *job) take(b warehouse.Build)           { j.build(b.ID).Build = b }
func (j *job) takeStage(s warehouse.BuildStage) { j.build(s.BuildID).takeStage(s) }

func (j *job) settle() {
	slices.SortFunc(j.newest, func(a, b *build) int { return cmp.Compare(b.number(), a.number()) })
}

func (b *build) number() int64 {
	n, _ := strconv.ParseInt(b.ID, 10, 64) // the ids are our own
	return n
}

// butler answers a request to Jenkins.
type butler struct {
	*Site
	*request
}

// jenkins answers as a Jenkins does: every thing has its own address with /api/json behind it, and `tree` says what of it
// is wanted.
func (s *Site) jenkins(q *request) *answer {
	if !s.allowed(q) {
		return butlerFailure(http.StatusUnauthorized)
	}
	a := butler{s, q}.answer()
	if a == nil {
		a = butlerFailure(http.StatusNotFound)
	}
	a.header.Set("X-Jenkins", "2.479")
	return a
}

func butlerFailure(status int) *answer {
	return &answer{status: status, header: http.Header{"Content-Type": {"text/html;charset=utf-8"}},
		body: []byte("<html><head><title>Error " + strconv.Itoa(status) + "</title></head><body></body></html>")}
}

func (b butler) answer() *answer {
	var names []string
	parts := b.parts
	for len(parts) >= 2 && parts[0] == "job" {
		names = append(names, unescape(parts[1]))
		parts = parts[2:]
	}
	rest := strings.Join(parts, "/")
	wanted := parseTree(b.value("tree"))
	switch {
	case len(names) == 0 && rest == "api/json":
		b.pattern = "/api/json"
		return ok(wanted.prune(b.root()))
	case len(names) == 0 && (rest == "me/api/json" || rest == "whoAmI/api/json"):
		return ok(wanted.prune(obj("_class", "hudson.model.User", "id", b.store.people[0].Login, "fullName", b.store.people[0].Name)))
	case len(names) == 0 && rest == "queue/api/json":
		return ok(obj("_class", "hudson.model.Queue", "items", list{}))
	case len(names) == 1 && rest == "api/json":
		b.pattern = "/job/{folder}/api/json"
		for _, f := range b.folders() {
			if f == names[0] {
				return ok(wanted.prune(b.folderObject(f)))
			}
		}
		return nil
	}
	j := b.store.job[strings.Join(names, "/")]
	if j == nil {
		return nil
	}
	return b.ofJob(j, rest, wanted)
}

func (b butler) ofJob(j *job, rest string, wanted *tree) *answer {
	const path = "/job/{folder}/job/{name}"
	switch rest {
	case "api/json":
		b.pattern = path + "/api/json"
		return ok(wanted.prune(b.jobObject(j, wanted)))
	case "wfapi/runs":
		b.pattern = path + "/wfapi/runs"
		all := list{}
		for _, one := range j.newest[:min(10, len(j.newest))] {
			all = append(all, b.workflow(j, one))
		}
		return ok(all)
	}
	number, rest, _ := strings.Cut(rest, "/")
	n, err := strconv.ParseInt(number, 10, 64)
	one := j.builds[n]
	if err != nil || one == nil {
		return nil
	}
	switch rest {
	case "api/json":
		b.pattern = path + "/{number}/api/json"
		return ok(wanted.prune(b.buildObject(j, one)))
	case "wfapi/describe":
		b.pattern = path + "/{number}/wfapi/describe"
		return ok(b.workflow(j, one))
	}
	return nil
}

func (b butler) folders() (names []string) {
	for _, j := range b.store.jobs {
		if !slices.Contains(names, j.folder) {
			names = append(names, j.folder)
		}
	}
	return names
}

func (b butler) root() object {
	jobs := list{}
	for _, f := range b.folders() {
		jobs = append(jobs, b.folderObject(f))
	}
	return obj("_class", "hudson.model.Hudson", "mode", "NORMAL", "nodeDescription", "the Jenkins controller's built-in node", "numExecutors", 0,
		"url", b.base()+"/", "useSecurity", true, "jobs", jobs)
}

func (b butler) folderObject(name string) object {
	jobs := list{}
	for _, j := range b.store.jobs {
		if j.folder == name {
			jobs = append(jobs, b.jobObject(j, nil))
		}
	}
	return obj("_class", "com.cloudbees.hudson.plugins.folder.Folder", "name", name, "fullName", name, "displayName", name,
		"fullDisplayName", name, "url", b.base()+"/job/"+url.PathEscape(name)+"/", "jobs", jobs)
}

func (b butler) jobURL(j *job) string {
	address := b.base()
	for part := range strings.SplitSeq(j.name, "/") {
		address += "/job/" + url.PathEscape(part)
	}
	return address + "/"
}

func (b butler) jobObject(j *job, wanted *tree) object {
	color, reference := "notbuilt", func(one *build) any { return b.reference(j, one) }
	last := any(nil)
	if len(j.newest) > 0 {
		last = reference(j.newest[0])
		color = map[string]string{"success": "blue", "failure": "red", "running": "blue_anime", "cancelled": "aborted"}[j.newest[0].Result]
	}
	_, short, _ := strings.Cut(j.name, "/")
	o := obj("_class", "org.jenkinsci.plugins.workflow.job.WorkflowJob", "name", short, "fullName", j.name, "displayName", short,
		"fullDisplayName", j.folder+" » "+short, "description", nil, "url", b.jobURL(j), "buildable", true, "color", color, "inQueue", false,
		"nextBuildNumber", len(j.newest)+1, "lastBuild", last)
	for name, most := range map[string]int{"builds": 100, "allBuilds": len(j.newest)} {
		if part := wanted.child(name); part != nil {
			from, to := part.window(min(most, len(j.newest)))
			all := make(list, 0, to-from)
			for _, one := range j.newest[from:to] {
				all = append(all, b.buildObject(j, one))
			}
			o = o.with(name, all)
		}
	}
	return o
}

func (b butler) reference(j *job, one *build) object {
	return obj("_class", "org.jenkinsci.plugins.workflow.job.WorkflowRun", "number", one.number(), "url", b.jobURL(j)+one.ID+"/")
}

func (b butler) buildObject(j *job, one *build) object {
	running := one.Result == "running"
	result, duration := any(nil), int64(0)
	if !running {
		result = map[string]string{"success": "SUCCESS", "failure": "FAILURE", "cancelled": "ABORTED", "skipped": "NOT_BUILT"}[one.Result]
		duration = one.FinishedAt.Sub(one.StartedAt).Milliseconds()
	}
	cause := obj("_class", "com.cloudbees.jenkins.GitHubPushCause", "shortDescription", "Started by GitHub push")
	if one.Trigger == "manual" {
		who := b.store.account[b.store.repo[j.repo.Name].commits[one.SHA].Author]
		cause = obj("_class", "hudson.model.Cause$UserIdCause", "shortDescription", "Started by user "+who.Name, "userId", who.Login, "userName", who.Name)
	}
	branch := list{obj("SHA1", one.SHA, "name", "refs/remotes/origin/"+one.Branch)}
	waited := one.StartedAt.Sub(one.QueuedAt).Milliseconds()
	actions := list{
		obj("_class", "hudson.model.CauseAction", "causes", list{cause}),
		obj(),
		obj("_class", "jenkins.metrics.impl.TimeInQueueAction", "queuingDurationMillis", waited, "waitingDurationMillis", waited, "blockedDurationMillis", 0,
			"buildableDurationMillis", waited, "executingTimeMillis", duration),
		obj("_class", "hudson.plugins.git.util.BuildData", "lastBuiltRevision", obj("SHA1", one.SHA, "branch", branch),
			"remoteUrls", []string{"https://git.millrace.example/" + j.repo.Name + ".git"}, "scmName", ""),
		obj("_class", "hudson.model.ParametersAction", "parameters", list{obj("_class", "hudson.model.StringParameterValue", "name", "BRANCH", "value", one.Branch)}),
	}
	return b.reference(j, one).with("id", one.ID, "displayName", "#"+one.ID, "fullDisplayName", strings.ReplaceAll(j.name, "/", " » ")+" #"+one.ID,
		"timestamp", one.StartedAt.UnixMilli(), "duration", duration, "estimatedDuration", 525_000, "building", running, "inProgress", running,
		"keepLog", false, "queueId", one.number()+1000, "result", result, "description", nil, "actions", actions, "changeSets", list{}, "culprits", list{})
}

// workflow is a run in the words of the workflow plugins' API.
func (b butler) workflow(j *job, one *build) object {
	word := func(result string) string {
		return map[string]string{"success": "SUCCESS", "failure": "FAILED", "cancelled": "ABORTED", "running": "IN_PROGRESS", "skipped": "NOT_EXECUTED"}[result]
	}
	self := strings.TrimPrefix(b.jobURL(j), b.base()) + one.ID
	stages := list{}
	for i, s := range one.stages {
		duration := b.store.until.Sub(s.StartedAt).Milliseconds()
		if !s.FinishedAt.IsZero() {
			duration = s.FinishedAt.Sub(s.StartedAt).Milliseconds()
		}
		id := strconv.Itoa(6 + 7*i)
		stages = append(stages, obj("_links", obj("self", obj("href", self+"/execution/node/"+id+"/wfapi/describe")), "id", id, "name", s.Name,
			"execNode", "", "status", word(s.Result), "startTimeMillis", s.StartedAt.UnixMilli(), "durationMillis", duration, "pauseDurationMillis", 0))
	}
	end := one.FinishedAt
	if end.IsZero() {
		end = b.store.until
	}
	return obj("_links", obj("self", obj("href", self+"/wfapi/describe")), "id", one.ID, "name", "#"+one.ID, "status", word(one.Result),
		"startTimeMillis", one.StartedAt.UnixMilli(), "endTimeMillis", end.UnixMilli(), "durationMillis", end.Sub(one.StartedAt).Milliseconds(),
		"queueDurationMillis", 3, "pauseDurationMillis", 0, "stages", stages)
}
