package github

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// deploymentNode is a deployment as the queries ask for it.
type deploymentNode struct {
	ID                  string     `json:"id"`
	DatabaseID          int64      `json:"databaseId"`
	CommitOID           string     `json:"commitOid"`
	Environment         string     `json:"environment"`
	OriginalEnvironment string     `json:"originalEnvironment"`
	State               string     `json:"state"`   // of the latest status, or what became of it
	Payload             string     `json:"payload"` // JSON, or a JSON string that holds some, or anything
	CreatedAt           *time.Time `json:"createdAt"`
	UpdatedAt           *time.Time `json:"updatedAt"`
	Ref                 *struct {
		Name   string `json:"name"`
		Prefix string `json:"prefix"`
	} `json:"ref"`
	Creator  *actor     `json:"creator"`
	Statuses connection `json:"statuses"`
}

// statusNode is one status of a deployment; GitHub lists the newest first.
type statusNode struct {
	ID          string     `json:"id"`
	State       string     `json:"state"`
	Description string     `json:"description"`
	CreatedAt   *time.Time `json:"createdAt"`
	LogURL      string     `json:"logUrl"`
	Creator     *actor     `json:"creator"`
}

// course is what a deployment's statuses tell: the part of them up to the one that decided.
type course struct {
	statuses  []*statusNode // oldest first, up to the one that ended it
	result    string
	started   time.Time
	finished  time.Time
	requested time.Time
	approved  time.Time
	approver  *actor // who made the status after the wait; usually Actions itself
}

// follow reads the statuses in the order in which they came. What comes after the end (a deployment is inactive as soon
// as the next one succeeds) does not change what it was.
func follow(created time.Time, statuses []*statusNode) course {
	statuses = slices.DeleteFunc(slices.Clone(statuses), func(s *statusNode) bool { return moment(s.CreatedAt).IsZero() })
	slices.Reverse(statuses)
	slices.SortStableFunc(statuses, func(a, b *statusNode) int { return a.CreatedAt.Compare(*b.CreatedAt) })
	c := course{result: "running"}
	var queued time.Time
	for i, s := range statuses {
		at := moment(s.CreatedAt)
		state := strings.ToLower(s.State)
		c.statuses = statuses[:i+1]
		if state == "waiting" {
			if c.requested.IsZero() {
				c.requested = at
			}
			continue
		}
		c.result = ending(state, s.Description)
		if c.result == "running" || c.result == "success" {
			if !c.requested.IsZero() && c.approved.IsZero() {
				c.approved, c.approver = at, s.Creator
			}
		}
		switch {
		case state == "in_progress" && c.started.IsZero():
			c.started = at
		case (state == "queued" || state == "pending") && !c.approved.IsZero() && queued.IsZero():
			queued = at
		}
		if c.result != "running" {
			c.finished = at
			break
		}
	}
	if c.started.IsZero() && c.result != "cancelled" {
		c.started = queued
	}
	if c.started.IsZero() && c.requested.IsZero() && c.result != "cancelled" {
		c.started = created // a tool that only reports the end; what waits or was cancelled before has not begun
	}
	return c
}

// unfollowed is the course of a deployment whose statuses are not told: that it is, or was, in place is certain then.
func (d *deploymentNode) unfollowed(created time.Time) course {
	c := course{result: "running", started: created}
	switch at := moment(d.UpdatedAt); strings.ToUpper(d.State) {
	case "ACTIVE", "SUCCESS":
		c.result, c.finished = "success", at
	case "FAILURE", "ERROR":
		c.result, c.finished = "failure", at
	case "INACTIVE", "DESTROYED", "ABANDONED":
		c.result, c.started = "cancelled", time.Time{} // whether it ever was in place nobody knows
	}
	if c.result == "success" && c.finished.IsZero() {
		c.result = "running"
	}
	return c
}

// ending is the result that a status means; running when it is not the end.
func ending(state, description string) string {
	switch state {
	case "success":
		return "success"
	case "failure", "error":
		if strings.HasPrefix(strings.ToLower(description), "cancel") {
			return "cancelled"
		}
		return "failure"
	case "inactive", "destroyed", "abandoned":
		return "cancelled" // it never succeeded, and another took its place
	}
	return "running"
}

// actionsRun finds the run that a status was made by.
var actionsRun = regexp.MustCompile(`/actions/runs/(\d+)`)

// payload reads what a deployment's maker wrote into it: an object, or a string that holds one.
func payload(text string) map[string]string {
	values := map[string]string{}
	for range 2 {
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			return values
		}
		switch v := v.(type) {
		case string:
			text = v
			continue
		case map[string]any:
			for name, value := range v {
				switch value := value.(type) {
				case string:
					values[name] = value
				case float64:
					values[name] = strconv.FormatFloat(value, 'f', -1, 64)
				}
			}
		}
		return values
	}
	return values
}

// record maps a deployment. approver finds who approved it, by the run that made it and the environment; "" where nobody
// knows. The second result is false for a deployment that the rules leave out.
func (m *Mapping) deployment(repo string, d *deploymentNode, approver func(run int64, environment string) string, aside func(error)) (warehouse.Deployment, bool, error) {
	if d.DatabaseID <= 0 {
		return warehouse.Deployment{}, false, badItem("a deployment", errNoID)
	}
	created := moment(d.CreatedAt)
	if created.IsZero() {
		return warehouse.Deployment{}, false, badItem(fmt.Sprintf("deployment %d", d.DatabaseID), errNoTime)
	}
	c := follow(created, decode[statusNode](d.Statuses.Nodes, aside))
	if len(c.statuses) == 0 {
		c = d.unfollowed(created)
	}
	said := payload(d.Payload)
	environment := d.Environment
	if environment == "" {
		environment = d.OriginalEnvironment
	}
	place, ok := m.place(repo, environment, said["service"])
	if !ok {
		return warehouse.Deployment{}, false, nil
	}
	r := warehouse.Deployment{
		Service: place.service, Environment: place.environment, EnvironmentKind: place.kind, ID: decimal(d.DatabaseID),
		Repo: repo, SHA: d.CommitOID, Version: said["version"], StartedAt: c.started, FinishedAt: c.finished, Result: c.result,
		Actor: d.Creator.name(), Trigger: "manual", ApprovalRequestedAt: c.requested, ApprovedAt: c.approved, BuildID: said["build"],
		Provenance: warehouse.Provenance{UpdatedAt: latest(created, c.finished)},
	}
	if r.Version == "" && d.Ref != nil && d.Ref.Prefix == "refs/tags/" {
		r.Version = d.Ref.Name
	}
	if r.Actor == "" {
		r.Trigger = "" // nobody knows
	} else if d.Creator.bot() {
		r.Trigger = "automatic"
	}
	run := ""
	for _, s := range c.statuses {
		r.UpdatedAt = latest(r.UpdatedAt, moment(s.CreatedAt))
		if s.LogURL == "" {
			continue
		}
		r.URL = s.LogURL
		if found := actionsRun.FindStringSubmatch(s.LogURL); found != nil {
			run = found[1]
		}
	}
	if r.BuildID == "" {
		r.BuildID = run
	}
	if !c.approved.IsZero() {
		if id, err := strconv.ParseInt(run, 10, 64); err == nil {
			r.Approver = approver(id, environment)
		}
		if r.Approver == "" && !c.approver.bot() {
			r.Approver = c.approver.name()
		}
	}
	return r, true, nil
}

// gated tells whether the deployment had to be approved, and by the review of which run; 0 when no run is known.
func (d *deploymentNode) gated() int64 {
	waited, run := false, int64(0)
	for _, s := range decode[statusNode](d.Statuses.Nodes, func(error) {}) {
		waited = waited || strings.EqualFold(s.State, "waiting")
		if found := actionsRun.FindStringSubmatch(s.LogURL); found != nil {
			run, _ = strconv.ParseInt(found[1], 10, 64)
		}
	}
	if !waited {
		return 0
	}
	return run
}
