package metrics

import (
	"context"
	_ "embed" // for the statements
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
)

//go:embed handoff_items.sql
var handoffItemsSQL string

// The statements of handoff_items.sql, in their order.
const (
	handoffList = iota
	titlesOfItems
)

// HandoffItemsQuery asks for the handoffs behind the figures, the longest wait first.
type HandoffItemsQuery struct {
	HandoffsQuery
	Open  bool   // those that still wait instead of those of the items that were done
	Limit int    // default 100
	After string // the previous answer's Next
}

// HandoffItems is one page of handoffs.
type HandoffItems struct {
	Total int64     `json:"total"` // how many there are on all pages
	Next  *string   `json:"next"`  // what to ask `after` for the next page; nil: this was the last one
	Items []Handoff `json:"items"`
	Notes []string  `json:"notes"` // why there are none
}

// Handoff is one transfer of an item from one group to another.
type Handoff struct {
	Item       string     `json:"item"`
	Title      string     `json:"title"`
	URL        *string    `json:"url"`
	From       *string    `json:"from"` // nil: the group is not known
	To         *string    `json:"to"`
	Reason     string     `json:"reason"`      // what the receiver was waited for
	At         time.Time  `json:"at"`          // the change of owner
	ReceivedAt *time.Time `json:"received_at"` // when the receiver began, or let go of it; nil: it still waits
	Wait       *float64   `json:"wait"`        // seconds; of one that still waits: until now; nil: no calendar says it
	Open       bool       `json:"open"`        // it still waits
	Return     bool       `json:"return"`      // to an earlier stage
}

// Which handoffs are listed.
const (
	doneHandoffs = "done" // of the items that were done in the window
	openHandoffs = "open" // that open items wait in
	everyHandoff = "all"  // both
)

// handoffPage is a piece of the list of handoffs.
type handoffPage struct {
	which string
	limit int
	after handoffCursor
}

// HandoffItems lists the handoffs behind the figures.
func (r *Reader) HandoffItems(ctx context.Context, q HandoffItemsQuery) (HandoffItems, error) {
	var err error
	if q.HandoffsQuery, err = q.check(); err != nil {
		return HandoffItems{}, err
	}
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	if q.Limit < 0 {
		return HandoffItems{}, &UsageError{"limit", fmt.Sprintf("%d is not a number of handoffs", q.Limit)}
	}
	page := handoffPage{which: doneHandoffs, limit: q.Limit + 1} // one more, to know whether there is a next page
	if q.Open {
		page.which = openHandoffs
	}
	if page.after, err = parseHandoffCursor(q.After); err != nil {
		return HandoffItems{}, err
	}
	if _, err := r.stagesOf(ctx, q.StreamQuery); err != nil {
		return HandoffItems{}, err
	}
	a := HandoffItems{Notes: []string{}}
	found, err := r.handoffPage(ctx, q.HandoffsQuery, page)
	if err != nil {
		return a, fmt.Errorf("list the handoffs of %s: %w", q.Stream, err)
	}
	if len(found) > q.Limit {
		found = found[:q.Limit]
		next := found[q.Limit-1].cursor().String()
		a.Next = &next
	}
	if a.Items, err = r.handoffs(ctx, q.StreamQuery, found); err != nil {
		return a, fmt.Errorf("list the items of the handoffs of %s: %w", q.Stream, err)
	}
	if a.Total, err = r.countHandoffs(ctx, q.HandoffsQuery, page.which); err != nil {
		return a, fmt.Errorf("count the handoffs of %s: %w", q.Stream, err)
	}
	if a.Total == 0 {
		a.Notes, err = r.whyNoHandoff(ctx, q)
	}
	return a, err
}

// whyNoHandoff says in sentences why there is nothing to list.
func (r *Reader) whyNoHandoff(ctx context.Context, q HandoffItemsQuery) (notes []string, err error) {
	if !q.Open {
		items, _, err := r.itemsHanded(ctx, q.HandoffsQuery)
		if err == nil {
			notes, err = r.handoffNotes(ctx, q.HandoffsQuery, items, true)
		}
		if err != nil {
			return nil, fmt.Errorf("explain the handoffs of %s: %w", q.Stream, err)
		}
		return notes, nil
	}
	if notes, err = r.unknownToStream(ctx, q.StreamQuery, true); err == nil && len(notes) == 0 {
		notes, err = r.unknownToHandoffs(ctx, q.HandoffsQuery)
	}
	if err != nil {
		return nil, fmt.Errorf("explain the open handoffs of %s: %w", q.Stream, err)
	}
	if len(notes) == 0 {
		notes = append(notes, "no open item waits like this for a group to begin")
	}
	return notes, nil
}

// handoffRow is a handoff as the warehouse lists it.
type handoffRow struct {
	Item     string     `ch:"id"`
	Place    uint32     `ch:"place"`
	From     string     `ch:"from_name"`
	To       string     `ch:"to_name"`
	Reason   string     `ch:"reason_name"`
	At       time.Time  `ch:"began_at"`
	Received *time.Time `ch:"received"`
	Wait     *int64     `ch:"wait"`
	Open     bool       `ch:"is_open"`
	Returned bool       `ch:"returned"`
	Rank     int64      `ch:"rank"`
}

func (r *Reader) handoffPage(ctx context.Context, q HandoffsQuery, page handoffPage) (found []handoffRow, err error) {
	p := q.params()
	p["which"], p["now"], p["limit"] = page.which, r.now(), page.limit
	p["after_rank"], p["after_item"], p["after_n"] = page.after.Rank, page.after.Item, page.after.N
	return found, r.w.Select(ctx, &found, q.statement(handoffItemsSQL, handoffList, EveryRange), p)
}

func (r *Reader) countHandoffs(ctx context.Context, q HandoffsQuery, which string) (int64, error) {
	var counts []struct {
		N uint64 `ch:"n"`
	}
	all, _, _ := strings.Cut(q.statement(handoffItemsSQL, handoffList, EveryRange), pageMark)
	p := q.params()
	p["which"], p["now"] = which, r.now()
	if err := r.w.Select(ctx, &counts, "SELECT count() AS n FROM ("+all+"\n)", p); err != nil || len(counts) == 0 {
		return 0, err
	}
	return int64(counts[0].N), nil
}

// handoffs tells the rows with the titles of their items.
func (r *Reader) handoffs(ctx context.Context, q StreamQuery, rows []handoffRow) ([]Handoff, error) {
	all := make([]Handoff, len(rows))
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.Item
		all[i] = Handoff{
			Item: row.Item, From: known(row.From), To: known(row.To), Reason: row.Reason, At: row.At.UTC(), ReceivedAt: utc(row.Received),
			Open: row.Open, Return: row.Returned,
		}
		switch {
		case row.Open && q.Clock == elapsed:
			passed := max(0, r.now().Sub(row.At)).Truncate(time.Millisecond).Seconds()
			all[i].Wait = &passed
		case row.Wait != nil:
			all[i].Wait = seconds(float64(*row.Wait))
		}
	}
	if len(rows) == 0 {
		return all, nil
	}
	var items []struct {
		Item  string `ch:"id"`
		Title string `ch:"item_title"`
		URL   string `ch:"link"`
	}
	sql := strings.Split(handoffItemsSQL, ";\n")[titlesOfItems]
	if err := r.w.Select(ctx, &items, sql, map[string]any{"stream": q.Stream, "items": ids}); err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, item := range items {
		at[item.Item] = i
	}
	for i := range all {
		if of, there := at[all[i].Item]; there {
			all[i].Title, all[i].URL = items[of].Title, known(items[of].URL)
		}
	}
	return all, nil
}

// handoffCursor is a place in the list of handoffs: behind the one that it names.
type handoffCursor struct {
	Rank int64  `json:"rank"`
	Item string `json:"item"`
	N    uint32 `json:"n"`
}

// firstHandoff is the place before all handoffs.
var firstHandoff = handoffCursor{Rank: math.MaxInt64}

func (row handoffRow) cursor() handoffCursor {
	return handoffCursor{Rank: row.Rank, Item: row.Item, N: row.Place}
}

func (c handoffCursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // two numbers and a text can always be written
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func parseHandoffCursor(text string) (handoffCursor, error) {
	if text == "" {
		return firstHandoff, nil
	}
	var c handoffCursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || c.Item == "" {
		return c, &UsageError{"after", fmt.Sprintf("%q is not the `next` of an earlier answer", text)}
	}
	return c, nil
}
