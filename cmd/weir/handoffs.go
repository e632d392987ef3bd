package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/metrics"
)

// handing is what questions about handoffs and timelines are put to.
type handing interface {
	Handoffs(ctx context.Context, q metrics.HandoffsQuery) (metrics.Handoffs, error)
	HandoffTrend(ctx context.Context, q metrics.HandoffTrendQuery) (metrics.HandoffTrend, error)
	HandoffItems(ctx context.Context, q metrics.HandoffItemsQuery) (metrics.HandoffItems, error)
	Timeline(ctx context.Context, q metrics.TimelineQuery) (metrics.Timeline, error)
}

// handoffQuestion is what the flags of handoffs ask.
type handoffQuestion struct {
	*streamQuestion
	between, every             choice
	fromGroup, toGroup, reason string
	items, open                bool
	limit                      int
	after                      string
}

func (p *program) handoffsCommand() *cobra.Command {
	q := &handoffQuestion{
		between: choice{"groups", []string{"groups", "teams", "roles"}},
		every:   choice{"range", []string{"range", "day", "week", "month", "quarter"}},
	}
	cmd := &cobra.Command{
		Use:   "handoffs",
		Short: "Show who waited for whom, how long and what for",
		Long: `Handoffs shows the transfers of work from one group to another: how often, how long the receiver let it wait, and
which part of the items' whole lead time that is. It counts those of the items that were done in the window; what still
waits to be begun stands beside it.

With --every it shows how the waits went, with --items the handoffs themselves, the longest wait first. JSON and CSV
have durations in seconds. A group that is not known is written (none).`,
		Example: `  weir handoffs --from 90d
  weir handoffs --between teams --product shop --format csv
  weir handoffs --from-group payments --to-group operations --every week
  weir handoffs --reason approval --items`,
		Args: arguments("nothing", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case q.items && q.every.value != "range":
				return usagef("--items lists handoffs and --every counts them: leave one out")
			case !q.items && (q.open || q.after != "" || cmd.Flags().Changed("limit")):
				return usagef("--open, --limit and --after say which handoffs are listed: they need --items")
			}
			return p.askStream(cmd.Context(), q.streamQuestion, func(ctx context.Context, from streaming, asked metrics.StreamQuery) error {
				return p.tellHandoffs(ctx, from, q, asked)
			})
		},
	}
	q.streamQuestion = addStreamFlags(cmd)
	f := cmd.Flags()
	addChoice(cmd, &q.between, "between", "what counts as one group: a team in one role, a team, or a role")
	addChoice(cmd, &q.every, "every", "the trend, in buckets of this length")
	f.StringVar(&q.fromGroup, "from-group", "", "only handoffs from this `group`")
	f.StringVar(&q.toGroup, "to-group", "", "only handoffs to this `group`")
	f.StringVar(&q.reason, "reason", "", "only what was waited for because of this, such as approval")
	f.BoolVar(&q.items, "items", false, "list the handoffs themselves, the longest wait first")
	f.BoolVar(&q.open, "open", false, "with --items: those that still wait, instead of those of the items done in the window")
	f.IntVar(&q.limit, "limit", 100, "with --items: how many at most")
	f.StringVar(&q.after, "after", "", "with --items: go on after this, the `NEXT` of the answer before")
	return cmd
}

func (p *program) tellHandoffs(ctx context.Context, from handing, q *handoffQuestion, stream metrics.StreamQuery) error {
	asked := metrics.HandoffsQuery{
		StreamQuery: stream, Between: metrics.Between(q.between.value), FromGroup: q.fromGroup, ToGroup: q.toGroup, Reason: q.reason,
	}
	switch {
	case q.items:
		a, err := from.HandoffItems(ctx, metrics.HandoffItemsQuery{HandoffsQuery: asked, Open: q.open, Limit: q.limit, After: q.after})
		if err != nil {
			return handoffFlags(err)
		}
		return p.writeHandoffItems(a, asked, q.format.value)
	case q.every.value != "range":
		a, err := from.HandoffTrend(ctx, metrics.HandoffTrendQuery{HandoffsQuery: asked, Every: metrics.Every(q.every.value)})
		if err != nil {
			return handoffFlags(err)
		}
		return p.writeHandoffTrend(a, asked, q.format.value)
	}
	a, err := from.Handoffs(ctx, asked)
	if err != nil {
		return handoffFlags(err)
	}
	return p.writeHandoffs(a, asked, q.format.value)
}

// describeHandoffs is the line below a title: what was asked.
func describeHandoffs(asked metrics.HandoffsQuery) string {
	text := describeQuestion(metrics.Query{From: asked.From, To: asked.To, Filter: asked.Filter})
	for _, part := range []struct{ word, value string }{{"from", asked.FromGroup}, {"to", asked.ToGroup}, {"because of", asked.Reason}} {
		if part.value != "" {
			text += ", " + part.word + " " + part.value
		}
	}
	if asked.Clock == "working" {
		text += ", in working time"
	}
	return text
}

func (p *program) writeHandoffs(a metrics.Handoffs, asked metrics.HandoffsQuery, format string) error {
	switch format {
	case "json":
		return writeJSON(p.stdout, a)
	case "csv":
		p.tellNotes(a.Notes)
		return p.writeHandoffsCSV(a)
	}
	fmt.Fprintf(p.stdout, "Who waited for whom: handoffs between %s\n%s\n", a.Between, describeHandoffs(asked))
	fmt.Fprint(p.stdout, count(a.Items, "item"), " done")
	if a.Items > 0 {
		fmt.Fprintf(p.stdout, ", %s of lead time together", humanDuration(a.LeadTotal))
	}
	fmt.Fprint(p.stdout, "\n\n")
	if len(a.Pairs) == 0 {
		fmt.Fprintln(p.stdout, noData)
	} else {
		p.drawPairs(a.Pairs)
		p.drawReasons(a.Reasons)
		fmt.Fprintf(p.stdout, "\nThe longest waits\n\n")
		p.drawHandoffs(a.Worst, asked.From.Location())
	}
	p.remark(a.LeftOut, a.Notes)
	return nil
}

// remark writes what was left out and the notes, below an empty line.
func (p *program) remark(left []metrics.LeftOut, notes []string) {
	for i, line := range remarksOn(metrics.Answer{LeftOut: left, Notes: notes}) {
		if i == 0 {
			fmt.Fprintln(p.stdout)
		}
		fmt.Fprintln(p.stdout, line)
	}
}

// tellNotes keeps a mistyped name from looking like a zero where the result itself has no room for a word.
func (p *program) tellNotes(notes []string) {
	for _, note := range notes {
		p.tell("%s", note)
	}
}

func count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.FormatInt(n, 10) + " " + what + "s"
}

var handoffColumns = []column{
	{name: "n", number: true}, {name: "median wait", number: true}, {name: "p85", number: true}, {name: "together", number: true}, {name: "share", number: true},
}

func handoffCells(f metrics.HandoffFigures) []string {
	if f.N == 0 {
		return []string{"0", noData, "", "", ""}
	}
	return []string{
		strconv.FormatInt(f.N, 10), orNoData(f.Wait.P50, humanDuration), orNothing(f.Wait.P85, humanDuration), humanDuration(f.Total), orNothing(f.Share, humanShare),
	}
}

func (p *program) drawPairs(pairs []metrics.HandoffPair) {
	g := grid{columns: append([]column{{name: "from", long: true}, {name: "to", long: true}}, handoffColumns...)}
	g.columns = append(g.columns, column{name: "returns", number: true}, column{name: "still waiting", number: true})
	for _, pair := range pairs {
		g.add(append(append([]string{groupName(pair.From), groupName(pair.To)}, handoffCells(pair.HandoffFigures)...), unlessZero(pair.Returns), unlessZero(pair.Still))...)
	}
	g.draw(p.stdout)
}

func (p *program) drawReasons(reasons []metrics.HandoffReason) {
	fmt.Fprintf(p.stdout, "\nWhat was waited for\n\n")
	g := grid{columns: append(append([]column{{name: "reason", long: true}}, handoffColumns...), column{name: "still waiting", number: true})}
	for _, r := range reasons {
		g.add(append(append([]string{oneLine(r.Reason)}, handoffCells(r.HandoffFigures)...), unlessZero(r.Still))...)
	}
	g.draw(p.stdout)
}

func unlessZero(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// groupName is a group as tables write it, and as questions name it.
func groupName(name *string) string {
	if name == nil {
		return metrics.UnknownGroup
	}
	return oneLine(*name)
}

func (p *program) drawHandoffs(handoffs []metrics.Handoff, location *time.Location) {
	g := grid{columns: []column{
		{name: "item"}, {name: "title", long: true}, {name: "from"}, {name: "to"}, {name: "reason"}, {name: "since"}, {name: "wait", number: true}, {name: ""},
	}}
	for _, h := range handoffs {
		g.add(oneLine(h.Item), oneLine(h.Title), groupName(h.From), groupName(h.To), oneLine(h.Reason), itemTime(&h.At, location), orNoData(h.Wait, humanDuration), handoffState(h))
	}
	g.draw(p.stdout)
}

func handoffState(h metrics.Handoff) string {
	var words []string
	if h.Return {
		words = append(words, "return")
	}
	if h.Open {
		words = append(words, "still waiting")
	}
	return strings.Join(words, ", ")
}

func (p *program) writeHandoffsCSV(a metrics.Handoffs) error {
	rows := make([]csvRow, len(a.Pairs))
	for i, pair := range a.Pairs {
		rows[i] = pairCSV(pair)
	}
	return writeCSV(p.stdout, pairCSV(metrics.HandoffPair{}).names, rows)
}

func pairCSV(pair metrics.HandoffPair) csvRow {
	var row csvRow
	row.add("from", plainText(pair.From))
	row.add("to", plainText(pair.To))
	row.add("n", strconv.FormatInt(pair.N, 10))
	row.addDuration("wait_", pair.Wait)
	row.add("total", plainNumber(&pair.Total))
	row.add("share", plainNumber(pair.Share))
	row.add("returns", strconv.FormatInt(pair.Returns, 10))
	row.add("still", strconv.FormatInt(pair.Still, 10))
	return row
}

func (p *program) writeHandoffTrend(a metrics.HandoffTrend, asked metrics.HandoffsQuery, format string) error {
	switch format {
	case "json":
		return writeJSON(p.stdout, a)
	case "csv":
		p.tellNotes(a.Notes)
		rows := make([]csvRow, len(a.Rows))
		for i, r := range a.Rows {
			rows[i] = trendCSV(r)
		}
		return writeCSV(p.stdout, trendCSV(metrics.HandoffTrendRow{}).names, rows)
	}
	fmt.Fprintf(p.stdout, "How long handoffs between %s waited, by when the items were done\n%s\n\n", a.Between, describeHandoffs(asked))
	g := grid{columns: []column{{name: string(a.Every)}, {name: "n", number: true}}}
	for _, name := range figureNames[metrics.ShapeDuration][1:] {
		g.columns = append(g.columns, column{name: name, number: true})
	}
	for _, r := range a.Rows {
		bucket := bucketLabel(metrics.Row{Bucket: r.Bucket}, metrics.Query{Every: a.Every})
		g.add(append([]string{bucket, strconv.FormatInt(r.N, 10)}, durationFigures(r.Wait)[1:]...)...)
	}
	g.draw(p.stdout)
	p.remark(a.LeftOut, a.Notes)
	return nil
}

func trendCSV(r metrics.HandoffTrendRow) csvRow {
	var row csvRow
	row.add("bucket", r.Bucket.Format(time.RFC3339))
	row.add("n", strconv.FormatInt(r.N, 10))
	row.addDuration("wait_", r.Wait)
	return row
}

func (p *program) writeHandoffItems(a metrics.HandoffItems, asked metrics.HandoffsQuery, format string) error {
	switch format {
	case "json":
		return writeJSON(p.stdout, a)
	case "csv":
		p.tellNotes(a.Notes)
		rows := make([]csvRow, len(a.Items))
		for i, h := range a.Items {
			rows[i] = handoffCSV(h)
		}
		return writeCSV(p.stdout, handoffCSV(metrics.Handoff{}).names, rows)
	}
	fmt.Fprintf(p.stdout, "The handoffs between %s, the longest wait first\n%s\n\n", asked.Between, describeHandoffs(asked))
	if len(a.Items) == 0 {
		fmt.Fprintln(p.stdout, "no handoffs")
	} else {
		p.drawHandoffs(a.Items, asked.From.Location())
		fmt.Fprintf(p.stdout, "\n%d of %d\n", len(a.Items), a.Total)
	}
	p.remark(nil, a.Notes)
	if a.Next != nil {
		p.tell("there are more: --after %s", *a.Next)
	}
	return nil
}

func handoffCSV(h metrics.Handoff) csvRow {
	var row csvRow
	row.add("item", h.Item)
	row.add("title", h.Title)
	row.add("url", plainText(h.URL))
	row.add("from", plainText(h.From))
	row.add("to", plainText(h.To))
	row.add("reason", h.Reason)
	row.add("at", plainTime(&h.At))
	row.add("received_at", plainTime(h.ReceivedAt))
	row.add("wait", plainNumber(h.Wait))
	row.add("open", strconv.FormatBool(h.Open))
	row.add("return", strconv.FormatBool(h.Return))
	return row
}
