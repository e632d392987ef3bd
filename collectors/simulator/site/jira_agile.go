package site

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sprintLength is how long a team's sprint lasts; the first begins with the history.
const sprintLength = 14 * 24 * time.Hour

func (t tracker) agileRoutes() []route {
	return []route{
		{"/board", func(q *request, _ []string) *answer {
			var boards []*project
			for _, p := range t.store.projects {
				if want := q.value("projectKeyOrId"); want == "" || want == p.team.Project || want == decimal(p.id) {
					boards = append(boards, p)
				}
			}
			return ok(pageOf(t, t.base()+"/rest/agile/1.0/board", boards, 50, func(p *project) any { return t.board(p) }))
		}},
		{"/board/{id}", t.oneBoard(func(p *project) *answer { return ok(t.board(p)) })},
		{"/board/{id}/configuration", t.oneBoard(func(p *project) *answer {
			return ok(t.board(p).with("filter", obj("id", decimal(p.id), "self", t.api("/filter/"+decimal(p.id)))))
		})},
		{"/board/{id}/project", t.oneBoard(func(p *project) *answer {
			return ok(pageOf(t, t.base()+"/rest/agile/1.0/board/"+decimal(boardID(p))+"/project", []*project{p}, 50, func(p *project) any { return t.project(p) }))
		})},
		{"/board/{id}/sprint", t.oneBoard(func(p *project) *answer {
			var names []string
			for n := int64(1); !t.sprintStart(n).After(t.store.until); n++ {
				names = append(names, fmt.Sprintf("%s Sprint %d", p.team.Project, n))
			}
			return ok(pageOf(t, t.base()+"/rest/agile/1.0/board/"+decimal(boardID(p))+"/sprint", names, 50, func(n string) any { return t.sprint(n) }))
		})},
	}
}

func boardID(p *project) int64 { return p.id - 10_000 }

func (t tracker) oneBoard(serve func(*project) *answer) func(*request, []string) *answer {
	return func(_ *request, v []string) *answer {
		for _, p := range t.store.projects {
			if decimal(boardID(p)) == v[0] {
				return serve(p)
			}
		}
		return jiraFailure(http.StatusNotFound, "The requested board cannot be viewed because it either does not exist or you do not have permission to view it.")
	}
}

func (t tracker) board(p *project) object {
	return obj("id", boardID(p), "self", t.base()+"/rest/agile/1.0/board/"+decimal(boardID(p)), "name", p.team.Project+" board", "type", "scrum",
		"location", obj("projectId", p.id, "displayName", p.team.Name, "projectName", p.team.Name, "projectKey", p.team.Project,
			"projectTypeKey", "software", "avatarURI", t.base()+"/avatar/16", "name", p.team.Name+" ("+p.team.Project+")"))
}

func (t tracker) sprintStart(n int64) time.Time {
	return t.store.world.Begins().Add(time.Duration(n-1) * sprintLength)
}

// sprintID is the number of a sprint over all projects, by its name; 0 where it is none of ours.
func (t tracker) sprintID(name string) (id, n int64, board *project) {
	key, text, _ := strings.Cut(name, " Sprint ")
	n, _ = strconv.ParseInt(text, 10, 64)
	for _, p := range t.store.projects {
		if p.team.Project == key {
			return boardID(p)*100_000 + n, n, p
		}
	}
	return 0, 0, nil
}

// sprintNumber is what a changelog has for a sprint.
func (t tracker) sprintNumber(name string) any {
	if id, _, _ := t.sprintID(name); id != 0 {
		return decimal(id)
	}
	return ""
}

func (t tracker) sprint(name string) object {
	id, n, p := t.sprintID(name)
	start := t.sprintStart(n)
	end := start.Add(sprintLength)
	state, completed := "active", any(nil)
	if !end.After(t.store.until) {
		state, completed = "closed", end.Format("2006-01-02T15:04:05.000Z")
	}
	return obj("id", id, "self", t.base()+"/rest/agile/1.0/sprint/"+decimal(id), "name", name, "state", state, "boardId", boardID(p), "originBoardId", boardID(p),
		"goal", "", "startDate", start.Format("2006-01-02T15:04:05.000Z"), "endDate", end.Format("2006-01-02T15:04:05.000Z"), "completeDate", completed)
}
