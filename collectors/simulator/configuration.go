package simulator

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// Configuration is everything that the world depends on: two worlds with the same configuration are the same world.
type Configuration struct {
	Seed  uint64
	From  time.Time // the first moment of the history, UTC
	To    time.Time // where the story ends, UTC: it is laid out between From and here; the company works on after it
	Seen  time.Time // the moment at which the world is looked at, UTC: nothing at or after it is known; zero means To
	Scale float64   // how much happens: 1 is the size of the demo, 0 means 1
}

// DefaultConfiguration is the demo's: the eighteen months up to the start of the day that now lies in (UTC).
func DefaultConfiguration(now time.Time) Configuration {
	to := now.UTC().Truncate(24 * time.Hour)
	return Configuration{Seed: 1, From: to.AddDate(0, -18, 0), To: to, Scale: 1}
}

// Story names what the history was given to be found in it.
type Story struct {
	ReorganisedAt    time.Time // from here on a review is picked up in half the time; the start of month 10 in the demo
	SlowApprovalTeam string    // its production deployments wait days for an approval, those of others about an hour
	FlakyService     string    // its production deployments break something far more often than others
	QueueTeam        string    // tickets wait for this team a little longer every month
	QueueStatus      string    // the status in which they wait
}

// World is the simulated company and its history. It holds the organisation only; the history is made anew by each
// call of Chapters or Records, so that memory stays flat whatever the scale.
type World struct {
	Story    Story
	Teams    []*Team
	Services []*Service
	Repos    []*Repo
	Products []*Product

	configuration Configuration
}

// New lays out the company. Nothing happens in it until Chapters or Records is called.
func New(cfg Configuration) *World {
	// Everything happens at whole seconds: GitHub and PagerDuty know no smaller ones.
	cfg.From = cfg.From.UTC().Add(time.Second - 1).Truncate(time.Second)
	cfg.To = cfg.To.UTC().Add(time.Second - 1).Truncate(time.Second)
	if cfg.Seen.IsZero() {
		cfg.Seen = cfg.To
	}
	cfg.Seen = cfg.Seen.UTC().Truncate(time.Millisecond)
	if cfg.Scale <= 0 {
		cfg.Scale = 1
	}
	w := &World{
		configuration: cfg,
		Story: Story{
			ReorganisedAt:    middle(cfg.From, cfg.To),
			SlowApprovalTeam: "payments",
			FlakyService:     "pricing",
			QueueTeam:        "dba",
			QueueStatus:      WaitingForDBA,
		},
	}
	w.Teams = foundTeams()
	w.foundServices()
	return w
}

// middle is the month's start (counted from from) that halves the window; in a window of less than two months, its middle.
func middle(from, to time.Time) time.Time {
	months := 0
	for !from.AddDate(0, months+1, 0).After(to) {
		months++
	}
	if months < 2 {
		return from.Add(to.Sub(from) / 2)
	}
	return from.AddDate(0, months/2, 0)
}

// elapsed is how much of the story has gone at t, in thousandths. What grows with it goes on growing after the story's
// end, for as long again and no longer: nothing can grow for ever.
func (w *World) elapsed(t time.Time) int64 {
	whole := w.configuration.To.Sub(w.configuration.From).Milliseconds()
	return min(t.Sub(w.configuration.From).Milliseconds()*1000/max(whole, 1), 2000)
}

// gap is a mean time between two events that happens scale times as often as at the demo's size.
func (w *World) gap(demo time.Duration) time.Duration {
	return time.Duration(float64(demo) / w.configuration.Scale)
}

// WeirYAML is the organisation as Weir's configuration wants it: what no vendor knows.
func (w *World) WeirYAML() []byte {
	var b bytes.Buffer
	b.WriteString("timezone: UTC\n\nteams:\n")
	for _, t := range w.Teams {
		fmt.Fprintf(&b, "  - name: %s\n    role: %s\n    members:\n", t.Name, t.Role)
		for _, p := range t.Members {
			fmt.Fprintf(&b, "      - %s\n      - %s\n", p.Login, p.Email)
		}
	}
	b.WriteString("\nservices:\n")
	for _, s := range w.Services {
		fmt.Fprintf(&b, "  - name: %s\n    repos: [%s]\n", s.Name, strings.Join(repoNames(s.Repos), ", "))
		for _, r := range s.Repos {
			if len(r.Services) > 1 {
				fmt.Fprintf(&b, "    paths:\n      %s: [\"%s/**\"]\n", r.Name, s.Name)
			}
		}
		fmt.Fprintf(&b, "    team: %s\n", s.Team.Name)
	}
	b.WriteString("\nproducts:\n")
	for _, p := range w.Products {
		names := make([]string, len(p.Services))
		for i, s := range p.Services {
			names[i] = s.Name
		}
		fmt.Fprintf(&b, "  - name: %s\n    services: [%s]\n", p.Name, strings.Join(names, ", "))
	}
	return b.Bytes()
}

func repoNames(repos []*Repo) []string {
	names := make([]string, len(repos))
	for i, r := range repos {
		names[i] = r.Name
	}
	return names
}
