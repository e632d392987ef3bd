package gitlab

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// What GitLab answers, as far as it is used. Everything may be absent or null.

type project struct {
	ID            int64  `json:"id"`
	Path          string `json:"path_with_namespace"`
	DefaultBranch string `json:"default_branch"`
	Archived      bool   `json:"archived"`
	EmptyRepo     bool   `json:"empty_repo"`
}

type user struct {
	Username string `json:"username"`
	Name     string `json:"name"`
	Bot      bool   `json:"bot"`
}

// login is the account's name. GitLab's own bots, which tokens of projects and groups act as, are marked as Weir marks
// bots.
func (u *user) login() string {
	if u == nil {
		return ""
	}
	if isBot(u.Username) || u.Bot {
		return strings.TrimSuffix(u.Username, "[bot]") + "[bot]"
	}
	return u.Username
}

type mergeRequest struct {
	ID              int64    `json:"id"`
	IID             int64    `json:"iid"`
	Title           string   `json:"title"`
	Description     string   `json:"description"`
	State           string   `json:"state"`
	Author          *user    `json:"author"`
	TargetBranch    string   `json:"target_branch"`
	SourceBranch    string   `json:"source_branch"`
	Draft           bool     `json:"draft"`
	WorkInProgress  bool     `json:"work_in_progress"`
	CreatedAt       *instant `json:"created_at"`
	UpdatedAt       *instant `json:"updated_at"`
	MergedAt        *instant `json:"merged_at"`
	ClosedAt        *instant `json:"closed_at"`
	SHA             string   `json:"sha"`
	MergeCommitSHA  string   `json:"merge_commit_sha"`
	SquashCommitSHA string   `json:"squash_commit_sha"`
	Labels          []string `json:"labels"`
	WebURL          string   `json:"web_url"`
}

type note struct {
	ID        int64    `json:"id"`
	Body      string   `json:"body"`
	Author    *user    `json:"author"`
	CreatedAt *instant `json:"created_at"`
	System    bool     `json:"system"`
}

type commit struct {
	ID            string   `json:"id"`
	ParentIDs     []string `json:"parent_ids"`
	Message       string   `json:"message"`
	Title         string   `json:"title"`
	AuthorName    string   `json:"author_name"`
	AuthorEmail   string   `json:"author_email"`
	AuthoredDate  *instant `json:"authored_date"`
	CommittedDate *instant `json:"committed_date"`
	WebURL        string   `json:"web_url"`
	Stats         *struct {
		Additions int64 `json:"additions"`
		Deletions int64 `json:"deletions"`
	} `json:"stats"`
}

type pipeline struct {
	ID        int64    `json:"id"`
	SHA       string   `json:"sha"`
	Ref       string   `json:"ref"`
	Status    string   `json:"status"`
	Source    string   `json:"source"`
	CreatedAt *instant `json:"created_at"`
	UpdatedAt *instant `json:"updated_at"`
	WebURL    string   `json:"web_url"`

	// Only where one pipeline is asked for.
	StartedAt  *instant `json:"started_at"`
	FinishedAt *instant `json:"finished_at"`
	User       *user    `json:"user"`
}

type job struct {
	ID             int64     `json:"id"`
	Name           string    `json:"name"`
	Stage          string    `json:"stage"`
	Status         string    `json:"status"`
	Ref            string    `json:"ref"`
	Tag            bool      `json:"tag"`
	CreatedAt      *instant  `json:"created_at"`
	StartedAt      *instant  `json:"started_at"`
	FinishedAt     *instant  `json:"finished_at"`
	QueuedDuration *float64  `json:"queued_duration"` // seconds
	User           *user     `json:"user"`
	WebURL         string    `json:"web_url"`
	Pipeline       *pipeline `json:"pipeline"`
}

type environment struct {
	Name string `json:"name"`
	Tier string `json:"tier"`
}

type deployment struct {
	ID          int64        `json:"id"`
	Ref         string       `json:"ref"`
	SHA         string       `json:"sha"`
	Status      string       `json:"status"`
	CreatedAt   *instant     `json:"created_at"`
	UpdatedAt   *instant     `json:"updated_at"`
	User        *user        `json:"user"`
	Environment *environment `json:"environment"`
	Deployable  *job         `json:"deployable"`
	Approvals   []approval   `json:"approvals"`
}

type approval struct {
	User      *user    `json:"user"`
	Status    string   `json:"status"`
	CreatedAt *instant `json:"created_at"`
}

type issue struct {
	ID          int64    `json:"id"`
	IID         int64    `json:"iid"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	State       string   `json:"state"`
	IssueType   string   `json:"issue_type"`
	Severity    string   `json:"severity"`
	Labels      []string `json:"labels"`
	Weight      *float64 `json:"weight"`
	Author      *user    `json:"author"`
	Assignee    *user    `json:"assignee"`
	Assignees   []*user  `json:"assignees"`
	Milestone   *titled  `json:"milestone"`
	Iteration   *titled  `json:"iteration"`
	CreatedAt   *instant `json:"created_at"`
	UpdatedAt   *instant `json:"updated_at"`
	ClosedAt    *instant `json:"closed_at"`
	WebURL      string   `json:"web_url"`
}

type titled struct {
	Title string `json:"title"`
}

// stateEvent is a change of an issue's state, labelEvent one of its labels.
type stateEvent struct {
	ID        int64    `json:"id"`
	User      *user    `json:"user"`
	CreatedAt *instant `json:"created_at"`
	State     string   `json:"state"` // closed, reopened
}

type labelEvent struct {
	ID        int64    `json:"id"`
	User      *user    `json:"user"`
	CreatedAt *instant `json:"created_at"`
	Action    string   `json:"action"` // add, remove
	Label     *struct {
		Name string `json:"name"`
	} `json:"label"`
}

// instant is a moment as GitLab writes it: RFC 3339 in its API, and with spaces in some of what it pushes.
type instant struct{ time.Time }

func (i *instant) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("%.60s is no time", text)
	}
	if s == "" {
		return nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05 -0700"} {
		if t, err := time.Parse(layout, s); err == nil {
			i.Time = t
			return nil
		}
	}
	return fmt.Errorf("%.60q is no time", s)
}

// at is a moment in UTC to the millisecond, zero when it is unknown or none that the warehouse could keep.
func at(t *instant) time.Time {
	if t == nil || t.Year() < 1971 || t.Year() > 9999 {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

// first is the first moment that is known.
func first(moments ...time.Time) time.Time {
	for _, m := range moments {
		if !m.IsZero() {
			return m
		}
	}
	return time.Time{}
}
