package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
)

// newStreams is a server over the facts that package metrics calculates with.
func newStreams(t *testing.T) *asked {
	t.Helper()
	a := newAsked(t)
	text, err := os.ReadFile("../metrics/testdata/stream.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := a.warehouse.Script(context.Background(), string(text), nil); err != nil {
		t.Fatal(err)
	}
	return a
}

const week = "?from=2026-03-02&to=2026-03-09"

func TestStreamAnswers(t *testing.T) {
	a := newStreams(t)
	for asked, want := range map[string]string{
		"/streams":                              `"unmapped":[{"status":"等待中","tickets":1}]`,
		"/value-stream" + week:                  `"constraint":{"waiting":"test","growing":"test"},"left_out":[{"reason":"no start known","n":1}],"notes":["no rule gives these statuses a stage, so the time in them counts in the one before: \"等待中\" (as waiting);`,
		"/value-stream" + week + "&team=nobody": `"notes":["no team \"nobody\"`,
		"/value-stream/whatif" + week + "&stage=test&wait=50%25":              `"gain":{"seconds":50400,"item_days":0.5833333333333334,"item_days_per_week":0.5833333333333334}`,
		"/value-stream/whatif" + week + "&change=test:50%25&change=backlog:0": `"changes":[{"stage":"test","wait":0.5},{"stage":"backlog","wait":0}]`,
		"/stream/items" + week + "&stage=test":                                `{"item":"T-2","kind":"ticket","class":"defect","title":"Search finds nothing","url":null,"team":"find","stage":null,"owner":null,"start":"2026-03-04T08:00:00Z","end":"2026-03-05T08:00:00Z","value":43200,"process":7200,"waiting":36000,"returns":0}`,
		"/stream/items" + week + "&kind=open&limit=1":                         `"total":2,"items":[{"item":"T-6"`,
		"/stream/items" + week + "&kind=excluded":                             `"excluded":"no start known"`,
		"/stream/items" + week + "&kind=returned&stage=development":           `"item":"T-1"`,
	} {
		w := a.get(root + asked)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, got %s\nwant %s", asked, w.Code, w.Body, want)
			continue
		}
		path, _, _ := strings.Cut(asked, "?")
		for _, fault := range a.faults(a.api.OpenAPI().Paths[root+path].Get.Responses["200"].Content["application/json"].Schema, w.Body.Bytes()) {
			t.Errorf("%s: %v", asked, fault)
		}
	}
}

func TestWrongStreamQuestions(t *testing.T) {
	a := newStreams(t)
	for asked, want := range map[string]string{
		"/value-stream" + week + "&stream=delivry":           `there is no stream \"delivry\"; did you mean \"delivery\"?`,
		"/value-stream" + week + "&environment=live":         `there is no parameter \"environment\"`,
		"/value-stream" + week + "&clock=working":            "calendar",
		"/value-stream/whatif" + week:                        "say what changes",
		"/value-stream/whatif" + week + "&stage=test":        "how much of the stage's wait stays",
		"/value-stream/whatif" + week + "&stage=tset&wait=0": `did you mean \"test\"?`,
		"/value-stream/whatif" + week + "&change=test":       `\"test\" is no change`,
		"/stream/items" + week + "&limit=1001":               "from 1 to 1000",
		"/stream/items" + week + "&kind=lost":                `\"lost\" is not one of done, open`,
	} {
		if w := a.get(root + asked); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, %s, want %s", asked, w.Code, w.Body, want)
		}
	}
}

// Through a server a client gets what the reader answers.
func TestStreamClient(t *testing.T) {
	a := newStreams(t)
	server := httptest.NewServer(a.Server)
	defer server.Close()
	ctx := context.Background()
	c, err := Dial(ctx, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := metrics.StreamQuery{From: today.AddDate(0, 0, -20), To: today, Filter: metrics.Filter{Products: []string{"shop"}}}
	r := a.cfg.Reader
	same(t, "streams", func() (any, error) { return r.Streams(ctx) }, func() (any, error) { return c.Streams(ctx) })
	same(t, "value stream", func() (any, error) { return r.ValueStream(ctx, q) }, func() (any, error) { return c.ValueStream(ctx, q) })
	w := metrics.WhatIf{StreamQuery: q, Changes: []metrics.StageChange{{Stage: "test", Wait: 0.125}, {Stage: "backlog"}}}
	same(t, "what-if", func() (any, error) { return r.WhatIf(ctx, w) }, func() (any, error) { return c.WhatIf(ctx, w) })
	for _, items := range []metrics.StreamItemsQuery{
		{StreamQuery: q}, {StreamQuery: q, Kind: metrics.StreamOpen, Stage: "test"}, {StreamQuery: q, Reason: "blocked", Limit: 1}, {StreamQuery: q, Limit: 1},
	} {
		same(t, "items", func() (any, error) { return r.StreamItems(ctx, items) }, func() (any, error) { return c.StreamItems(ctx, items) })
	}
}

func same(t *testing.T, what string, read, asked func() (any, error)) {
	t.Helper()
	var texts [2]string
	for i, answer := range []func() (any, error){read, asked} {
		value, err := answer()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	if texts[0] != texts[1] {
		t.Errorf("%s: the reader says\n%s\nand the client\n%s", what, texts[0], texts[1])
	}
}
