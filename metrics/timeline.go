package metrics

import (
	"context"
	_ "embed" // for the statements
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"github.com/weirhq/weir/warehouse"
)

//go:embed timeline.sql
var timelineSQL string

// The statements of timeline.sql, in their order.
const (
	timelineItem = iota
	itemsNamedLike
	streamsWithItems
	timelineIntervals
	timelineHandoffs
	timelineVisits
	timelineChanges
	timelineRecords
)

// TimelineQuery asks where the time of one item went.
type TimelineQuery struct {
	Item   string // a ticket's key, a change's or an incident's id
	Stream string // empty: any that has the item, DefaultStream first
	Clock  string // elapsed (default) or working
}

// Timeline is where the time of one item went, across tools. Durations are in seconds; of an open item they run until now.
type Timeline struct {
	Stream     string             `json:"stream"`
	Clock      string             `json:"clock"`
	Item       string             `json:"item"`
	Kind       string             `json:"kind"`  // ticket, change, incident
	Class      *string            `json:"class"` // feature, defect, risk, debt; nil: not known
	Type       *string            `json:"type"`  // as the tracker says
	Title      string             `json:"title"`
	URL        *string            `json:"url"`
	Team       *string            `json:"team"`
	Services   []string           `json:"services"`
	Products   []string           `json:"products"`
	Status     string             `json:"status"`   // done, open, excluded
	Excluded   *string            `json:"excluded"` // why no figure counts it
	Start      time.Time          `json:"start"`
	End        *time.Time         `json:"end"` // nil: it is open
	Lead       *float64           `json:"lead"`
	Active     *float64           `json:"active"`
	Waiting    *float64           `json:"waiting"`
	Efficiency *float64           `json:"efficiency"` // active ÷ lead
	Intervals  []TimelineInterval `json:"intervals"`  // in order, without overlap or gap
	Handoffs   []TimelineHandoff  `json:"handoffs"`
	Returns    []TimelineReturn   `json:"returns"`
	Changes    []TimelineChange   `json:"changes"`
	Notes      []string           `json:"notes"`
}

// TimelineInterval is a time in which one group acted, or was waited for.
type TimelineInterval struct {
	N        int64      `json:"n"`
	Stage    string     `json:"stage"`
	Title    string     `json:"title"` // of the stage
	Class    string     `json:"class"` // active, waiting
	Reason   string     `json:"reason"`
	Owner    *string    `json:"owner"`
	Start    time.Time  `json:"start"`
	End      *time.Time `json:"end"`     // nil: it goes on
	Seconds  *float64   `json:"seconds"` // of one that goes on: until now; nil: no calendar says it
	Rule     string     `json:"rule"`    // what made it: status, pull request, build …
	Record   *string    `json:"record"`  // the record behind it
	RecordID *string    `json:"record_id"`
	URL      *string    `json:"url"` // of the record
}

// TimelineHandoff is a change of owner.
type TimelineHandoff struct {
	At         time.Time  `json:"at"`
	From       *string    `json:"from"`
	To         *string    `json:"to"`
	Reason     string     `json:"reason"`
	Wait       *float64   `json:"wait"`        // of one that goes on: until now
	ReceivedAt *time.Time `json:"received_at"` // nil: the receiver has not begun yet
	Return     bool       `json:"return"`
}

// TimelineReturn is an exit from a stage that came back.
type TimelineReturn struct {
	Stage    string     `json:"stage"` // whose work was not complete or not accurate
	From     *string    `json:"from"`  // the stage that the item was in by then
	At       *time.Time `json:"at"`
	Rule     string     `json:"rule"`
	Record   *string    `json:"record"`
	RecordID *string    `json:"record_id"`
	URL      *string    `json:"url"`
}

// TimelineChange is a change that belongs to the item.
type TimelineChange struct {
	ID        string             `json:"id"`
	Title     string             `json:"title"`
	URL       *string            `json:"url"`
	Rule      *string            `json:"rule"`      // how it was tied to the item: title, branch, commit …; nil: it is the item
	MergedAt  *time.Time         `json:"merged_at"` // nil: it is not merged
	Delivered []TimelineDelivery `json:"delivered"`
}

// TimelineDelivery is the first deployment of a service to production that contained the change.
type TimelineDelivery struct {
	Service     string    `json:"service"`
	Environment string    `json:"environment"`
	Deployment  string    `json:"deployment"`
	FinishedAt  time.Time `json:"finished_at"`
}

// timelineRow is an item as the warehouse has it.
type timelineRow struct {
	Stream    string     `ch:"of_stream"`
	Item      string     `ch:"id"`
	Kind      string     `ch:"item_kind"`
	Class     string     `ch:"item_class"`
	Type      string     `ch:"item_type"`
	Title     string     `ch:"item_title"`
	URL       string     `ch:"link"`
	Team      string     `ch:"item_team"`
	Services  []string   `ch:"of_services"`
	Products  []string   `ch:"of_products"`
	Changes   []string   `ch:"of_changes"`
	Linked    []string   `ch:"linked"`
	LinkRules []string   `ch:"link_rules"`
	State     string     `ch:"state"`
	Excluded  string     `ch:"why_excluded"`
	Start     time.Time  `ch:"start_at"`
	End       *time.Time `ch:"end_at"`
	Lead      *int64     `ch:"lead"`
	Active    *int64     `ch:"active"`
	Waiting   *int64     `ch:"waiting"`
}

// check fills in the defaults and refuses what cannot be answered.
func (q TimelineQuery) check() (TimelineQuery, error) {
	q.Item = strings.TrimSpace(q.Item)
	if q.Item == "" {
		return q, &UsageError{"item", "say which item: a ticket's key, a change such as repo#12, or an incident's id"}
	}
	if len(q.Item) > longestName {
		return q, &UsageError{"item", fmt.Sprintf("no item has a name of %d bytes", len(q.Item))}
	}
	whole, err := StreamQuery{Stream: q.Stream, Clock: q.Clock, From: firstMoment, To: first.At}.check()
	q.Clock = whole.Clock
	return q, err
}

func (q TimelineQuery) params() warehouse.Params {
	return warehouse.Params{"item": q.Item, "stream": q.Stream, "working": q.Clock == working, "by_change": false, "default_stream": DefaultStream}
}

func timelineStatement(n int) string { return strings.Split(timelineSQL, ";\n")[n] }

// Timeline tells where the time of one item went. An item that does not exist is a *UsageError, which names some that do.
func (r *Reader) Timeline(ctx context.Context, q TimelineQuery) (Timeline, error) {
	q, err := q.check()
	if err != nil {
		return Timeline{}, err
	}
	if err := r.checkClock(ctx, q.Clock); err != nil {
		return Timeline{}, err
	}
	row, notes, err := r.timelineItem(ctx, q)
	if err != nil {
		return Timeline{}, err
	}
	q.Item, q.Stream = row.Item, row.Stream
	t := row.timeline()
	t.Clock, t.Notes = q.Clock, notes
	var changes []changeRow
	parallel, both := errgroup.WithContext(ctx)
	parallel.Go(func() (err error) { t.Intervals, err = r.timelineIntervals(both, q); return err })
	parallel.Go(func() (err error) { t.Handoffs, err = r.timelineHandoffs(both, q); return err })
	parallel.Go(func() (err error) { t.Returns, err = r.timelineReturns(both, q); return err })
	parallel.Go(func() (err error) { changes, err = r.timelineChanges(both, row); return err })
	if err := parallel.Wait(); err != nil {
		return Timeline{}, fmt.Errorf("read the timeline of %s: %w", row.Item, err)
	}
	pages, err := r.recordPages(ctx, t, row)
	if err != nil {
		return Timeline{}, fmt.Errorf("find the records of %s: %w", row.Item, err)
	}
	t.link(pages)
	t.Changes = row.timelineChanges(changes, pages)
	t.add()
	switch {
	case q.Clock == working && t.Status == "open":
		t.Notes = append(t.Notes, "it is open: the working time of what goes on is not known before its end", workingNote)
	case q.Clock == working:
		t.Notes = append(t.Notes, workingNote)
	case t.Status == "open":
		t.Notes = append(t.Notes, "it is open: what goes on is counted until now")
	}
	if t.Excluded != nil {
		t.Notes = append(t.Notes, "no figure counts it: "+*t.Excluded)
	}
	return t, nil
}

// timelineItem finds the item, or the one that a change of this name belongs to.
func (r *Reader) timelineItem(ctx context.Context, q TimelineQuery) (row timelineRow, notes []string, err error) {
	notes = []string{}
	for _, byChange := range []bool{false, true} {
		p := q.params()
		p["by_change"] = byChange
		var found []timelineRow
		if err := r.w.Select(ctx, &found, timelineStatement(timelineItem), p); err != nil {
			return row, nil, fmt.Errorf("find %s: %w", q.Item, err)
		}
		if len(found) == 0 {
			continue
		}
		if byChange {
			notes = append(notes, fmt.Sprintf("%s is a change of %s, whose timeline this is", q.Item, found[0].Item))
		}
		if len(found) > 1 {
			notes = append(notes, fmt.Sprintf("there is also %s of the stream %s", found[1].Item, found[1].Stream))
		}
		return found[0], notes, nil
	}
	err = r.noSuchItem(ctx, q)
	return row, nil, err
}

// noSuchItem says that there is none, and which there are with a name like it.
func (r *Reader) noSuchItem(ctx context.Context, q TimelineQuery) error {
	type named struct {
		Name string `ch:"name"`
	}
	var streams, near []named
	if err := r.w.Select(ctx, &streams, timelineStatement(streamsWithItems), nil); err != nil {
		return fmt.Errorf("list the streams: %w", err)
	}
	names := make([]string, len(streams))
	for i, s := range streams {
		names[i] = s.Name
	}
	p := q.params()
	p["slips"] = max(2, utf8.RuneCountInString(q.Item)/4)
	if err := r.w.Select(ctx, &near, timelineStatement(itemsNamedLike), p); err != nil {
		return fmt.Errorf("look for items with a name like %s: %w", q.Item, err)
	}
	text := fmt.Sprintf("there is no item %q", q.Item)
	if q.Stream != "" {
		text += fmt.Sprintf(" in the stream %q", q.Stream)
	}
	switch {
	case len(names) == 0:
		text += ": none is known yet; import or collect tickets, changes or incidents first"
	case len(near) > 0:
		quoted := make([]string, len(near))
		for i, n := range near {
			quoted[i] = n.Name
		}
		text += "; did you mean " + listed(quoted) + "?"
	case q.Stream != "":
		text += "; the streams with items are " + listed(names)
	default:
		text += ", nor one with a name like it; an item is named by its ticket's key, a change such as repo#12, or an incident's id"
	}
	return &UsageError{"item", text}
}

// longestName bounds what is compared with every item's name, in bytes.
const longestName = 1000

func (row timelineRow) timeline() Timeline {
	t := Timeline{
		Stream: row.Stream, Item: row.Item, Kind: row.Kind, Class: known(row.Class), Type: known(row.Type), Title: row.Title, URL: known(row.URL),
		Team: known(row.Team), Services: append([]string{}, row.Services...), Products: append([]string{}, row.Products...),
		Status: row.State, Excluded: known(row.Excluded), Start: row.Start.UTC(), End: utc(row.End),
	}
	for _, part := range []struct {
		to           **float64
		milliseconds *int64
	}{{&t.Lead, row.Lead}, {&t.Active, row.Active}, {&t.Waiting, row.Waiting}} {
		if part.milliseconds != nil {
			*part.to = seconds(float64(*part.milliseconds))
		}
	}
	return t
}

// add adds up the intervals of an item that is not done, and finds the share of work in its time.
func (t *Timeline) add() {
	var lead, active float64
	all := len(t.Intervals) > 0
	for _, i := range t.Intervals {
		if i.Seconds == nil {
			all = false
			break
		}
		lead += *i.Seconds
		if i.Class == "active" {
			active += *i.Seconds
		}
	}
	if t.Lead == nil && all {
		waiting := lead - active
		t.Lead, t.Active, t.Waiting = &lead, &active, &waiting
	}
	if t.Lead != nil && t.Active != nil && *t.Lead > 0 {
		share := *t.Active / *t.Lead
		t.Efficiency = &share
	}
}

// titleOf is a stage's title; one that is in no list, such as the time for which a reopened item was done, has its name.
func titleOf(stage string, stages []StreamStage) string {
	for _, s := range stages {
		if s.Stage == stage && s.Title != "" {
			return s.Title
		}
	}
	letter, size := utf8.DecodeRuneInString(stage)
	return string(unicode.ToUpper(letter)) + stage[size:]
}
