package site

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/warehouse"
)

// pager is what PagerDuty knows.
type pager struct {
	world     *simulator.World
	incidents []*incident // oldest first
	byID      map[string]*incident
	log       []logEntry // newest first
}

// incident is one with its log.
type incident struct {
	warehouse.Incident
	number int // PagerDuty counts them
}

// logEntry is one line of an incident's log.
type logEntry struct {
	incident *incident
	kind     string // trigger, acknowledge or resolve
	at       time.Time
}

func (p *pager) found(w *simulator.World) { p.world, p.byID = w, map[string]*incident{} }

func (p *pager) take(i warehouse.Incident) {
	one := p.byID[i.ID]
	if one == nil {
		one = &incident{}
		p.byID[i.ID] = one
		p.incidents = append(p.incidents, one)
	}
	one.Incident = i
}

// settle puts the incidents in the order in which they were opened, and writes the log anew.
func (p *pager) settle() {
	slices.SortFunc(p.incidents, func(a, b *incident) int {
		return cmp.Or(a.DetectedAt.Compare(b.DetectedAt), strings.Compare(a.ID, b.ID))
	})
	p.log = p.log[:0:0]
	for n, i := range p.incidents {
		i.number = n + 1
		p.log = append(p.log, i.entries()...)
	}
	slices.SortStableFunc(p.log, func(a, b logEntry) int { return b.at.Compare(a.at) })
}

func (i *incident) entries() (all []logEntry) {
	for _, e := range []logEntry{{i, "resolve", i.ResolvedAt}, {i, "acknowledge", i.AcknowledgedAt}, {i, "trigger", i.DetectedAt}} {
		if !e.at.IsZero() {
			all = append(all, e)
		}
	}
	return all
}

// pagerAPI answers a request to PagerDuty.
type pagerAPI struct {
	*Site
	*request
}

// pagerDuty answers as PagerDuty's REST API does.
func (s *Site) pagerDuty(q *request) *answer {
	if !s.allowed(q) {
		a := ok(obj("error", obj("message", "Authentication failed", "code", 2006)))
		a.status = http.StatusUnauthorized
		return a
	}
	p := pagerAPI{s, q}
	if q.Method == http.MethodGet {
		if a := find(q, p.routes()); a != nil {
			return a
		}
	}
	return pagerFailure(http.StatusNotFound, 2100, "Not Found")
}

func pagerFailure(status, code int, sentence string) *answer {
	a := ok(obj("error", obj("message", sentence, "code", code)))
	a.status = status
	return a
}

func (p pagerAPI) routes() []route {
	return []route{
		{"/incidents", p.incidents},
		{"/incidents/{id}", p.oneIncident(func(i *incident) *answer { return ok(obj("incident", p.incident(i))) })},
		{"/incidents/{id}/log_entries", p.oneIncident(func(i *incident) *answer { return p.paged("log_entries", i.entries()) })},
		{"/log_entries", p.logEntries},
		{"/services", func(*request, []string) *answer {
			return page(p, "services", p.store.world.Services, func(s *simulator.Service) any {
				return p.service(s.Name, "service").with("name", s.Name, "status", "active")
			})
		}},
		{"/users", func(*request, []string) *answer {
			return page(p, "users", p.store.people, func(one *person) any { return p.user(one, "user").with("name", one.Name, "email", one.Email) })
		}},
		{"/users/me", func(*request, []string) *answer {
			one := p.store.people[0]
			return ok(obj("user", p.user(one, "user").with("name", one.Name, "email", one.Email, "time_zone", "Etc/UTC")))
		}},
		{"/abilities", func(*request, []string) *answer {
			return ok(obj("abilities", []string{"sso", "advanced_reports", "teams", "read_only_users"}))
		}},
		{"/priorities", func(*request, []string) *answer {
			all := list{}
			for _, name := range []string{"SEV-1", "SEV-2", "SEV-3", "SEV-4"} {
				all = append(all, p.priority(name))
			}
			return ok(obj("priorities", all, "limit", 25, "offset", 0, "more", false, "total", nil))
		}},
	}
}

// page is one page of a list of PagerDuty, which never goes beyond the ten thousandth thing.
func page[T any](p pagerAPI, name string, all []T, tell func(T) any) *answer {
	limit, offset := p.number("limit", 25, 1, 100), p.number("offset", 0, 0, 1<<30)
	if offset+limit > 10_000 {
		return pagerFailure(http.StatusBadRequest, 2001, "Invalid Input Provided: Offset must be less than 10000")
	}
	from, to := window(len(all), offset, limit)
	items := list{}
	for _, x := range all[from:to] {
		items = append(items, tell(x))
	}
	total := any(nil)
	if p.value("total") == "true" {
		total = len(all)
	}
	return ok(obj(name, items, "limit", limit, "offset", offset, "more", to < len(all), "total", total))
}

func (p pagerAPI) paged(name string, all []logEntry) *answer {
	return page(p, name, all, func(e logEntry) any { return p.entry(e) })
}

// moment is a parameter's; the zero time where it is absent.
func (p pagerAPI) moment(name string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, p.value(name)); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// between is the window that a list is asked for; without since and until it is the last month. It may not be longer
// than six months.
func (p pagerAPI) between() (since, until time.Time, refused *answer) {
	since, until = p.moment("since"), p.moment("until")
	if p.value("date_range") == "all" {
		return time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), nil
	}
	if until.IsZero() {
		until = p.store.until
	}
	if since.IsZero() {
		since = until.AddDate(0, -1, 0)
	}
	if until.Sub(since) > 184*24*time.Hour {
		return since, until, pagerFailure(http.StatusBadRequest, 2001, "Invalid Input Provided: Time range cannot be greater than six months.")
	}
	return since, until, nil
}

func (p pagerAPI) incidents(q *request, _ []string) *answer {
	since, until, refused := p.between()
	if refused != nil {
		return refused
	}
	statuses, services := q.query["statuses[]"], q.query["service_ids[]"]
	all := filtered(p.store.pager.incidents, true, func(i *incident) bool {
		return !i.DetectedAt.Before(since) && i.DetectedAt.Before(until) && (len(statuses) == 0 || slices.Contains(statuses, i.status())) &&
			(len(services) == 0 || slices.Contains(services, serviceID(i.Services[0])))
	})
	for _, by := range strings.Split(q.value("sort_by"), ",") {
		if by == "created_at:desc" || by == "incident_number:desc" {
			slices.Reverse(all)
		}
	}
	return page(p, "incidents", all, func(i *incident) any { return p.incident(i) })
}

func (p pagerAPI) oneIncident(serve func(*incident) *answer) func(*request, []string) *answer {
	return func(_ *request, v []string) *answer {
		i := p.store.pager.byID[v[0]]
		if i == nil {
			return pagerFailure(http.StatusNotFound, 2100, "Not Found")
		}
		return serve(i)
	}
}

func (p pagerAPI) logEntries(*request, []string) *answer {
	since, until, refused := p.between()
	if refused != nil {
		return refused
	}
	return p.paged("log_entries", filtered(p.store.pager.log, true, func(e logEntry) bool { return !e.at.Before(since) && e.at.Before(until) }))
}

func (i *incident) status() string {
	switch {
	case !i.ResolvedAt.IsZero():
		return "resolved"
	case !i.AcknowledgedAt.IsZero():
		return "acknowledged"
	}
	return "triggered"
}

// responder is who took the incident on.
func (p pagerAPI) responder(i *incident) *person {
	for _, s := range p.store.world.Services {
		if s.Name == i.Services[0] {
			one := s.Team.Members[int(i.StartedAt.Unix())%len(s.Team.Members)]
			return p.store.account[one.Login]
		}
	}
	return p.store.people[0]
}

func (p pagerAPI) reference(id, kind, summary, path string) object {
	return obj("id", id, "type", kind, "summary", summary, "self", p.base()+path+"/"+id, "html_url", p.base()+"/web"+path+"/"+id)
}

func serviceID(name string) string { return "P" + strings.ToUpper(hexOf([]byte(name))) }

func (p pagerAPI) service(name, kind string) object {
	return p.reference(serviceID(name), kind, name, "/services")
}

func (p pagerAPI) user(one *person, kind string) object {
	return p.reference("PU"+strconv.FormatInt(one.id, 10), kind, one.Name, "/users")
}

func (p pagerAPI) priority(name string) object {
	return p.reference("PR"+strings.ReplaceAll(name, "-", ""), "priority", name, "/priorities").with("name", name, "description", "")
}

func (p pagerAPI) incident(i *incident) object {
	who := p.responder(i)
	urgency := "high"
	if i.Severity == "SEV-3" || i.Severity == "SEV-4" {
		urgency = "low"
	}
	changed, by := i.DetectedAt, p.service(i.Services[0], "service_reference")
	acknowledgements, resolved, assignments := list{}, any(nil), list{}
	if !i.AcknowledgedAt.IsZero() {
		changed, by = i.AcknowledgedAt, p.user(who, "user_reference")
	}
	switch i.status() {
	case "acknowledged":
		acknowledgements = list{obj("at", i.AcknowledgedAt, "acknowledger", p.user(who, "user_reference"))}
		fallthrough
	case "triggered":
		assignments = list{obj("at", i.DetectedAt, "assignee", p.user(who, "user_reference"))}
	case "resolved":
		changed, resolved = i.ResolvedAt, i.ResolvedAt
	}
	first := p.reference(i.entryID("trigger"), "trigger_log_entry_reference", "Triggered", "/log_entries")
	if slices.Contains(p.query["include[]"], "first_trigger_log_entries") {
		first = p.entry(logEntry{i, "trigger", i.DetectedAt})
	}
	title := fmt.Sprintf("[#%d] %s", i.number, i.Title)
	return p.reference(i.ID, "incident", title, "/incidents").with("incident_number", i.number, "title", i.Title, "description", i.Title,
		"created_at", i.DetectedAt, "updated_at", changed, "status", i.status(), "incident_key", "key-"+strings.ToLower(i.ID),
		"service", p.service(i.Services[0], "service_reference"), "assignments", assignments, "assigned_via", "escalation_policy",
		"last_status_change_at", changed, "resolved_at", resolved, "first_trigger_log_entry", first, "alert_counts", obj("all", 0, "triggered", 0, "resolved", 0),
		"is_mergeable", true, "escalation_policy", p.reference("PESC001", "escalation_policy_reference", "Default", "/escalation_policies"),
		"teams", list{}, "pending_actions", list{}, "acknowledgements", acknowledgements, "basic_alert_grouping", nil, "last_status_change_by", by,
		"incidents_responders", list{}, "responder_requests", list{}, "subscriber_requests", list{}, "priority", p.priority(i.Severity), "urgency", urgency)
}

func (i *incident) entryID(kind string) string {
	return "R" + i.ID[1:] + map[string]string{"trigger": "T", "acknowledge": "A", "resolve": "Z"}[kind]
}

// entry is a line of a log. What an event carried along stands in the details of the first one.
func (p pagerAPI) entry(e logEntry) object {
	i := e.incident
	agent, channel := p.user(p.responder(i), "user_reference"), obj("type", "website")
	if e.kind == "trigger" {
		details := obj("impact_start", i.StartedAt)
		if len(i.Services) > 1 {
			details = details.with("services", strings.Join(i.Services, ", "))
		}
		if i.CausedByDeployment != "" {
			details = details.with("caused_by", "deployment: "+i.CausedByDeployment)
		}
		if i.CausedBySHA != "" {
			details = details.with("caused_by", "commit: "+i.CausedBySHA)
		}
		channel = obj("type", "web_trigger", "summary", i.Title, "details", details)
		if i.DetectedBy == "monitoring" {
			agent = p.service(i.Services[0], "service_reference")
			channel = obj("type", "api", "service_key", "k"+strings.ToLower(i.ID), "summary", i.Title, "details", details)
		}
	}
	verb := map[string]string{"trigger": "Triggered", "acknowledge": "Acknowledged", "resolve": "Resolved"}[e.kind]
	return p.reference(i.entryID(e.kind), e.kind+"_log_entry", verb, "/log_entries").with("created_at", e.at, "agent", agent, "channel", channel,
		"service", p.service(i.Services[0], "service_reference"), "incident", p.reference(i.ID, "incident_reference", i.Title, "/incidents"),
		"teams", list{}, "contexts", list{}, "event_details", obj("description", i.Title))
}
