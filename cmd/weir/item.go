package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/metrics"
)

func (p *program) itemCommand() *cobra.Command {
	q := &streamQuestion{clock: choice{"elapsed", []string{"elapsed", "working"}}, format: choice{"table", []string{"table", "json", "csv"}}}
	cmd := &cobra.Command{
		Use:   "item ITEM",
		Short: "Show where the time of one ticket, change or incident went",
		Long: `Item shows the timeline of one ticket with its changes, of a change alone, or of an incident, across tools: who had it
when, and whether they worked on it or it waited; each handoff; what came back; and what delivered it.

ITEM is a ticket's key, a change such as repo#12, or an incident's id. CSV has one line for each interval.`,
		Example: `  weir item PAY-12
  weir item shop/checkout#417 --format json`,
		Args: arguments("an item", 1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.askStream(cmd.Context(), q, func(ctx context.Context, from streaming, asked metrics.StreamQuery) error {
				t, err := from.Timeline(ctx, metrics.TimelineQuery{Item: args[0], Stream: q.stream, Clock: q.clock.value})
				if err != nil {
					return argumentNotFlag(err)
				}
				return p.writeTimeline(t, asked.From.Location(), q.format.value)
			})
		},
	}
	cmd.Flags().StringVar(&q.stream, "stream", "", "the value stream (default: one that has the item, delivery first)")
	addChoice(cmd, &q.clock, "clock", "time as it passes, or working time by calendars")
	addChoice(cmd, &q.format, "format", "how the result is written to standard output")
	return cmd
}

// argumentNotFlag tells what is wrong with the item as what it is here: an argument.
func argumentNotFlag(err error) error {
	var asked *metrics.UsageError
	if errors.As(err, &asked) && asked.Parameter == "item" {
		return usagef("%s", asked.Reason)
	}
	return err
}

// handoffFlags names the parameters that the API writes otherwise as the flags that they are here.
func handoffFlags(err error) error {
	var asked *metrics.UsageError
	if errors.As(err, &asked) {
		return &metrics.UsageError{Parameter: strings.ReplaceAll(asked.Parameter, "_", "-"), Reason: asked.Reason}
	}
	return err
}

func (p *program) writeTimeline(t metrics.Timeline, location *time.Location, format string) error {
	switch format {
	case "json":
		return writeJSON(p.stdout, t)
	case "csv":
		p.tellNotes(t.Notes)
		rows := make([]csvRow, len(t.Intervals))
		for i, interval := range t.Intervals {
			rows[i] = intervalCSV(interval)
		}
		return writeCSV(p.stdout, intervalCSV(metrics.TimelineInterval{}).names, rows)
	}
	d := timelineDrawing{Timeline: t, location: location, to: p.stdout}
	d.head()
	d.intervals()
	d.handoffs()
	d.returns()
	d.changes()
	p.remark(nil, t.Notes)
	return nil
}

func intervalCSV(i metrics.TimelineInterval) csvRow {
	var row csvRow
	row.add("n", strconv.FormatInt(i.N, 10))
	row.add("stage", i.Stage)
	row.add("class", i.Class)
	row.add("reason", i.Reason)
	row.add("owner", plainText(i.Owner))
	row.add("start", plainTime(&i.Start))
	row.add("end", plainTime(i.End))
	row.add("seconds", plainNumber(i.Seconds))
	row.add("rule", i.Rule)
	row.add("record", plainText(i.Record))
	row.add("record_id", plainText(i.RecordID))
	row.add("url", plainText(i.URL))
	return row
}

// timelineDrawing writes a timeline for people.
type timelineDrawing struct {
	metrics.Timeline
	location *time.Location
	to       io.Writer
}

// head says what the item is, and how long it took.
func (d timelineDrawing) head() {
	fmt.Fprintf(d.to, "%s  %s\n", oneLine(d.Item), oneLine(d.Title))
	words := []string{d.Kind}
	for _, known := range []*string{d.Class, d.Type} {
		if known != nil && !strings.EqualFold(*known, d.Kind) {
			words = append(words, oneLine(*known))
		}
	}
	if d.Team != nil {
		words = append(words, "team "+oneLine(*d.Team))
	}
	words = append(words, d.Status)
	if d.URL != nil {
		words = append(words, oneLine(*d.URL))
	}
	fmt.Fprintln(d.to, strings.Join(words, ", "))
	end := "now"
	if d.End != nil {
		end = itemTime(d.End, d.location)
	}
	fmt.Fprintf(d.to, "%s to %s (%s)", itemTime(&d.Start, d.location), end, d.location)
	if d.Lead != nil && d.Active != nil && d.Waiting != nil {
		fmt.Fprintf(d.to, ": %s, of which %s active and %s waiting", humanDuration(*d.Lead), humanDuration(*d.Active), humanDuration(*d.Waiting))
	}
	if d.Efficiency != nil {
		fmt.Fprintf(d.to, "; efficiency %s", humanShare(*d.Efficiency))
	}
	fmt.Fprintln(d.to)
}

// The characters of bars.
const (
	activeBlock  = '█'
	waitingBlock = '░'
)

// The widths of bars, in characters: wide unless the terminal is narrow.
const (
	wideBar   = 40
	narrowBar = 20
	roomy     = 110
)

// intervals draws the bar of the whole item, and below it each interval at its place on the bar.
func (d timelineDrawing) intervals() {
	if len(d.Intervals) == 0 {
		return
	}
	width := wideBar
	if has := terminalWidth(d.to); has > 0 && has < roomy {
		width = narrowBar
	}
	bar := newBar(d.Timeline, width)
	fmt.Fprintf(d.to, "\n%s  %c active  %c waiting\n\n", bar.whole(d.Timeline.Intervals), activeBlock, waitingBlock)
	g := grid{columns: []column{{name: "start"}, {name: "stage", long: true}, {name: "what"}, {name: "by", long: true}, {name: "took", number: true}, {name: ""}, {name: "because of", long: true}}}
	for _, i := range d.Intervals {
		g.add(itemTime(&i.Start, d.location), oneLine(i.Title), doing(i), groupName(i.Owner), took(i), bar.of(i), evidenceOf(i.Rule, i.Record, i.RecordID))
	}
	g.draw(d.to)
}

// doing is what happens in an interval, in words.
func doing(i metrics.TimelineInterval) string {
	if i.Class == "waiting" {
		return "waits: " + oneLine(i.Reason)
	}
	return oneLine(i.Reason)
}

func took(i metrics.TimelineInterval) string {
	text := orNoData(i.Seconds, humanDuration)
	if i.End == nil && i.Seconds != nil {
		text += " so far"
	}
	return text
}

func evidenceOf(rule string, record, id *string) string {
	words := []string{rule}
	for _, known := range []*string{record, id} {
		if known != nil && strings.ReplaceAll(*known, "_", " ") != rule {
			words = append(words, *known)
		}
	}
	return oneLine(strings.Join(words, " "))
}

// bar is the scale of a timeline's bars: so many characters for so long a time.
type bar struct {
	start  time.Time
	length time.Duration
	width  int
}

func newBar(t metrics.Timeline, width int) bar {
	start := t.Intervals[0].Start
	return bar{start: start, length: endOf(t.Intervals[len(t.Intervals)-1]).Sub(start), width: width}
}

// endOf is where an interval ends, or where it has got to.
func endOf(i metrics.TimelineInterval) time.Time {
	switch {
	case i.End != nil:
		return *i.End
	case i.Seconds != nil:
		return i.Start.Add(time.Duration(*i.Seconds * float64(time.Second)))
	}
	return i.Start
}

// place is how many characters along the bar a moment is.
func (b bar) place(t time.Time) float64 {
	if b.length <= 0 {
		return 0
	}
	return float64(t.Sub(b.start)) / float64(b.length) * float64(b.width)
}

// of is an interval at its place on the bar: one character at least, however short it was.
func (b bar) of(i metrics.TimelineInterval) string {
	from := max(0, min(int(math.Round(b.place(i.Start))), b.width-1))
	to := max(int(math.Round(b.place(endOf(i)))), from+1)
	return strings.Repeat(" ", from) + strings.Repeat(string(block(i)), to-from)
}

func block(i metrics.TimelineInterval) rune {
	if i.Class == "active" {
		return activeBlock
	}
	return waitingBlock
}

// whole is the bar of all intervals: each character shows the one in its middle.
func (b bar) whole(intervals []metrics.TimelineInterval) string {
	blocks := make([]rune, b.width)
	at := 0
	for c := range blocks {
		for at < len(intervals)-1 && b.place(endOf(intervals[at])) <= float64(c)+0.5 {
			at++
		}
		blocks[c] = block(intervals[at])
	}
	return string(blocks)
}

func (d timelineDrawing) handoffs() {
	if len(d.Handoffs) == 0 {
		return
	}
	fmt.Fprintf(d.to, "\nHandoffs\n\n")
	g := grid{columns: []column{{name: "at"}, {name: "from", long: true}, {name: "to", long: true}, {name: "reason"}, {name: "wait", number: true}, {name: ""}}}
	for _, h := range d.Handoffs {
		state := handoffState(metrics.Handoff{Return: h.Return, Open: h.ReceivedAt == nil && d.Status == "open"})
		g.add(itemTime(&h.At, d.location), groupName(h.From), groupName(h.To), oneLine(h.Reason), orNoData(h.Wait, humanDuration), state)
	}
	g.draw(d.to)
}

func (d timelineDrawing) returns() {
	if len(d.Returns) == 0 {
		return
	}
	fmt.Fprintf(d.to, "\nWhat came back\n\n")
	g := grid{columns: []column{{name: "at"}, {name: "to"}, {name: "from"}, {name: "because of", long: true}}}
	for _, back := range d.Returns {
		g.add(itemTime(back.At, d.location), oneLine(back.Stage), oneLine(plainText(back.From)), evidenceOf(back.Rule, back.Record, back.RecordID))
	}
	g.draw(d.to)
}

func (d timelineDrawing) changes() {
	if len(d.Changes) == 0 {
		return
	}
	fmt.Fprintf(d.to, "\nChanges\n\n")
	g := grid{columns: []column{{name: "change"}, {name: "title", long: true}, {name: "named in"}, {name: "merged"}, {name: "delivered", long: true}}}
	for _, c := range d.Changes {
		var delivered []string
		for _, by := range c.Delivered {
			delivered = append(delivered, fmt.Sprintf("%s %s", oneLine(by.Service), itemTime(&by.FinishedAt, d.location)))
		}
		merged := itemTime(c.MergedAt, d.location)
		if merged == "" {
			merged = "not yet"
		}
		g.add(oneLine(c.ID), oneLine(c.Title), oneLine(plainText(c.Rule)), merged, strings.Join(delivered, ", "))
	}
	g.draw(d.to)
}
