package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
)

// newHanded is a server over the handoffs that package metrics calculates with, two days after the last of them.
func newHanded(t *testing.T) *asked {
	t.Helper()
	a := newAsked(t)
	text, err := os.ReadFile("../metrics/testdata/handoffs.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.warehouse.Script(context.Background(), string(text), nil); err != nil {
		t.Fatal(err)
	}
	a.now = today.AddDate(0, 0, 2)
	return a
}

const fortnight = "?from=2026-03-02&to=2026-03-16"

func TestHandoffAnswers(t *testing.T) {
	a := newHanded(t)
	for _, c := range []struct{ asked, want string }{
		{"/handoffs" + fortnight, `"items":3,"lead_total":363600,"pairs":[{"from":"payments · review","to":"operations","n":1,"wait":{"n":1,"p50":72000,`},
		{"/handoffs" + fortnight, `{"from":"payments","to":"operations","n":0,"wait":{"n":0,"p50":null,"p75":null,"p85":null,"p90":null,"p95":null,"mean":null},"total":0,"share":0,"returns":0,"still":1}`},
		{"/handoffs" + fortnight, `"worst":[{"item":"PAY-6","title":"Vouchers","url":null,"from":"payments","to":"operations","reason":"approval","at":"2026-03-18T12:00:00Z","received_at":null,"wait":172800,"open":true,"return":false}`},
		{"/handoffs" + fortnight, `"left_out":[{"reason":"no start is known","n":1}],"notes":[]`},
		{"/handoffs" + fortnight + "&between=teams&team=payments", `"notes":["1 handoff within one team is not counted`},
		{"/handoffs?from=1990-01-01&to=1990-01-02&service=pay/till", `"pairs":[],"reasons":[],"worst":[],"left_out":[],"notes":["nothing was done between`},
		{"/handoffs/trend" + fortnight + "&from_group=development&to_group=test", `"every":"week","rows":[{"bucket":"2026-03-02T00:00:00Z","n":2,"wait":{"n":2,"p50":32400,`},
		{"/handoffs/items" + fortnight + "&reason=approval&limit=1", `"total":2,"next":"`},
		{"/handoffs/items" + fortnight + "&open=true", `"total":1,"next":null,"items":[{"item":"PAY-6"`},
		{"/handoffs/items" + fortnight + "&to_group=nobody", `"items":[],"notes":["no group \"nobody\"; there are: development,`},
		{"/timeline?item=PAY-4", `"lead":118800,"active":46800,"waiting":72000,"efficiency":0.3939393939393939,"intervals":[{"n":1,"stage":"backlog","title":"Backlog","class":"waiting"`},
		{"/timeline?item=PAY-4", `"changes":[{"id":"org/till#7","title":"PAY-4 Pay later","url":"https://git.example/7","rule":"title","merged_at":"2026-03-03T15:30:00Z","delivered":[{"service":"pay/till","environment":"live/eu","deployment":"55","finished_at":"2026-03-03T18:00:00Z"}]}`},
		{"/timeline?item=PAY-6", `"end":null,"seconds":172800,`},
		{"/timeline?item=INC-1&stream=incidents", `"stream":"incidents"`},
	} {
		w := a.get(root + c.asked)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: status %d, got %s\nwant %s", c.asked, w.Code, w.Body, c.want)
			continue
		}
		path, _, _ := strings.Cut(c.asked, "?")
		for _, fault := range a.faults(a.api.OpenAPI().Paths[root+path].Get.Responses["200"].Content["application/json"].Schema, w.Body.Bytes()) {
			t.Errorf("%s: %v", c.asked, fault)
		}
	}
}

func TestWrongHandoffQuestions(t *testing.T) {
	a := newHanded(t)
	for asked, want := range map[string]string{
		"/handoffs" + fortnight + "&between=people":    `\"people\" is not one of groups, teams, roles`,
		"/handoffs" + fortnight + "&stream=delivry":    `did you mean \"delivery\"?`,
		"/handoffs" + fortnight + "&environment=live":  `there is no parameter \"environment\"`,
		"/handoffs/trend" + fortnight + "&every=range": `\"range\" is not one of day, week, month, quarter`,
		"/handoffs/items" + fortnight + "&limit=1001":  "from 1 to 1000",
		"/handoffs/items" + fortnight + "&after=x":     "is not the `next`",
		"/timeline":             `"location":"query.item"`,
		"/timeline?item=PAY-44": `there is no item \"PAY-44\"; did you mean PAY-4, PAY-5`,
	} {
		if w := a.get(root + asked); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, %s, want %s", asked, w.Code, w.Body, want)
		}
	}
}

// Through a server a client gets what the reader answers.
func TestHandoffClient(t *testing.T) {
	a := newHanded(t)
	server := httptest.NewServer(a.Server)
	defer server.Close()
	ctx := context.Background()
	c, err := Dial(ctx, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	r := a.cfg.Reader
	for _, q := range []metrics.HandoffsQuery{{}, {Between: metrics.BetweenTeams, FromGroup: metrics.UnknownGroup}, {Between: metrics.BetweenRoles, ToGroup: "test", Reason: "test"}} {
		q.From, q.To = today.AddDate(0, 0, -20), today
		same(t, "handoffs", func() (any, error) { return r.Handoffs(ctx, q) }, func() (any, error) { return c.Handoffs(ctx, q) })
		trend := metrics.HandoffTrendQuery{HandoffsQuery: q, Every: metrics.EveryDay}
		same(t, "trend", func() (any, error) { return r.HandoffTrend(ctx, trend) }, func() (any, error) { return c.HandoffTrend(ctx, trend) })
		for _, items := range []metrics.HandoffItemsQuery{{HandoffsQuery: q}, {HandoffsQuery: q, Limit: 2}, {HandoffsQuery: q, Open: true}} {
			same(t, "items", func() (any, error) { return r.HandoffItems(ctx, items) }, func() (any, error) { return c.HandoffItems(ctx, items) })
		}
	}
	for _, item := range []string{"PAY-4", "PAY-6", "org/till#8", "INC-1"} {
		q := metrics.TimelineQuery{Item: item}
		same(t, item, func() (any, error) { return r.Timeline(ctx, q) }, func() (any, error) { return c.Timeline(ctx, q) })
	}
	_, asked := c.Timeline(ctx, metrics.TimelineQuery{Item: "PAY"})
	_, read := r.Timeline(ctx, metrics.TimelineQuery{Item: "PAY"})
	if asked == nil || read == nil || asked.Error() != read.Error() {
		t.Errorf("an unknown item: the client says %v, the reader %v", asked, read)
	}
}

// someItems ask for the timelines of some items of each kind.
func (a *asked) someItems() (asked []string) {
	a.t.Helper()
	var found []struct {
		Item string `ch:"item"`
	}
	const sql = "SELECT item FROM stream_items ORDER BY stream, sipHash64(item) LIMIT 3 BY stream, kind, status"
	if err := a.warehouse.Select(context.Background(), &found, sql, nil); err != nil {
		a.t.Fatal(err)
	}
	for _, f := range found {
		asked = append(asked, "?item="+url.QueryEscape(f.Item))
	}
	return asked
}
