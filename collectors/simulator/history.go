package simulator

import "time"

// Chapter is a part of the history: things that happened, whole, each once over all chapters. What it tells may reach
// past the moment at which the world is looked at (Configuration.Seen): whoever shows the world to Weir cuts there.
type Chapter struct {
	Commits      []*Commit // those that no pull request brought
	PullRequests []*PullRequest
	Builds       []*Build
	Deployments  []*Deployment
	Incidents    []*Incident
	Tickets      []*Ticket
	Signals      []Signal

	weight int // about how many records it makes
}

// Commit is one node of a repository's graph.
type Commit struct {
	Repo                        *Repo
	SHA                         string
	Parents                     []string
	Author                      *Person
	AuthoredAt                  time.Time
	CommittedAt                 time.Time
	Message                     string
	Additions, Deletions, Files int64
	Mainline                    bool
}

// PullRequest is a proposed change with its whole life.
type PullRequest struct {
	Repo         *Repo
	Number       int64
	Title        string
	Author       *Person
	Base, Branch string
	Labels       []string
	Ticket       string
	Draft        bool // it began as a draft
	CreatedAt    time.Time
	ReadyAt      time.Time // when a draft was made ready
	ClosedAt     time.Time // merged, or given up
	Merged       bool
	MergeSHA     string
	Commits      []*Commit // on its branch, oldest first
	Landed       []*Commit // what the merge put onto the base branch
	Reviews      []Review

	base     string // the sha it branched off
	phrase   string // what its commits say
	told     string // where its ticket is named, if not in its texts: described or linked
	reverts  string // the sha that it takes back
	fix      *fix   // the failure that it mends
	backport bool   // wanted on the release branch too
}

// Review is one event in a pull request's life; Kind as in Weir's records.
type Review struct {
	Kind   string
	Actor  *Person
	Target string // of a request: the login, or the team, that was asked
	At     time.Time

	commit *Commit // of a push: what was pushed
}

// Build is one attempt of one run of a pipeline.
type Build struct {
	Repo       *Repo
	Pipeline   string
	ID         string
	Number     int64 // of the run within its pipeline, from 1
	Attempt    int64
	Retry      bool // the one before it failed
	SHA        string
	Branch     string
	QueuedAt   time.Time
	StartedAt  time.Time
	FinishedAt time.Time
	Failed     bool
	Stages     []BuildStage
}

// BuildStage is a named part of a build.
type BuildStage struct {
	Name       string
	StartedAt  time.Time
	FinishedAt time.Time
	Failed     bool
}

// Deployment is one run that put a version into an environment. Result is success, failure or cancelled. One that needs
// an approval is there from when that is asked for; StartedAt and FinishedAt are zero while it waits, and StartedAt stays
// zero when it is cancelled before it begins.
type Deployment struct {
	Service             *Service
	Repo                *Repo
	Environment, Kind   string
	ID                  string
	SHA, Version        string
	BuildID             string
	StartedAt           time.Time
	FinishedAt          time.Time
	Result              string
	Actor               *Person
	ApprovalRequestedAt time.Time
	ApprovedAt          time.Time
	Approver            *Person
}

// Incident is a disturbance of one or several services.
type Incident struct {
	ID                 string
	Services           []string
	Severity, Title    string
	StartedAt          time.Time
	DetectedAt         time.Time
	AcknowledgedAt     time.Time
	ResolvedAt         time.Time
	ByMonitoring       bool
	CausedByDeployment string
	CausedBySHA        string
}

// Ticket is a piece of work in a team's tracker project, with everything that happened to it.
type Ticket struct {
	Key, Project          string
	Type, Class, Priority string
	Title, Parent         string
	Labels                []string
	Estimate              float64
	CreatedAt             time.Time
	Team                  string // who had it at first
	Moves                 []Move
	Links                 []Link
}

// Move is one change of one field of a ticket; Field as in Weir's records.
type Move struct {
	At              time.Time
	Actor           *Person
	Field, From, To string
}

// Link relates a ticket to another; both sides are told.
type Link struct {
	Ticket, Kind, Target string
	Since                time.Time
}

// Signal is one value of a business figure of a product.
type Signal struct {
	Product, Name string
	At            time.Time
	Value         float64
}
