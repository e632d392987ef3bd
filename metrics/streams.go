package metrics

import (
	"context"
	_ "embed" // for the statement
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/sync/errgroup"
)

//go:embed streams.sql
var streamsSQL string

// StreamList is every stream with its stages and statuses.
type StreamList struct {
	Streams []StreamEntry `json:"streams"`
	// Unmapped are the statuses that no rule of any stream knows.
	Unmapped []UnmappedStatus `json:"unmapped"`
	// Configuration is the same as the configuration file would have it, in YAML, to be copied and edited.
	Configuration string `json:"configuration"`
}

// StreamEntry is a stream.
type StreamEntry struct {
	Stream     string         `json:"stream"`
	Title      string         `json:"title"`
	Configured bool           `json:"configured"` // else it is the default, made from the data
	Projects   []string       `json:"projects"`   // whose tickets belong to it; empty: all
	Types      []string       `json:"types"`      // which of these tickets; empty: all but epics
	Services   []string       `json:"services"`   // whose changes belong to it; empty: all
	Stages     []StreamStage  `json:"stages"`     // in the order of the work
	Statuses   []StreamStatus `json:"statuses"`   // the commonest first
}

// StreamStatus says what a status of a tracker means in a stream.
type StreamStatus struct {
	Status  string  `json:"status"`
	Stage   *string `json:"stage"`   // nil: it says nothing of the stage; done: the end
	Class   string  `json:"class"`   // active, waiting
	Reason  string  `json:"reason"`  // working, review, blocked …
	Rule    string  `json:"rule"`    // configured, name, team, category
	Tickets int64   `json:"tickets"` // how many were ever in it
}

// UnmappedStatus is a status that no rule gives a stage: the time in it counts in the stage before.
type UnmappedStatus struct {
	Status  string `json:"status"`
	Tickets int64  `json:"tickets"`
}

// ruleUnmapped is the rule of a status that no rule knows; the others are only told.
const ruleUnmapped = "unmapped"

// Streams lists the streams, sorted by name.
func (r *Reader) Streams(ctx context.Context) (StreamList, error) {
	var stages []streamStages
	var entries []struct {
		Stream     string   `ch:"name"`
		Title      string   `ch:"heading"`
		Configured bool     `ch:"is_configured"`
		Projects   []string `ch:"its_projects"`
		Types      []string `ch:"its_types"`
		Services   []string `ch:"its_services"`
	}
	var statuses []struct {
		Stream  string `ch:"stream_name"`
		Status  string `ch:"name"`
		Stage   string `ch:"stage_name"`
		Class   string `ch:"kind"`
		Reason  string `ch:"why"`
		Rule    string `ch:"by"`
		Tickets uint64 `ch:"ticket_n"`
	}
	parallel, both := errgroup.WithContext(ctx)
	parallel.Go(func() (err error) { stages, err = r.streams(both); return err })
	ofStreams, ofStatuses, _ := strings.Cut(streamsSQL, ";\n")
	parallel.Go(func() error { return r.w.Select(both, &entries, ofStreams, nil) })
	parallel.Go(func() error { return r.w.Select(both, &statuses, ofStatuses, nil) })
	if err := parallel.Wait(); err != nil {
		return StreamList{}, fmt.Errorf("list the streams: %w", err)
	}
	l := StreamList{Streams: []StreamEntry{}, Unmapped: []UnmappedStatus{}}
	for _, s := range stages {
		entry := StreamEntry{Stream: s.stream, Title: capitalised(s.stream), Projects: []string{}, Types: []string{}, Services: []string{}, Stages: s.stages, Statuses: []StreamStatus{}}
		for _, e := range entries {
			if e.Stream == s.stream {
				entry.Title, entry.Configured, entry.Projects, entry.Types, entry.Services = e.Title, e.Configured, e.Projects, e.Types, e.Services
			}
		}
		l.Streams = append(l.Streams, entry)
	}
	for _, s := range statuses {
		i := slices.IndexFunc(l.Streams, func(e StreamEntry) bool { return e.Stream == s.Stream })
		switch {
		case s.Rule == ruleUnmapped:
			if !slices.ContainsFunc(l.Unmapped, func(u UnmappedStatus) bool { return u.Status == s.Status }) {
				l.Unmapped = append(l.Unmapped, UnmappedStatus{s.Status, int64(s.Tickets)})
			}
		case i >= 0:
			e := &l.Streams[i]
			e.Statuses = append(e.Statuses, StreamStatus{
				Status: s.Status, Stage: known(s.Stage), Class: s.Class, Reason: s.Reason, Rule: s.Rule, Tickets: int64(s.Tickets),
			})
		}
	}
	// Incidents have a stream of their own, which cannot be configured.
	l.Configuration = streamConfiguration(slices.DeleteFunc(slices.Clone(l.Streams), func(e StreamEntry) bool { return e.Stream == "incidents" }))
	return l, nil
}

// streamConfiguration writes the streams as the configuration file has them: a stage and a status a line.
func streamConfiguration(list []StreamEntry) string {
	if len(list) == 0 {
		return "streams: []\n"
	}
	var b strings.Builder
	b.WriteString("streams:\n")
	for _, e := range list {
		fmt.Fprintf(&b, "  - name: %s\n    title: %s\n", scalar(e.Stream), scalar(e.Title))
		for _, list := range []struct {
			name  string
			items []string
		}{{"projects", e.Projects}, {"types", e.Types}, {"services", e.Services}} {
			if len(list.items) > 0 {
				fmt.Fprintf(&b, "    %s: %s\n", list.name, inBrackets(list.items))
			}
		}
		if len(e.Stages) > 0 {
			b.WriteString("    stages:\n")
		}
		for _, s := range e.Stages {
			fmt.Fprintf(&b, "      - {name: %s, title: %s, role: %s", scalar(s.Stage), scalar(s.Title), scalar(s.Role))
			if s.Owner != nil {
				fmt.Fprintf(&b, ", owner: %s", scalar(*s.Owner))
			}
			fmt.Fprintf(&b, ", side: %t, queue: %t}\n", s.Side, s.Queue)
		}
		if len(e.Statuses) > 0 {
			b.WriteString("    statuses:\n")
		}
		for _, s := range e.Statuses {
			fmt.Fprintf(&b, "      %s: {", quoted(s.Status))
			if s.Stage != nil {
				fmt.Fprintf(&b, "stage: %s, ", scalar(*s.Stage))
			}
			fmt.Fprintf(&b, "class: %s, reason: %s}\n", scalar(s.Class), scalar(s.Reason))
		}
	}
	return b.String()
}

// flowing are the characters that end a plain text between { and }, though not on a line of its own.
const flowing = ",[]{}"

// scalar writes a text so that YAML reads the same text within braces.
func scalar(text string) string {
	plain, err := yaml.Marshal(text)
	written := strings.TrimSuffix(string(plain), "\n")
	if err != nil || strings.ContainsAny(text, flowing) || strings.Contains(written, "\n") || strings.Contains(text, ": ") {
		return quoted(text)
	}
	return written
}

// inBrackets writes texts as a list on a line.
func inBrackets(texts []string) string {
	written := make([]string, len(texts))
	for i, text := range texts {
		written[i] = scalar(text)
	}
	return "[" + strings.Join(written, ", ") + "]"
}

// quoted writes a text between double quotes, as JSON does, which YAML reads.
func quoted(text string) string {
	written, err := yaml.MarshalWithOptions(text, yaml.JSON())
	if err != nil {
		return fmt.Sprintf("%q", text)
	}
	return strings.TrimSuffix(string(written), "\n")
}
