package metrics

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// ItemsQuery asks for the items behind a metric's figures, the newest end first; of those that are under way at a moment,
// the oldest first.
type ItemsQuery struct {
	Query
	Excluded  bool   // those that were left out instead
	Numerator bool   // of a ratio: only those in its numerator, such as the deployments that failed
	Limit     int    // default 100
	After     string // the previous answer's Next
}

// ItemsAnswer is one page of items.
type ItemsAnswer struct {
	Metric string   `json:"metric"`
	Unit   string   `json:"unit"`
	Next   *string  `json:"next"`  // what to ask `after` for the next page; nil: this was the last one
	Total  int64    `json:"total"` // how many there are on all pages
	Items  []Item   `json:"items"`
	Notes  []string `json:"notes"` // why there are none
}

// Item is one thing that a metric counted, or left out. Fields that a metric does not have are absent.
type Item struct {
	ID          string     `json:"id"`
	Kind        string     `json:"kind"` // change, deployment, incident, ticket
	Title       string     `json:"title"`
	URL         *string    `json:"url"`
	Service     *string    `json:"service"`           // nil: an incident, or an item of a stream, of none or of several
	Services    []string   `json:"services,omitzero"` // of such a one: all of them
	Environment string     `json:"environment,omitempty"`
	Class       *string    `json:"class,omitempty"` // what it is for, of a metric that tells that apart; empty: not known, null in JSON
	Start       *time.Time `json:"start"`           // the two moments that the value lies between; nil: not known
	End         *time.Time `json:"end"`
	// Value is in seconds for a duration, 1 or 0 for a ratio: whether the item is in the numerator, and the item's own part
	// for a share; nil: not known. The items of rates and levels have none.
	Value    *float64   `json:"value"`
	Stages   []Interval `json:"stages,omitzero"`
	Evidence []Evidence `json:"evidence,omitzero"`  // nil where the metric has none
	Excluded string     `json:"excluded,omitempty"` // why it was left out

	valueless bool
}

// MarshalJSON writes the item as records.md has it; the items of a rate have no value at all, nor have those with a class.
func (i Item) MarshalJSON() ([]byte, error) {
	type plain Item
	if !i.valueless {
		return json.Marshal(plain(i))
	}
	var class any
	if i.Class != nil {
		class = known(*i.Class)
	}
	return json.Marshal(struct {
		plain
		Class any      `json:"class,omitempty"` // these hide the item's own
		Value *float64 `json:"value,omitempty"`
	}{plain: plain(i), Class: class})
}

// UnmarshalJSON reads an item as MarshalJSON writes it.
func (i *Item) UnmarshalJSON(text []byte) error {
	type plain Item
	if err := json.Unmarshal(text, (*plain)(i)); err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	_, given := fields["value"]
	i.valueless = !given
	if _, classed := fields["class"]; classed && i.Class == nil {
		i.Class = new(string)
	}
	return nil
}

// Interval is the part of an item's time that lies in one stage.
type Interval struct {
	Stage  string    `json:"stage"`
	Class  string    `json:"class"`
	Reason string    `json:"reason"`
	Owner  *string   `json:"owner"` // the team; nil: not known
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
}

// Evidence names a record and the rule by which it made the item count.
type Evidence struct {
	Rule   string `json:"rule"`
	Record string `json:"record"`
	ID     string `json:"id"`
}

const defaultLimit = 100

// Items lists the items that a query's figures are computed from, or that were left out of them.
func (r *Reader) Items(ctx context.Context, iq ItemsQuery) (ItemsAnswer, error) {
	q, m, err := iq.Query.check()
	if err != nil {
		return ItemsAnswer{}, err
	}
	if err := r.checkKnown(ctx, q); err != nil {
		return ItemsAnswer{}, err
	}
	iq.Query = q
	if iq.Limit == 0 {
		iq.Limit = defaultLimit
	}
	if iq.Limit < 0 {
		return ItemsAnswer{}, &UsageError{"limit", fmt.Sprintf("%d is not a number of items", iq.Limit)}
	}
	if iq.Numerator && m.Classed {
		return ItemsAnswer{}, &UsageError{"numerator", m.ID + " has a row for each class, and every item is in the numerator of its own"}
	}
	if iq.Numerator && (m.Shape != ShapeRatio || iq.Excluded) {
		return ItemsAnswer{}, &UsageError{"numerator", "only the items that a ratio counts are in its numerator or not"}
	}
	after, err := parseCursor(iq.After, m)
	if err != nil {
		return ItemsAnswer{}, err
	}
	p := q.params(r.loc, r.now())
	p["excluded"], p["limit"] = iq.Excluded, int64(iq.Limit)+1 // one more, to know whether there is a next page
	after.into(p)
	var found []itemRow
	if err := r.w.Select(ctx, &found, iq.of(m)+pageMark+m.page(), p); err != nil {
		return ItemsAnswer{}, fmt.Errorf("list the items of %s: %w", m.ID, err)
	}
	a := ItemsAnswer{Metric: m.ID, Unit: m.Unit(), Items: []Item{}, Notes: []string{}}
	if a.Total, err = r.total(ctx, iq, m); err != nil {
		return ItemsAnswer{}, fmt.Errorf("count the items of %s: %w", m.ID, err)
	}
	if len(found) > iq.Limit {
		found = found[:iq.Limit]
		next := found[iq.Limit-1].cursor().String()
		a.Next = &next
	}
	for _, row := range found {
		a.Items = append(a.Items, row.item(m))
	}
	if len(found) == 0 && iq.After == "" && !iq.Excluded {
		if a.Notes, err = r.explain(ctx, q, m, true); err != nil {
			return ItemsAnswer{}, fmt.Errorf("explain the items of %s: %w", m.ID, err)
		}
	}
	return a, nil
}

// of is the statement of the items that are asked for, without its page.
func (iq ItemsQuery) of(m Metric) string {
	if iq.Numerator {
		return m.whole() + "\n  AND value = 1"
	}
	return m.whole()
}

func (r *Reader) total(ctx context.Context, iq ItemsQuery, m Metric) (int64, error) {
	var counts []struct {
		N uint64 `ch:"n"`
	}
	p := iq.params(r.loc, r.now())
	p["excluded"] = iq.Excluded
	if err := r.w.Select(ctx, &counts, "SELECT count() AS n FROM ("+iq.statement(iq.of(m))+"\n)", p); err != nil || len(counts) == 0 {
		return 0, err
	}
	return int64(counts[0].N), nil
}

// itemRow is an item as the warehouse lists it. A metric's statement may lack columns that the metric has no use for.
type itemRow struct {
	ID          string     `ch:"id"`
	Kind        string     `ch:"item_kind"`
	Class       string     `ch:"item_class"`
	Title       string     `ch:"item_title"`
	URL         string     `ch:"link"`
	Service     string     `ch:"item_service"`
	Services    []string   `ch:"services"`
	Environment string     `ch:"place"`
	Start       *time.Time `ch:"start_at"`
	End         *time.Time `ch:"end_at"`
	At          time.Time  `ch:"at"` // the moment that puts it into the window: its end, or the last that is known
	Value       *int64     `ch:"value"`
	Share       *float64   `ch:"share"`

	Team       string      `ch:"item_team"`
	Stages     []string    `ch:"stage_names"`
	StageStart []time.Time `ch:"stage_starts"`
	StageEnd   []time.Time `ch:"stage_ends"`

	Rules   []string `ch:"rules"`
	Records []string `ch:"evidence_records"`
	IDs     []string `ch:"evidence_ids"`

	Excluded string `ch:"excluded"`
}

func (row itemRow) item(m Metric) Item {
	item := Item{
		ID: row.ID, Kind: row.Kind, Title: row.Title, URL: known(row.URL), Service: known(row.Service), Environment: row.Environment,
		Start: utc(row.Start), End: utc(row.End), Value: row.value(m), Excluded: row.Excluded, valueless: m.Shape == ShapeRate || m.Shape == ShapeLevel || m.Classed,
	}
	if m.Classed {
		item.Class = &row.Class
	}
	if m.Shape != ShapeRate {
		item.Evidence = []Evidence{}
	}
	if row.Kind == "incident" || m.Subject == Items {
		item.Services = append([]string{}, row.Services...)
	}
	if m.Staged {
		item.Stages = []Interval{}
	}
	for i, name := range row.Stages {
		s := stageNamed(name)
		item.Stages = append(item.Stages, Interval{
			Stage: name, Class: s.class, Reason: s.reason, Owner: known(row.Team), Start: row.StageStart[i].UTC(), End: row.StageEnd[i].UTC(),
		})
	}
	for i, rule := range row.Rules[:min(len(row.Rules), len(row.Records), len(row.IDs))] {
		item.Evidence = append(item.Evidence, Evidence{Rule: rule, Record: row.Records[i], ID: row.IDs[i]})
	}
	return item
}

// value is nil where it is not known, and for what was left out of a ratio.
func (row itemRow) value(m Metric) *float64 {
	switch {
	case m.Shape == ShapeShare:
		return row.Share
	case row.Value == nil, row.Excluded != "" && m.Shape == ShapeRatio:
		return nil
	case m.Shape == ShapeDuration:
		return seconds(float64(*row.Value))
	default:
		value := float64(*row.Value)
		return &value
	}
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// cursor is a place in the list of items: between the item that it names and the next. Several items may share the moment,
// and one change may be delivered to several services, so it names all that the list is ordered by.
type cursor struct {
	At          time.Time `json:"at"`
	ID          string    `json:"id"`
	Service     string    `json:"service,omitempty"`
	Environment string    `json:"environment,omitempty"`
}

// first is the place before all items: no moment that the warehouse can hold is later.
var first = cursor{At: time.Date(2299, 12, 31, 23, 59, 59, 0, time.UTC)}

// oldest is the place before all items where the oldest come first.
var oldest = cursor{At: firstMoment}

func (row itemRow) cursor() cursor {
	return cursor{At: row.At.UTC(), ID: row.ID, Service: row.Service, Environment: row.Environment}
}

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // a time and three texts can always be written
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func parseCursor(text string, m Metric) (cursor, error) {
	switch {
	case text == "" && m.AtEnd:
		return oldest, nil
	case text == "":
		return first, nil
	}
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || c.At.Year() < 1900 || c.At.Year() > 2299 {
		return c, &UsageError{"after", fmt.Sprintf("%q is not the `next` of an earlier answer", text)}
	}
	return c, nil
}

func (c cursor) into(p warehouse.Params) {
	p["after_at"], p["after_id"], p["after_service"], p["after_environment"] = c.At, c.ID, c.Service, c.Environment
}
