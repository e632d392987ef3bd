package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/weirhq/weir/warehouse"
)

func (t tracker) oneIssue(serve func(*ticket) *answer) func(*request, []string) *answer {
	return func(_ *request, v []string) *answer {
		key := strings.ToUpper(v[0])
		k := t.store.ticket[key]
		if id, err := strconv.ParseInt(v[0], 10, 64); err == nil {
			for _, one := range t.store.ticket {
				if one.id == id {
					k = one
				}
			}
		}
		if k == nil {
			return jiraFailure(http.StatusNotFound, "Issue does not exist or you do not have permission to see it.")
		}
		return serve(k)
	}
}

// wanted tells which fields are asked for; nil is all.
func (t tracker) wanted(fields []string) func(string) bool {
	var names []string
	for _, f := range fields {
		names = append(names, strings.Split(f, ",")...)
	}
	if len(names) == 0 || slices.Contains(names, "*all") || slices.Contains(names, "*navigable") {
		return func(string) bool { return true }
	}
	return func(name string) bool { return slices.Contains(names, name) }
}

// issue is a ticket in Jira's words, with what the request asks for.
func (t tracker) issue(k *ticket) object {
	return t.issueWith(k, t.wanted(t.query["fields"]), strings.Contains(strings.Join(t.query["expand"], ","), "changelog"))
}

func (t tracker) issueWith(k *ticket, wanted func(string) bool, changelog bool) object {
	o := obj("expand", "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations", "id", decimal(k.id),
		"self", t.api("/issue/"+decimal(k.id)), "key", k.Key)
	if changelog {
		o = o.with("changelog", t.changelog(k))
	}
	return o.with("fields", t.fields(k, wanted))
}

func (t tracker) fields(k *ticket, wanted func(string) bool) (fields object) {
	add := func(name string, value func() any) {
		if wanted(name) {
			fields = append(fields, name, value())
		}
	}
	add("summary", func() any { return k.Title })
	add("issuetype", func() any { return t.issueType(k.Type) })
	add("project", func() any { return t.project(k.project) })
	add("status", func() any { return t.status(k.Status) })
	add("priority", func() any { return t.priority(k.Priority) })
	add("assignee", func() any { return t.user(k.Assignee) })
	reporter := k.project.team.Members[int(k.number)%len(k.project.team.Members)].Email
	add("reporter", func() any { return t.user(reporter) })
	add("creator", func() any { return t.user(reporter) })
	add("labels", func() any { return k.Labels })
	add("created", func() any { return t.when(k.CreatedAt) })
	add("updated", func() any { return t.when(k.touched) })
	add("resolution", func() any { return t.resolution(k.value("resolution")) })
	add("resolutiondate", func() any { return t.when(k.ResolvedAt) })
	add("fixVersions", func() any { return list{} })
	add("components", func() any { return list{} })
	add("issuelinks", func() any { return t.issueLinks(k) })
	if k.Parent != "" {
		add("parent", func() any { return t.other(k.Parent) })
	}
	add(teamField, func() any { return t.option(k.Team) })
	add(pointsField, func() any { return k.Estimate })
	add(sprintField, func() any {
		if k.Sprint == "" {
			return nil
		}
		return list{t.sprint(k.Sprint)}
	})
	add(flaggedField, func() any {
		if k.value("flagged") == "" {
			return nil
		}
		return list{obj("self", t.api("/customFieldOption/10019"), "value", "Impediment", "id", "10019")}
	})
	add(severityField, func() any { return nil })
	return fields
}

// value is the latest of a field, by the ticket's history.
func (k *ticket) value(field string) string {
	for _, m := range slices.Backward(k.moves) {
		if m.Field == field {
			return m.To
		}
	}
	return ""
}

func (t tracker) issueType(name string) object {
	names := []string{"Epic", "Story", "Bug", "Task", "Request"}
	level := 0
	if name == "Epic" {
		level = 1
	}
	id := strconv.Itoa(10101 + slices.Index(names, name))
	return obj("self", t.api("/issuetype/"+id), "id", id, "description", "", "iconUrl", t.base()+"/type.svg", "name", name, "subtask", false, "hierarchyLevel", level)
}

func (t tracker) priority(name string) object {
	names := []string{"Highest", "High", "Medium", "Low", "Lowest"}
	id := strconv.Itoa(1 + slices.Index(names, name))
	return obj("self", t.api("/priority/"+id), "iconUrl", t.base()+"/priority.svg", "name", name, "id", id)
}

func resolutionID(name string) any {
	switch name {
	case "":
		return nil
	case "Won't do":
		return "10002"
	}
	return "10000"
}

func (t tracker) resolution(name string) any {
	if name == "" {
		return nil
	}
	return obj("self", t.api("/resolution/"+resolutionID(name).(string)), "id", resolutionID(name), "description", "", "name", name)
}

// teamID is the option that stands for a team.
func (t tracker) teamID(name string) any {
	for i, team := range t.store.world.Teams {
		if team.Name == name {
			return strconv.Itoa(10201 + i)
		}
	}
	return nil
}

func (t tracker) option(team string) any {
	id := t.teamID(team)
	if id == nil {
		return nil
	}
	return obj("self", t.api("/customFieldOption/"+id.(string)), "value", team, "id", id)
}

// other is another issue as a link or a parent shows it.
func (t tracker) other(key string) any {
	k := t.store.ticket[key]
	if k == nil || k.Key == "" {
		return nil
	}
	return obj("id", decimal(k.id), "key", k.Key, "self", t.api("/issue/"+decimal(k.id)),
		"fields", obj("summary", k.Title, "status", t.status(k.Status), "priority", t.priority(k.Priority), "issuetype", t.issueType(k.Type)))
}

// linkType is Jira's type of a link, with its words for both directions, and whether the link points outwards.
func linkType(kind string) (id, name, inward, outward string, out bool) {
	switch kind {
	case "blocks", "is_blocked_by":
		return "10000", "Blocks", "is blocked by", "blocks", kind == "blocks"
	case "causes", "is_caused_by":
		return "10001", "Problem/Incident", "is caused by", "causes", kind == "causes"
	}
	return "10003", "Relates", "relates to", "relates to", true
}

func (t tracker) issueLinks(k *ticket) list {
	links := list{}
	for i := range k.links {
		l := &k.links[i]
		typeID, name, inward, outward, out := linkType(l.Kind)
		other := t.other(l.Target)
		if other == nil {
			continue
		}
		side := "inwardIssue"
		if out {
			side = "outwardIssue"
		}
		mine, theirs := t.store.world.TicketNumber(l.Ticket), t.store.world.TicketNumber(l.Target)
		id := decimal(min(mine, theirs)*1000 + max(mine, theirs) - min(mine, theirs))
		links = append(links, obj("id", id, "self", t.api("/issueLink/"+id),
			"type", obj("id", typeID, "name", name, "inward", inward, "outward", outward, "self", t.api("/issueLinkType/"+typeID)), side, other))
	}
	return links
}

// remoteLinks are the links to pull requests.
func (t tracker) remoteLinks(k *ticket) list {
	links := list{}
	for i := range k.remote {
		l, id := &k.remote[i], decimal(k.remoteNumber(i))
		links = append(links, obj("id", k.remoteNumber(i), "self", t.api("/issue/"+k.Key+"/remotelink/"+id), "application", obj(),
			"object", obj("url", l.Target, "title", remoteTitle(l), "icon", obj(), "status", obj("resolved", false, "icon", obj()))))
	}
	return links
}

func remoteTitle(l *warehouse.TicketLink) string {
	return "Pull request #" + l.Target[strings.LastIndexByte(l.Target, '/')+1:]
}

// changelog is the newest part of a ticket's history, newest first, as it comes with a search.
func (t tracker) changelog(k *ticket) object {
	histories := list{}
	for _, e := range slices.Backward(k.history) {
		if len(histories) == t.options.Histories {
			break
		}
		histories = append(histories, t.entry(e))
	}
	return obj("startAt", 0, "maxResults", len(histories), "total", len(k.history), "histories", histories)
}

// changelogPages is the whole history, oldest first.
func (t tracker) changelogPages(k *ticket) *answer {
	return ok(pageOf(t, t.api("/issue/"+k.Key+"/changelog"), k.history, 100, func(e entry) any { return t.entry(e) }))
}

func (t tracker) entry(e entry) object {
	items := list{}
	for _, m := range e.items {
		items = append(items, t.item(m))
	}
	switch {
	case e.link == nil:
	case e.link.Kind == "remote":
		items = append(items, obj("field", "RemoteIssueLink", "fieldtype", "jira", "from", nil, "fromString", nil, "to", decimal(e.id),
			"toString", "This issue links to \""+remoteTitle(e.link)+" (Web Link)\""))
	default:
		_, _, inward, outward, out := linkType(e.link.Kind)
		words := inward
		if out {
			words = outward
		}
		items = append(items, obj("field", "Link", "fieldtype", "jira", "from", nil, "fromString", nil, "to", e.link.Target,
			"toString", "This issue "+words+" "+e.link.Target))
	}
	return obj("id", decimal(e.id), "author", t.user(e.actor), "created", t.when(e.at), "items", items)
}

// item is one field's change.
func (t tracker) item(m warehouse.Transition) object {
	field, kind, id := m.Field, "jira", m.Field
	value, text := orNull, orNull
	switch m.Field {
	case "status":
		value = func(name string) any { return statusID(name) }
	case "assignee":
		value = func(email string) any { id, _ := t.account(email); return id }
		text = func(email string) any { _, name := t.account(email); return name }
	case "resolution":
		value = resolutionID
	case "team":
		field, kind, id, value = "Team", "custom", teamField, t.teamID
	case "sprint":
		field, kind, id = "Sprint", "custom", sprintField
		value = t.sprintNumber
		text = func(name string) any { return name }
	case "flagged":
		field, kind, id = "Flagged", "custom", flaggedField
		value = func(name string) any {
			if name == "" {
				return ""
			}
			return "[10019]"
		}
		text = func(name string) any { return name }
	}
	return obj("field", field, "fieldtype", kind, "fieldId", id, "from", value(m.From), "fromString", text(m.From), "to", value(m.To), "toString", text(m.To))
}
