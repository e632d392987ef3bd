package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cdevents/sdk-go/pkg/api"
	v05 "github.com/cdevents/sdk-go/pkg/api/v05"

	"github.com/weirhq/weir/warehouse"
)

// cdevents maps CDEvents (0.5 and, as far as they are compatible, older ones) to records:
//
//	service deployed, upgraded, rolledback         a successful deployment that finished then
//	pipelineRun queued, started, finished          a build of the pipeline
//	build queued, started, finished                a build of the pipeline that its source names
//	taskRun started, finished                      a stage of its pipeline run's build
//	incident detected, reported, resolved          an incident; detected: by monitoring, reported: by a person
//	ticket created, updated, closed                a ticket
//	change created, updated, reviewed, merged, abandoned   a pull request, a review
//
// Others are accepted and state nothing; a service's removal is no deployment. CDEvents say little about revisions and
// people, so an object in customData may name any text or time of the record by the import's names: {"repo": "acme/shop",
// "sha": "…", "started_at": "…", "severity": "high"}. What it names goes before what was derived.
type cdevents struct{ kinds []*kind }

// Map implements Mapper.
func (m cdevents) Map(_ string, body []byte) (have, gone warehouse.Records, empty map[string][]string, err error) {
	event, err := v05.NewFromJsonBytes(body)
	if err != nil && isNew(body) {
		return have, gone, nil, nil
	}
	if err != nil {
		return have, gone, nil, fmt.Errorf("it is not a CDEvent that Weir knows: %w", err)
	}
	c, err := newCDEvent(event)
	if err != nil {
		return have, gone, nil, err
	}
	err = c.place(event)
	if err == nil {
		err = c.apply(m.kinds)
	}
	if err != nil {
		return warehouse.Records{}, gone, nil, err
	}
	return c.have, gone, nil, nil
}

// isNew tells whether it is an event of a type that this version of the library does not know yet.
func isNew(body []byte) bool {
	var head struct {
		Context struct {
			Type string `json:"type"`
		} `json:"context"`
	}
	if err := json.Unmarshal(body, &head); err != nil {
		return false
	}
	t, err := api.ParseType(head.Context.Type)
	if err != nil {
		return false
	}
	_, known := v05.CDEventsByUnversionedTypes[t.UnversionedString()]
	return !known
}

// cdevent is what all events have, and the records that are made of one.
type cdevent struct {
	id, source    string
	at            time.Time
	subject       string
	subjectSource string
	stamp         warehouse.Provenance
	custom        map[string]any
	have          warehouse.Records
}

func newCDEvent(event api.CDEventV04) (*cdevent, error) {
	c := &cdevent{id: event.GetId(), source: event.GetSource(), at: event.GetTimestamp().UTC(), subject: event.GetSubjectId(), subjectSource: event.GetSubjectSource()}
	switch {
	case c.id == "":
		return nil, errors.New("context.id is missing")
	case c.at.IsZero():
		return nil, errors.New("context.timestamp is missing")
	case c.subject == "":
		return nil, errors.New("subject.id is missing")
	}
	if c.subjectSource == "" {
		c.subjectSource = c.source
	}
	c.stamp.UpdatedAt = c.at
	// Custom data of another form is somebody else's.
	data, err := event.GetCustomData()
	if err == nil {
		c.custom, _ = data.(map[string]any)
	}
	return c, nil
}

// text is a text in the custom data.
func (c *cdevent) text(name string) string {
	s, _ := c.custom[name].(string)
	return s
}

// place makes the event's records.
func (c *cdevent) place(event api.CDEventV04) error {
	switch e := event.(type) {
	case *v05.ServiceDeployedEvent:
		return c.deployment(e.Subject.Content.Environment, e.Subject.Content.ArtifactId)
	case *v05.ServiceUpgradedEvent:
		return c.deployment(e.Subject.Content.Environment, e.Subject.Content.ArtifactId)
	case *v05.ServiceRolledbackEvent:
		return c.deployment(e.Subject.Content.Environment, e.Subject.Content.ArtifactId)

	case *v05.PipelineRunQueuedEvent:
		c.build(c.pipeline(e.Subject.Content.PipelineName), e.Subject.Content.Uri, phase{queued: c.at})
	case *v05.PipelineRunStartedEvent:
		c.build(c.pipeline(e.Subject.Content.PipelineName), e.Subject.Content.Uri, phase{started: c.at})
	case *v05.PipelineRunFinishedEvent:
		result, err := outcome(e.Subject.Content.Outcome, e.Subject.Content.Errors)
		if err != nil {
			return err
		}
		c.build(c.pipeline(e.Subject.Content.PipelineName), e.Subject.Content.Uri, phase{finished: c.at, result: result})
	case *v05.BuildQueuedEvent:
		c.build(c.pipeline(""), "", phase{queued: c.at})
	case *v05.BuildStartedEvent:
		c.build(c.pipeline(""), "", phase{started: c.at})
	case *v05.BuildFinishedEvent:
		c.build(c.pipeline(""), "", phase{finished: c.at, result: "success"}) // CDEvents know no other end of a build
		c.builtFrom(e.Subject.Content.ArtifactId)

	case *v05.TaskRunStartedEvent:
		return c.stage(e.Subject.Content.PipelineRun, e.Subject.Content.TaskName, phase{started: c.at})
	case *v05.TaskRunFinishedEvent:
		result, err := outcome(e.Subject.Content.Outcome, e.Subject.Content.Errors)
		if err != nil {
			return err
		}
		return c.stage(e.Subject.Content.PipelineRun, e.Subject.Content.TaskName, phase{finished: c.at, result: result})

	default:
		return c.placeWork(event)
	}
	return nil
}

// placeWork makes the records of events about incidents, tickets and changes.
func (c *cdevent) placeWork(event api.CDEventV04) error {
	switch e := event.(type) {
	case *v05.IncidentDetectedEvent:
		c.incident(e.Subject.Content.Service, e.Subject.Content.Description, warehouse.Incident{DetectedAt: c.at, DetectedBy: "monitoring"})
	case *v05.IncidentReportedEvent:
		c.incident(e.Subject.Content.Service, e.Subject.Content.Description, warehouse.Incident{Provenance: warehouse.Provenance{URL: e.Subject.Content.TicketURI}})
		c.contribute(warehouse.Incident{ID: c.subject, DetectedAt: c.at, DetectedBy: "person"})
	case *v05.IncidentResolvedEvent:
		c.incident(e.Subject.Content.Service, e.Subject.Content.Description, warehouse.Incident{ResolvedAt: c.at})

	case *v05.TicketCreatedEvent:
		s := e.Subject.Content
		c.ticket(warehouse.Ticket{CreatedAt: c.at, Project: s.Group, Type: s.TicketType, Priority: s.Priority, Title: s.Summary, Labels: s.Labels, Provenance: warehouse.Provenance{URL: s.Uri}}, s.Assignees, s.Milestone)
		c.have.Tickets = append(c.have.Tickets, warehouse.Ticket{Key: c.subject, Status: "open"})
	case *v05.TicketUpdatedEvent:
		s := e.Subject.Content
		c.ticket(warehouse.Ticket{Project: s.Group, Type: s.TicketType, Priority: s.Priority, Title: s.Summary, Labels: s.Labels, Provenance: warehouse.Provenance{URL: s.Uri}}, s.Assignees, s.Milestone)
		c.have.Tickets = append(c.have.Tickets, warehouse.Ticket{Key: c.subject, Status: "open"})
	case *v05.TicketClosedEvent:
		s := e.Subject.Content
		c.ticket(warehouse.Ticket{ResolvedAt: c.at, Status: "closed", Project: s.Group, Type: s.TicketType, Priority: s.Priority, Title: s.Summary, Labels: s.Labels, Provenance: warehouse.Provenance{URL: s.Uri}}, s.Assignees, s.Milestone)
		c.have.Transitions = append(c.have.Transitions, warehouse.Transition{Ticket: c.subject, ID: c.id, At: c.at, Actor: s.UpdatedBy, Field: "status", From: "open", To: "closed", Provenance: c.stamp})

	case *v05.ChangeCreatedEvent:
		return c.change(e.Subject.Content.Repository, warehouse.PullRequest{CreatedAt: c.at, Title: e.Subject.Content.Description})
	case *v05.ChangeUpdatedEvent:
		return c.change(e.Subject.Content.Repository, warehouse.PullRequest{})
	case *v05.ChangeMergedEvent:
		return c.change(e.Subject.Content.Repository, warehouse.PullRequest{MergedAt: c.at, ClosedAt: c.at})
	case *v05.ChangeAbandonedEvent:
		return c.change(e.Subject.Content.Repository, warehouse.PullRequest{ClosedAt: c.at})
	case *v05.ChangeReviewedEvent:
		return c.review(e.Subject.Content.Repository)
	}
	return nil
}

// deployment is of a service that runs an artefact now.
func (c *cdevent) deployment(environment *api.Reference, artefact string) error {
	if environment == nil || environment.Id == "" {
		return errors.New("subject.content.environment.id is missing: a deployment goes somewhere")
	}
	d := warehouse.Deployment{Service: c.subject, Environment: environment.Id, ID: c.id, FinishedAt: c.at, Result: "success", Provenance: c.stamp}
	d.Repo, d.SHA, d.Version = revision(artefact)
	c.have.Deployments = append(c.have.Deployments, d)
	return nil
}

// phase is what an event tells about a run.
type phase struct {
	queued, started, finished time.Time
	result                    string
}

// pipeline is the name of a run's pipeline. Events of one run have to name it alike, since it is part of the build's key.
func (c *cdevent) pipeline(name string) string {
	if custom := c.text("pipeline"); custom != "" {
		return custom
	}
	if name != "" {
		return name
	}
	return c.subjectSource
}

func (c *cdevent) build(pipeline, url string, p phase) {
	b := warehouse.Build{Pipeline: pipeline, ID: c.subject, Attempt: 1, QueuedAt: p.queued, StartedAt: p.started, FinishedAt: p.finished, Result: p.result, Provenance: c.stamp}
	b.URL = url
	c.have.Builds = append(c.have.Builds, b)
	if p.result == "" {
		c.have.Builds = append(c.have.Builds, warehouse.Build{Pipeline: pipeline, ID: c.subject, Attempt: 1, Result: "running"})
	}
}

// builtFrom gives the build the revision that its artefact names.
func (c *cdevent) builtFrom(artefact string) {
	b := &c.have.Builds[0]
	b.Repo, b.SHA, _ = revision(artefact)
}

func (c *cdevent) stage(run *api.Reference, name string, p phase) error {
	if run == nil || run.Id == "" {
		return errors.New("subject.content.pipelineRun.id is missing: a task belongs to a run")
	}
	if name == "" {
		name = c.subject
	}
	pipeline := c.text("pipeline")
	if pipeline == "" {
		pipeline = run.Source
	}
	if pipeline == "" {
		pipeline = c.subjectSource
	}
	key := warehouse.BuildStage{Pipeline: pipeline, BuildID: run.Id, Attempt: 1, Name: name}
	told, begun := key, key
	told.StartedAt, told.FinishedAt, told.Result, told.Provenance = p.started, p.finished, p.result, c.stamp
	c.have.BuildStages = append(c.have.BuildStages, told)
	if p.result == "" {
		begun.Result = "running"
		c.have.BuildStages = append(c.have.BuildStages, begun)
	}
	return nil
}

// incident began, as far as anybody knows, with its first event, unless the custom data know better.
func (c *cdevent) incident(service *api.Reference, description string, i warehouse.Incident) {
	i.ID, i.Title, i.UpdatedAt = c.subject, description, c.at
	if service != nil && service.Id != "" {
		i.Services = []string{service.Id}
	}
	c.have.Incidents = append(c.have.Incidents, i)
	c.contribute(warehouse.Incident{ID: c.subject, StartedAt: c.at})
}

func (c *cdevent) contribute(i warehouse.Incident) {
	c.have.Incidents = append(c.have.Incidents, i)
}

func (c *cdevent) ticket(t warehouse.Ticket, assignees []string, milestone string) {
	t.Key, t.UpdatedAt = c.subject, c.at
	if len(assignees) > 0 {
		t.Assignee = assignees[0]
	}
	if milestone != "" {
		t.FixVersions = []string{milestone}
	}
	// A ticket exists since its first event at the latest.
	c.have.Tickets = append(c.have.Tickets, t, warehouse.Ticket{Key: c.subject, CreatedAt: c.at})
}

var digitsAtEnd = regexp.MustCompile(`\d{1,18}$`)

// changeKey finds the repository and the number of a change.
func (c *cdevent) changeKey(repository *api.Reference) (repo string, number int64, err error) {
	repo = c.text("repo")
	if repo == "" && repository != nil {
		repo = repository.Id
	}
	if repo == "" {
		return "", 0, errors.New("subject.content.repository.id is missing: a change belongs to a repository")
	}
	number, err = strconv.ParseInt(digitsAtEnd.FindString(c.subject), 10, 64)
	if err != nil || number == 0 {
		return "", 0, fmt.Errorf("subject.id is %.60q, and pull requests have numbers", c.subject)
	}
	return repo, number, nil
}

func (c *cdevent) change(repository *api.Reference, p warehouse.PullRequest) (err error) {
	if p.Repo, p.Number, err = c.changeKey(repository); err != nil {
		return err
	}
	p.UpdatedAt = c.at
	c.have.PullRequests = append(c.have.PullRequests, p, warehouse.PullRequest{Repo: p.Repo, Number: p.Number, CreatedAt: c.at})
	return nil
}

// review is a comment unless the custom data name its kind: CDEvents do not tell what the reviewer thought of the change.
func (c *cdevent) review(repository *api.Reference) error {
	repo, number, err := c.changeKey(repository)
	if err != nil {
		return err
	}
	c.have.Reviews = append(c.have.Reviews, warehouse.Review{Repo: repo, PullRequest: number, ID: c.id, Kind: "commented", At: c.at, Provenance: c.stamp})
	return nil
}

// outcome is the result of a run that has ended.
func outcome(word, errs string) (string, error) {
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "success", "succeeded", "pass", "passed":
		return "success", nil
	case "failure", "failed", "fail", "error":
		return "failure", nil
	case "cancel", "cancelled", "canceled", "aborted":
		return "cancelled", nil
	case "skip", "skipped":
		return "skipped", nil
	case "":
		if errs != "" {
			return "failure", nil
		}
		return "success", nil
	}
	return "", fmt.Errorf("the outcome %.60q is none of success, failure, error, cancel, skip", word)
}
