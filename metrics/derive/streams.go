package derive

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/weirhq/weir/warehouse"
)

// Stream is a value stream: the stages of the work in their order, and what each status of the trackers means in it.
type Stream struct {
	Name     string                  `yaml:"name"`
	Title    string                  `yaml:"title"`
	Projects []string                `yaml:"projects"` // of the tickets that belong to it; none: of all
	Types    []string                `yaml:"types"`    // of the tickets that belong to it; none: all but epics
	Services []string                `yaml:"services"` // of the changes that belong to it; none: all
	Stages   []StreamStage           `yaml:"stages"`
	Statuses map[string]StreamStatus `yaml:"statuses"` // by the tracker's name of it, in any case
}

// StreamStage is one step of a stream.
type StreamStage struct {
	Name  string `yaml:"name"`
	Title string `yaml:"title"`
	Role  string `yaml:"role"`  // who acts in it where no team is known
	Owner string `yaml:"owner"` // the team that always has it
	Queue bool   `yaml:"queue"` // the work has not begun in it
	Side  bool   `yaml:"side"`  // a visit to another group on the way
}

// StreamStatus is what a status means.
type StreamStatus struct {
	Stage  string `yaml:"stage"`  // empty: it says nothing of the stage; done: the end
	Class  string `yaml:"class"`  // active, waiting
	Reason string `yaml:"reason"` // working, review, blocked …
}

const (
	deliveryStream  = "delivery"
	incidentsStream = "incidents"
	doneStage       = "done"
	donePosition    = 1000 // behind every stage
	active          = "active"
	waiting         = "waiting"
)

// standing is a stage with its place in the stream. Places are the same whichever of the stages occur.
type standing struct {
	StreamStage
	position uint16
}

// codeStages are where pull requests, builds and deployments put an item: every stream of work has them.
var codeStages = []string{"development", "review", "merge", "build", "approval", "deploy"}

// usualStages are the stages of a stream that nobody configured. Who is visited on the way comes between development and
// review: coming back from there is no step back.
var usualStages = []standing{
	{StreamStage{Name: "backlog", Title: "Backlog", Role: "business", Queue: true}, 10},
	{StreamStage{Name: "ready", Title: "Ready", Role: "development", Queue: true}, 20},
	{StreamStage{Name: "analysis", Title: "Analysis", Role: "business"}, 30},
	{StreamStage{Name: "development", Title: "Development", Role: "development"}, 40},
	{StreamStage{Name: "review", Title: "Review", Role: "review"}, 60},
	{StreamStage{Name: "merge", Title: "Merge", Role: "development"}, 70},
	{StreamStage{Name: "test", Title: "Test", Role: "test"}, 80},
	{StreamStage{Name: "build", Title: "Build", Role: "platform"}, 90},
	{StreamStage{Name: "approval", Title: "Approval", Role: "approval"}, 100},
	{StreamStage{Name: "deploy", Title: "Deploy", Role: "operations"}, 110},
}

const sidePosition = 50

// usualStage is the usual stage of a name; without a name if there is none.
func usualStage(name string) StreamStage {
	for _, s := range usualStages {
		if s.Name == name {
			return s.StreamStage
		}
	}
	return StreamStage{}
}

// incidentStages are the stages of the stream of incidents.
var incidentStages = []standing{
	{StreamStage{Name: "detect", Title: "Detect", Role: "monitoring"}, 10},
	{StreamStage{Name: "acknowledge", Title: "Acknowledge", Role: "operations"}, 20},
	{StreamStage{Name: "fix", Title: "Fix", Role: "development"}, 40},
	{StreamStage{Name: "review", Title: "Review", Role: "review"}, 60},
	{StreamStage{Name: "merge", Title: "Merge", Role: "development"}, 70},
	{StreamStage{Name: "build", Title: "Build", Role: "platform"}, 90},
	{StreamStage{Name: "approval", Title: "Approval", Role: "approval"}, 100},
	{StreamStage{Name: "deploy", Title: "Deploy", Role: "operations"}, 110},
	{StreamStage{Name: "restore", Title: "Restore", Role: "operations"}, 120},
}

// resolvedStream is a stream as it is derived: its stages with their places, and all statuses that occur.
type resolvedStream struct {
	Stream
	configured bool // else it is made from the data
	stages     []standing
	statuses   map[string]classified // by the tracker's name of it, as it occurs
}

// seenStatus is a status that occurs, with the tracker's own category where it has one.
type seenStatus struct {
	Name     string `ch:"name"`
	Category string `ch:"category"`
}

// streams resolves the configured streams, or the usual one, for the statuses that occur.
func (d *Deriver) streams(ctx context.Context, o Organisation) ([]resolvedStream, error) {
	var seen []seenStatus
	text, err := scripts.ReadFile("statuses.sql")
	if err != nil {
		return nil, err
	}
	if err := d.w.Select(ctx, &seen, string(text), nil); err != nil {
		return nil, fmt.Errorf("find the statuses of tickets: %w", err)
	}
	var all []resolvedStream
	for _, s := range o.Streams {
		all = append(all, s.resolve(seen))
	}
	if len(all) == 0 {
		all = append(all, usualStream(seen, o.Teams))
	}
	return append(all, resolvedStream{Stream: Stream{Name: incidentsStream, Title: "Incidents"}, stages: incidentStages}), nil
}

// usualStream is the stream that the data alone suggest.
func usualStream(seen []seenStatus, teams []Team) resolvedStream {
	r := resolvedStream{Stream: Stream{Name: deliveryStream, Title: "Delivery"}, statuses: map[string]classified{}}
	occur := map[string]bool{"backlog": true}
	for _, stage := range codeStages {
		occur[stage] = true
	}
	sides, groups := map[string]standing{}, visited(seen)
	for _, s := range seen {
		c := classify(s, teams, groups)
		r.statuses[s.Name] = c
		if c.side.Name != "" {
			sides[c.side.Name] = standing{c.side, sidePosition}
		} else {
			occur[c.Stage] = true
		}
	}
	for _, stage := range usualStages {
		if stage.position > sidePosition {
			for _, name := range sortedKeys(sides) {
				if usualStage(name).Name == "" { // a team may be called as a stage is
					r.stages = append(r.stages, sides[name])
				}
			}
			clear(sides)
		}
		if occur[stage.Name] {
			r.stages = append(r.stages, stage)
		}
	}
	return r
}

// resolve gives the statuses that occur their meaning: the configured one, else the usual one where the stream has its stage.
func (s Stream) resolve(seen []seenStatus) resolvedStream {
	r := resolvedStream{Stream: s, configured: true, statuses: map[string]classified{}}
	for i, stage := range s.Stages {
		usual := usualStage(stage.Name)
		stage.Title = cmp.Or(stage.Title, usual.Title, titled(stage.Name))
		stage.Role = cmp.Or(stage.Role, usual.Role, stage.Name)
		r.stages = append(r.stages, standing{stage, uint16(10 * (i + 1))})
	}
	configured := map[string]StreamStatus{}
	for name, status := range s.Statuses {
		configured[strings.ToLower(name)] = status
	}
	has := func(name string) bool {
		return name == "" || name == doneStage || slices.ContainsFunc(s.Stages, func(stage StreamStage) bool { return stage.Name == name })
	}
	for _, status := range seen {
		if c, ok := configured[strings.ToLower(status.Name)]; ok {
			r.statuses[status.Name] = classified{StreamStatus: c, rule: "configured"}
			continue
		}
		c := classify(status, nil, nil)
		if !has(c.Stage) {
			c = classified{StreamStatus: StreamStatus{Class: c.Class, Reason: c.Reason}, rule: unmapped}
		}
		r.statuses[status.Name] = c
	}
	return r
}

// titled is a name as a title.
func titled(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// validateStreams says what is wrong with the configured streams.
func (o Organisation) validateStreams() (errs []error) {
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	names := map[string]bool{incidentsStream: true}
	for i, s := range o.Streams {
		where := fmt.Sprintf("streams[%d] (%s)", i, s.Name)
		if s.Name == "" || names[s.Name] {
			add("streams[%d]: the name %q is empty or used already", i, s.Name)
		}
		names[s.Name] = true
		stages := map[string]bool{doneStage: true, "": true}
		for k, stage := range s.Stages {
			if stage.Name == "" || stages[stage.Name] {
				add("%s.stages[%d]: the name %q is empty or used already (done is the end of every stream)", where, k, stage.Name)
			}
			stages[stage.Name] = true
			if stage.Owner != "" && !slices.ContainsFunc(o.Teams, func(t Team) bool { return t.Name == stage.Owner }) {
				add("%s.stages[%d] (%s): there is no team %q", where, k, stage.Name, stage.Owner)
			}
		}
		for _, stage := range codeStages {
			if !stages[stage] {
				add("%s: it has no stage %q; pull requests, builds and deployments need the stages %s", where, stage, strings.Join(codeStages, ", "))
				break
			}
		}
		for _, status := range sortedKeys(s.Statuses) {
			c := s.Statuses[status]
			if !stages[c.Stage] {
				add("%s.statuses[%q]: there is no stage %q in it", where, status, c.Stage)
			}
			if c.Stage != doneStage && c.Class != active && c.Class != waiting {
				add("%s.statuses[%q]: the class %q is neither active nor waiting", where, status, c.Class)
			}
		}
	}
	if len(o.Streams) > 0 && !names[deliveryStream] {
		add("streams: one of them must be called %s: it is the one that is asked about unless another is named", deliveryStream)
	}
	if o.Groups.Smallest < 0 {
		add("groups.smallest: %d is no number of people", o.Groups.Smallest)
	}
	return errs
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// fillStreamTables writes the resolved streams, and says whether they are others than those that the facts were derived with.
func (s *stage) fillStreamTables(ctx context.Context, streams []resolvedStream) (changed bool, err error) {
	shown, err := s.shownTeams(ctx)
	if err != nil {
		return false, err
	}
	var names, stages, statuses rows
	for _, r := range streams {
		names.add(r.Name, cmp.Or(r.Title, titled(r.Name)), r.configured, r.Projects, r.Types, r.Services)
		for _, stage := range r.stages {
			owner := stage.Owner
			if name, small := shown[owner]; small {
				owner = name
			}
			stages.add(r.Name, stage.position, stage.Name, stage.Title, stage.Role, owner, stage.Queue, stage.Side)
		}
		for _, name := range sortedKeys(r.statuses) {
			c := r.statuses[name]
			statuses.add(r.Name, name, c.Stage, c.Class, c.Reason, c.rule)
		}
	}
	for table, list := range map[string]rows{"streams": names, "stream_stages": stages, "stream_statuses": statuses} {
		if err := s.d.w.Replace(ctx, s.name(table), list); err != nil {
			return false, err
		}
		differ, err := s.differ(ctx, table)
		if err != nil {
			return false, err
		}
		changed = changed || differ
	}
	return changed, nil
}

// shownTeams is by which name each configured team is shown.
func (s *stage) shownTeams(ctx context.Context) (map[string]string, error) {
	var list []struct {
		Team  string `ch:"team"`
		Shown string `ch:"shown"`
	}
	if err := s.d.w.Select(ctx, &list, "SELECT toString(team) AS team, toString(shown) AS shown FROM {stream_teams:Identifier}", s.params(nil)); err != nil {
		return nil, fmt.Errorf("read which teams are shown: %w", err)
	}
	shown := map[string]string{}
	for _, t := range list {
		shown[t.Team] = t.Shown
	}
	return shown, nil
}

// differ says whether a staged table has rows that the live one lacks, or lacks some. New rows alone count for stages and
// groups; a new status does not: whatever has it has arrived since.
func (s *stage) differ(ctx context.Context, table string) (bool, error) {
	var found []struct {
		N uint64 `ch:"n"`
	}
	sql := "SELECT (SELECT count() FROM (SELECT * FROM {live:Identifier} EXCEPT SELECT * FROM {staged:Identifier}))"
	if table != "stream_statuses" {
		sql += " + (SELECT count() FROM (SELECT * FROM {staged:Identifier} EXCEPT SELECT * FROM {live:Identifier}))"
	}
	err := s.d.w.Select(ctx, &found, sql+" AS n", warehouse.Params{"live": table, "staged": s.name(table)})
	if err != nil {
		return false, fmt.Errorf("compare %s with what the facts were derived with: %w", table, err)
	}
	return found[0].N > 0, nil
}
