package warehouse

import "time"

// The records that collectors write and `weir import` reads. They are vendor-neutral: a collector's whole job is to
// turn a vendor's words into them. The struct tags are the contract of the files: the column's name, then
//
//	key       part of what makes a record the same one
//	required  a row without it is refused (key columns are required unless they have a default)
//	default=X what an empty value means; default= alone: an empty value is one, in a key too
//	enum=a|b  the only values allowed
//
// A zero time.Time, a nil pointer and an empty string mean "unknown"; in the warehouse an unknown time or number is NULL.
// All times are UTC, to the millisecond.

// Provenance stands at the end of every record. None of it is part of a key.
type Provenance struct {
	UpdatedAt time.Time `weir:"updated_at"` // when the source itself last changed the record
	Source    string    `weir:"source"`     // which configured source wrote it
	URL       string    `weir:"url"`        // where a person can look at it
}

// Commit is one node of a repository's graph.
type Commit struct {
	Repo         string    `weir:"repo,key,required"`
	SHA          string    `weir:"sha,key,required"`
	Parents      []string  `weir:"parents"`
	Author       string    `weir:"author"`
	AuthorEmail  string    `weir:"author_email"`
	AuthoredAt   time.Time `weir:"authored_at,required"`
	CommittedAt  time.Time `weir:"committed_at"`
	Message      string    `weir:"message"`
	Additions    *int64    `weir:"additions"`
	Deletions    *int64    `weir:"deletions"`
	FilesChanged *int64    `weir:"files_changed"`
	Mainline     bool      `weir:"mainline"` // known to be on the default branch's first-parent line
	Provenance
}

// PullRequest is a proposed change; merged when MergedAt is known.
type PullRequest struct {
	Repo          string    `weir:"repo,key,required"`
	Number        int64     `weir:"number,key,required"`
	Title         string    `weir:"title"`
	Author        string    `weir:"author"`
	BaseBranch    string    `weir:"base_branch"`
	HeadBranch    string    `weir:"head_branch"`
	Draft         bool      `weir:"draft"`
	CreatedAt     time.Time `weir:"created_at,required"`
	ReadyAt       time.Time `weir:"ready_at"`
	FirstCommitAt time.Time `weir:"first_commit_at"`
	MergedAt      time.Time `weir:"merged_at"`
	ClosedAt      time.Time `weir:"closed_at"`
	MergeSHA      string    `weir:"merge_sha"`
	Commits       []string  `weir:"commits"`
	Labels        []string  `weir:"labels"`
	TicketKeys    []string  `weir:"ticket_keys"` // that its description names
	Additions     *int64    `weir:"additions"`
	Deletions     *int64    `weir:"deletions"`
	Provenance
}

// Review is one event in the life of a pull request: a review, a request for one, a draft state, a push.
type Review struct {
	Repo        string    `weir:"repo,key,required"`
	PullRequest int64     `weir:"pull_request,key,required"`
	ID          string    `weir:"id,key,required"`
	Kind        string    `weir:"kind,required,enum=requested|ready|draft|commented|approved|changes_requested|dismissed|pushed"`
	Actor       string    `weir:"actor"`
	Target      string    `weir:"target"` // of a request: the person or team asked
	At          time.Time `weir:"at,required"`
	Provenance
}

// Build is one attempt of one run of a pipeline.
type Build struct {
	Pipeline   string    `weir:"pipeline,key,required"`
	ID         string    `weir:"id,key,required"`
	Attempt    int64     `weir:"attempt,key,default=1"`
	Repo       string    `weir:"repo"`
	SHA        string    `weir:"sha"`
	Branch     string    `weir:"branch"`
	Trigger    string    `weir:"trigger"`
	QueuedAt   time.Time `weir:"queued_at"`
	StartedAt  time.Time `weir:"started_at"`
	FinishedAt time.Time `weir:"finished_at"`
	Result     string    `weir:"result,required,enum=success|failure|cancelled|skipped|running"`
	Provenance
}

// BuildStage is a named part of a build.
type BuildStage struct {
	Pipeline   string    `weir:"pipeline,key,required"`
	BuildID    string    `weir:"build_id,key,required"`
	Attempt    int64     `weir:"attempt,key,default=1"`
	Name       string    `weir:"name,key,required"`
	QueuedAt   time.Time `weir:"queued_at"`
	StartedAt  time.Time `weir:"started_at"`
	FinishedAt time.Time `weir:"finished_at"`
	Result     string    `weir:"result,required,enum=success|failure|cancelled|skipped|running"`
	Provenance
}

// Deployment is one run that put a version of a service into an environment.
type Deployment struct {
	Service             string    `weir:"service,key,required"`
	Environment         string    `weir:"environment,key,required"`
	ID                  string    `weir:"id,key,required"`
	EnvironmentKind     string    `weir:"environment_kind,enum=production|staging|testing|development"`
	Repo                string    `weir:"repo"`
	SHA                 string    `weir:"sha"`
	Version             string    `weir:"version"`
	StartedAt           time.Time `weir:"started_at"`
	FinishedAt          time.Time `weir:"finished_at"`
	Result              string    `weir:"result,default=success,enum=success|failure|cancelled|running"`
	Actor               string    `weir:"actor"`
	Trigger             string    `weir:"trigger,enum=automatic|manual"`
	ApprovalRequestedAt time.Time `weir:"approval_requested_at"`
	ApprovedAt          time.Time `weir:"approved_at"`
	Approver            string    `weir:"approver"`
	BuildID             string    `weir:"build_id"`
	Provenance
}

// Incident is a disturbance of one or several services.
type Incident struct {
	ID                 string    `weir:"id,key,required"`
	Services           []string  `weir:"services"`
	Severity           string    `weir:"severity"`
	Title              string    `weir:"title"`
	StartedAt          time.Time `weir:"started_at,required"`
	DetectedAt         time.Time `weir:"detected_at"`
	AcknowledgedAt     time.Time `weir:"acknowledged_at"`
	ResolvedAt         time.Time `weir:"resolved_at"`
	DetectedBy         string    `weir:"detected_by,enum=monitoring|person"`
	CausedByDeployment string    `weir:"caused_by_deployment"`
	CausedBySHA        string    `weir:"caused_by_sha"`
	Provenance
}

// Ticket is a piece of work in a tracker.
type Ticket struct {
	Key         string    `weir:"key,key,required"`
	Project     string    `weir:"project"`
	Type        string    `weir:"type"`
	Class       string    `weir:"class,enum=feature|defect|risk|debt"`
	Priority    string    `weir:"priority"`
	Title       string    `weir:"title"`
	Status      string    `weir:"status"`
	CreatedAt   time.Time `weir:"created_at,required"`
	ResolvedAt  time.Time `weir:"resolved_at"`
	Parent      string    `weir:"parent"`
	Assignee    string    `weir:"assignee"`
	Team        string    `weir:"team"`
	Labels      []string  `weir:"labels"`
	Estimate    *float64  `weir:"estimate"`
	Sprint      string    `weir:"sprint"`
	FixVersions []string  `weir:"fix_versions"`
	Provenance
}

// TicketLink relates two tickets; a remote one relates a ticket to a pull request or commit.
type TicketLink struct {
	Ticket string    `weir:"ticket,key,required"`
	Kind   string    `weir:"kind,key,required,enum=blocks|is_blocked_by|causes|is_caused_by|relates|remote"`
	Target string    `weir:"target,key,required"` // a ticket's key; of a remote link the address that it leads to
	Since  time.Time `weir:"since"`
	Provenance
}

// Transition is one change of one field of a ticket.
type Transition struct {
	Ticket string    `weir:"ticket,key,required"`
	ID     string    `weir:"id,key,required"`
	At     time.Time `weir:"at,required"`
	Actor  string    `weir:"actor"`
	Field  string    `weir:"field,required,enum=status|assignee|team|flagged|sprint|resolution"`
	From   string    `weir:"from"`
	To     string    `weir:"to"`
	Provenance
}

// Status is a word of a tracker for where a ticket stands, with the tracker's own class of it.
type Status struct {
	Project  string `weir:"project,key,default="` // empty: of every project of the tracker
	Name     string `weir:"name,key,required"`
	Category string `weir:"category,required,enum=new|active|done"`
	Provenance
}

// Membership says that an account belongs to a group of a vendor: a GitHub team, a Jira group.
type Membership struct {
	Group   string `weir:"group,key,required"`   // such as acme/payments
	Account string `weir:"account,key,required"` // a login or an e-mail address
	Provenance
}

// Signal is one value of a business figure of a product.
type Signal struct {
	Product string    `weir:"product,key,required"`
	Name    string    `weir:"name,key,required"`
	At      time.Time `weir:"at,key,required"`
	Value   float64   `weir:"value,required"`
	Provenance
}

// Records is a bundle of records of any kinds: what one step of a collector found, written in one go.
type Records struct {
	Commits      []Commit
	PullRequests []PullRequest
	Reviews      []Review
	Builds       []Build
	BuildStages  []BuildStage
	Deployments  []Deployment
	Incidents    []Incident
	Tickets      []Ticket
	TicketLinks  []TicketLink
	Transitions  []Transition
	Signals      []Signal
	Statuses     []Status
	Memberships  []Membership
}
