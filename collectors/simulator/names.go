package simulator

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// What vendors call their things. A name is a function of the thing alone, so that it is the same whenever somebody looks.

// EventID is GitHub's name of the n-th event (from 0) of a pull request; the prefix tells the type of what it names.
func EventID(prefix string, repo *Repo, number int64, n int) string {
	return prefix + "_kwDO" + strconv.FormatInt(repo.ID<<40|number<<10|int64(n), 36)
}

// eventID is the name of the n-th review of the pull request. A push has no name of its own: that of its commit stands
// for it.
func (pr *PullRequest) eventID(n int) string {
	e := pr.Reviews[n]
	switch {
	case e.Kind == "pushed":
		return "push-" + e.commit.SHA
	case e.Kind == "requested":
		return EventID("RRE", pr.Repo, pr.Number, n)
	case e.Kind == "ready":
		return EventID("RFRE", pr.Repo, pr.Number, n)
	case e.Kind == "dismissed":
		return EventID("RDE", pr.Repo, pr.Number, n)
	case e.Kind == "commented" && (e.Actor.Bot || e.Actor == pr.Author):
		return EventID("IC", pr.Repo, pr.Number, n)
	}
	return EventID("PRR", pr.Repo, pr.Number, n)
}

// TicketNumber is the tracker's own number of a ticket, which stays when its key changes. 0 where nobody has the project.
func (w *World) TicketNumber(key string) int64 {
	project, text, _ := strings.Cut(key, "-")
	for i, t := range w.Teams {
		if t.Project == project {
			n, _ := strconv.ParseInt(text, 10, 64) // the keys are our own
			return int64(i+1)*1_000_000 + n
		}
	}
	return 0
}

// moveIDs names the moves of a ticket: what one person changes at one moment is one entry of the tracker's history with
// several items, and a move is an item of it.
func (w *World) moveIDs(t *Ticket) []string {
	ids := make([]string, len(t.Moves))
	number := w.TicketNumber(t.Key)
	entry, item := int64(0), 0
	for i, m := range t.Moves {
		if i == 0 || !m.At.Equal(t.Moves[i-1].At) || m.Actor != t.Moves[i-1].Actor {
			entry, item = entry+1, 0
		}
		ids[i] = strconv.FormatInt(number*1000+entry, 10) + "-" + strconv.Itoa(item)
		item++
	}
	return ids
}

// deploymentID is GitHub's number of a deployment that was made at a moment. Over time the numbers grow, as GitHub's do.
func (w *World) deploymentID(l *line, environment string, at time.Time) string {
	place := 2 + slices.Index(l.service.Production, environment) // rollbacks included
	switch environment {
	case "testing":
		place = 0
	case "staging":
		place = 1
	}
	service := slices.Index(w.Services, l.service)*2 + slices.Index(l.service.Repos, l.repo.Repo)
	id := (at.Unix()-w.configuration.From.Unix())*256 + int64(service*4+place)
	for slices.Contains(l.numbers[:], id) {
		id += 256 // several in one second: they count as made one after the other
	}
	l.numbers[l.runs%int64(len(l.numbers))] = id
	l.runs++
	return strconv.FormatInt(id, 10)
}
