package metrics

import (
	"context"
	_ "embed" // for the statement
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/weirhq/weir/warehouse"
)

//go:embed stream_items.sql
var streamItemsSQL string

// The statements of stream_items.sql, in their order.
const (
	itemsOfStream = iota
	partsOfItems
)

// StreamKind says which items of a stream are listed.
type StreamKind string

// The kinds of lists.
const (
	StreamDone     StreamKind = "done"     // in the window
	StreamOpen     StreamKind = "open"     // now
	StreamReturned StreamKind = "returned" // done in the window, and came back; with a stage: its exits of the window that did
	StreamExcluded StreamKind = "excluded" // left out of the window
)

var streamKinds = []StreamKind{StreamDone, StreamOpen, StreamReturned, StreamExcluded}

// StreamItemsQuery asks for the items behind a stream's figures, the newest end first, of open ones the oldest first.
type StreamItemsQuery struct {
	StreamQuery
	Kind   StreamKind // default: done
	Stage  string     // only those that were in it, or are
	Reason string     // only those that spent time on it
	Limit  int        // default 100
	After  string     // the previous answer's Next
}

// StreamItems is one page of a stream's items.
type StreamItems struct {
	Stream string       `json:"stream"`
	Kind   StreamKind   `json:"kind"`
	Next   *string      `json:"next"`  // what to ask `after` for the next page; nil: this was the last one
	Total  int64        `json:"total"` // how many there are on all pages
	Items  []StreamItem `json:"items"`
	Notes  []string     `json:"notes"` // why there are none
}

// StreamItem is one item of a stream. Durations are seconds.
type StreamItem struct {
	Item     string     `json:"item"`
	Kind     string     `json:"kind"`  // ticket, change, incident
	Class    *string    `json:"class"` // feature, defect, risk, debt; nil: unknown
	Title    string     `json:"title"`
	URL      *string    `json:"url"`
	Team     *string    `json:"team"`  // whose work it is
	Stage    *string    `json:"stage"` // of an open item: where it is
	Owner    *string    `json:"owner"` // of an open item: which group has it
	Start    time.Time  `json:"start"`
	End      *time.Time `json:"end"`
	Value    *float64   `json:"value"` // its lead time, or its time in the stage or for the reason; of an open item so far
	Process  *float64   `json:"process"`
	Waiting  *float64   `json:"waiting"`
	Returns  int64      `json:"returns"`            // how often it came back to an earlier stage
	Excluded string     `json:"excluded,omitempty"` // why it was left out
}

// check fills in the defaults and refuses what cannot be answered.
func (sq StreamItemsQuery) check() (StreamItemsQuery, error) {
	q, err := sq.StreamQuery.check()
	if err != nil {
		return sq, err
	}
	sq.StreamQuery = q
	if sq.Kind == "" {
		sq.Kind = StreamDone
	}
	if sq.Limit == 0 {
		sq.Limit = defaultLimit
	}
	if sq.Limit < 0 {
		return sq, &UsageError{"limit", fmt.Sprintf("%d is not a number of items", sq.Limit)}
	}
	return sq, oneOf("kind", string(sq.Kind), streamKinds)
}

// StreamItems lists the items behind a stream's figures. A wrong question is a *UsageError.
func (r *Reader) StreamItems(ctx context.Context, sq StreamItemsQuery) (StreamItems, error) {
	sq, err := sq.check()
	if err != nil {
		return StreamItems{}, err
	}
	after, err := parseStreamCursor(sq.After)
	if err != nil {
		return StreamItems{}, err
	}
	if err := r.checkClock(ctx, sq.Clock); err != nil {
		return StreamItems{}, err
	}
	stages, err := r.stagesOf(ctx, sq.StreamQuery)
	if err != nil {
		return StreamItems{}, err
	}
	// The time between two ends of a reopened ticket is in no stage of the list.
	if sq.Stage != "" && sq.Stage != "done" {
		if err := findStage("stage", sq.Stage, sq.Stream, stages); err != nil {
			return StreamItems{}, err
		}
	}
	page := sq.params(r.now())
	page["limit"], page["after_place"], page["after_id"] = int64(sq.Limit)+1, after.Place, after.ID // one more, to know whether there is a next page
	var found []streamItemRow
	var counts []struct {
		N uint64 `ch:"n"`
	}
	statement := sq.statementOf(streamItemsSQL, itemsOfStream)
	whole, _, _ := strings.Cut(statement, pageMark)
	parallel, both := errgroup.WithContext(ctx)
	parallel.Go(func() error { return r.w.Select(both, &found, statement, page) })
	parallel.Go(func() error {
		return r.w.Select(both, &counts, "SELECT count() AS n FROM ("+whole+"\n)", sq.params(r.now()))
	})
	if err := parallel.Wait(); err != nil {
		return StreamItems{}, fmt.Errorf("list the items of %s: %w", sq.Stream, err)
	}
	a := StreamItems{Stream: sq.Stream, Kind: sq.Kind, Items: []StreamItem{}, Notes: []string{}}
	if len(counts) > 0 {
		a.Total = int64(counts[0].N)
	}
	if len(found) > sq.Limit {
		found = found[:sq.Limit]
		last := found[sq.Limit-1]
		next := streamCursor{last.Place, last.ID}.String()
		a.Next = &next
	}
	if err := r.partsOf(ctx, sq, found); err != nil {
		return StreamItems{}, fmt.Errorf("measure the items of %s: %w", sq.Stream, err)
	}
	for _, row := range found {
		a.Items = append(a.Items, row.item())
	}
	if a.Total == 0 {
		if a.Notes, err = r.whyNoItems(ctx, sq); err != nil {
			return StreamItems{}, fmt.Errorf("explain the items of %s: %w", sq.Stream, err)
		}
	}
	return a, nil
}

// partsOf gives the items of a page their time in the stage and for the reason that are asked for, instead of all their time.
// Of open items it is how long they have been there already.
func (r *Reader) partsOf(ctx context.Context, sq StreamItemsQuery, rows []streamItemRow) error {
	if sq.Stage == "" && sq.Reason == "" {
		return nil
	}
	at, ids := map[string]*streamItemRow{}, []string{}
	for i := range rows {
		if rows[i].State != "open" || sq.Kind != StreamOpen {
			at[rows[i].ID], ids = &rows[i], append(ids, rows[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	p := sq.params(r.now())
	p["ids"] = ids
	var parts []struct {
		ID      string `ch:"id"`
		Process int64  `ch:"process"`
		Waiting int64  `ch:"waiting"`
	}
	if err := r.w.Select(ctx, &parts, sq.statementOf(streamItemsSQL, partsOfItems), p); err != nil {
		return err
	}
	for _, part := range parts {
		value := part.Process + part.Waiting
		at[part.ID].Value, at[part.ID].Process, at[part.ID].Waiting = &value, &part.Process, &part.Waiting
	}
	return nil
}

func (sq StreamItemsQuery) params(now time.Time) warehouse.Params {
	p := sq.StreamQuery.params()
	p["kind"], p["stage"], p["reason"], p["now"] = string(sq.Kind), sq.Stage, sq.Reason, now
	return p
}

// whyNoItems says in a sentence why a list is empty.
func (r *Reader) whyNoItems(ctx context.Context, sq StreamItemsQuery) ([]string, error) {
	if sq.Kind == StreamDone && sq.Stage == "" && sq.Reason == "" {
		return r.streamNotes(ctx, sq.StreamQuery, true)
	}
	notes, err := r.unknownToStream(ctx, sq.StreamQuery, true)
	if err != nil || len(notes) > 0 {
		return notes, err
	}
	what := map[StreamKind]string{
		StreamDone: "no item done in the window", StreamOpen: "no open item", StreamReturned: "no item of the window that came back", StreamExcluded: "nothing that was left out of the window",
	}[sq.Kind]
	verb := map[bool]string{false: "was", true: "is"}[sq.Kind == StreamOpen]
	switch {
	case sq.Kind == StreamReturned && sq.Stage != "":
		what = fmt.Sprintf("nothing that left %q in the window came back", sq.Stage)
	case sq.Stage != "":
		what = fmt.Sprintf("%s %s in %q", what, verb, sq.Stage)
	case sq.Reason == "" && sq.Kind == StreamExcluded:
		what = "nothing was left out of the window"
	case sq.Reason == "" && sq.Kind == StreamOpen:
		what = "no item is open"
	case sq.Reason == "":
		what = "no item done in the window came back"
	}
	if sq.Reason != "" {
		what += fmt.Sprintf(" with time for %q", sq.Reason)
	}
	return append(notes, what), nil
}

// streamItemRow is an item as the warehouse lists it, its durations in milliseconds.
type streamItemRow struct {
	ID       string     `ch:"id"`
	Kind     string     `ch:"item_kind"`
	Class    string     `ch:"item_class"`
	Title    string     `ch:"item_title"`
	URL      string     `ch:"link"`
	State    string     `ch:"state"` // done, open, excluded
	Team     string     `ch:"item_team"`
	Stage    string     `ch:"in_stage"`
	Owner    string     `ch:"with_owner"`
	Start    time.Time  `ch:"start_at"`
	End      *time.Time `ch:"end_at"`
	Value    *int64     `ch:"value"`
	Process  *int64     `ch:"process"`
	Waiting  *int64     `ch:"waiting"`
	Returns  uint32     `ch:"return_n"`
	Excluded string     `ch:"why"`
	Place    int64      `ch:"place"`
}

func (row streamItemRow) item() StreamItem {
	return StreamItem{
		Item: row.ID, Kind: row.Kind, Class: known(row.Class), Title: row.Title, URL: known(row.URL), Team: known(row.Team),
		Stage: known(row.Stage), Owner: known(row.Owner), Start: row.Start.UTC(), End: utc(row.End),
		Value: inSeconds(row.Value), Process: inSeconds(row.Process), Waiting: inSeconds(row.Waiting),
		Returns: int64(row.Returns), Excluded: row.Excluded,
	}
}

func inSeconds(milliseconds *int64) *float64 {
	if milliseconds == nil {
		return nil
	}
	return seconds(float64(*milliseconds))
}

// streamCursor is a place in a list of a stream's items: between the item that it names and the next.
type streamCursor struct {
	Place int64  `json:"place"`
	ID    string `json:"id"`
}

func (c streamCursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // a number and a text can always be written
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func parseStreamCursor(text string) (streamCursor, error) {
	c := streamCursor{Place: math.MinInt64}
	if text == "" {
		return c, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || c.ID == "" {
		return c, &UsageError{"after", fmt.Sprintf("%q is not the `next` of an earlier answer", text)}
	}
	return c, nil
}
