package gitlab

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/weirhq/weir/warehouse"
)

// Webhook maps what GitLab pushes. It says less than the API does (whole seconds, no parents of commits, no ids of
// approvals), so the next sync completes what it wrote.
type Webhook struct {
	configuration Configuration
	rules         rules
}

// NewWebhook makes the mapping of what GitLab pushes; it reads nothing from the network. Where the configuration names
// no projects, because nothing is polled, those count that push.
func NewWebhook(cfg Configuration) (*Webhook, error) {
	if err := cfg.consistent(); err != nil {
		return nil, err
	}
	rules, err := cfg.compile()
	if err != nil {
		return nil, err
	}
	return &Webhook{configuration: cfg, rules: rules}, nil
}

// hook is what GitLab pushes of any kind.
type hook struct {
	Project *struct {
		Path          string `json:"path_with_namespace"`
		DefaultBranch string `json:"default_branch"`
	} `json:"project"`
	User       *user           `json:"user"`
	Attributes json.RawMessage `json:"object_attributes"`
	Labels     []hookLabel     `json:"labels"`
	Assignees  []*user         `json:"assignees"`
}

type hookLabel struct {
	Title string `json:"title"`
}

func titles(labels []hookLabel) (all []string) {
	for _, l := range labels {
		all = append(all, l.Title)
	}
	return sorted(all)
}

// statement is what an event says.
type statement struct {
	have  warehouse.Records
	empty map[string][]string // columns whose emptiness is stated
}

// Map turns one delivery into records. event is the body's object_kind. An event that is of no use, or of a project that
// is not configured, makes nothing. have are records as far as the event states them, gone those that were deleted, and
// empty names the columns whose emptiness is stated. A record without UpdatedAt only contributes.
func (w *Webhook) Map(event string, body []byte) (have, gone warehouse.Records, empty map[string][]string, err error) {
	maps := map[string]func(mapping, hook, []byte) (statement, error){
		"merge_request": hookMergeRequest, "note": hookNote, "pipeline": hookPipeline, "build": hookJob, "deployment": hookDeployment, "push": hookPush, "issue": hookIssue,
	}
	of := map[string]string{"note": "merge_requests", "merge_request": "merge_requests", "pipeline": "pipelines", "build": "pipelines", "deployment": "deployments", "push": "commits", "issue": "issues"}
	one, known := maps[event]
	if !known || !w.configuration.collects(of[event]) {
		return have, gone, nil, nil
	}
	var h hook
	if err := json.Unmarshal(body, &h); err != nil {
		return have, gone, nil, fmt.Errorf("understand a %s event of GitLab: %w", event, err)
	}
	if h.Project == nil || h.Project.Path == "" {
		return have, gone, nil, fmt.Errorf("a %s event of GitLab names no project", event)
	}
	if !w.configuration.wants(h.Project.Path) {
		return have, gone, nil, nil
	}
	s, err := one(w.configuration.mapping(h.Project.Path, w.rules), h, body)
	if err != nil {
		return have, gone, nil, fmt.Errorf("understand a %s event of GitLab: %w", event, err)
	}
	return s.have, gone, s.empty, nil
}

// wants tells whether a project is configured to be collected.
func (c Configuration) wants(project string) bool {
	if len(c.Projects)+len(c.Groups) == 0 {
		return !c.excludes(project)
	}
	inGroup := slices.ContainsFunc(c.Groups, func(g string) bool { return strings.HasPrefix(project, g+"/") })
	return (inGroup || matchesAny(c.Projects, project)) && !c.excludes(project)
}
