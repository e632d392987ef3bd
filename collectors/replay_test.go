package collectors_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/archive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// vendor has tickets, listed from a number on, two at a time; the collector takes their titles as the mapping says.
type vendor struct {
	line    *access.Line
	url     string
	mapping func(title string) string
	path    string
}

func (v vendor) Collect(ctx context.Context, run *collectors.Run) error {
	return run.Each(ctx, []string{"project"}, 1, func(ctx context.Context, part *collectors.Run) error {
		for {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.url+v.path+"?from="+part.Cursor, nil)
			if err != nil {
				return err
			}
			response, err := v.line.Client().Do(request)
			if err != nil {
				return err
			}
			var titles []string
			if err := json.NewDecoder(response.Body).Decode(&titles); err != nil {
				return err
			}
			var records warehouse.Records
			from := 0
			if part.Cursor != "" {
				var err error
				if from, err = strconv.Atoi(part.Cursor); err != nil {
					return err
				}
			}
			for i, title := range titles {
				if title = v.mapping(title); title != "" {
					records.Tickets = append(records.Tickets, warehouse.Ticket{Key: fmt.Sprint("T-", from+i), Title: title, CreatedAt: monday})
				}
			}
			if err := part.Write(ctx, records); err != nil {
				return err
			}
			if err := part.Save(ctx, fmt.Sprint(from+len(titles))); err != nil {
				return err
			}
			if len(titles) < 2 {
				return nil
			}
		}
	})
}

func TestReplay(t *testing.T) {
	ctx := t.Context()
	w := warehousetest.Open(t)
	titles, asked := []string{"one", "two", "three"}, 0
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked++
		from, _ := strconv.Atoi(r.URL.Query().Get("from")) // none is 0
		rw.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(rw).Encode(titles[min(from, len(titles)):min(from+2, len(titles))]); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()

	kept := archive.New(t.TempDir())
	line := access.New(access.Options{Keep: kept}).Line("tracker", "", nil)
	now := &clock{now: monday}
	runner, err := collectors.New(w, []collectors.Source{{Name: "tracker", Line: line, Collector: vendor{line, server.URL, strings.ToLower, "/list"}}},
		collectors.Options{Clock: now, Archive: kept, KeepFor: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for day := range 3 { // the third finds nothing new but still has an answer
		now.now = monday.AddDate(0, 0, day)
		if day == 1 {
			titles = append(titles, "four", "five", "six")
		}
		if err := runner.Collect(ctx, collectors.Order{}); err != nil {
			t.Fatal(err)
		}
	}
	replay := collectors.Replay{Store: w, Archive: kept, Source: "tracker", Log: slog.New(slog.DiscardHandler)}
	through := func(mapping func(string) string, path string) func(*access.Line) (collectors.Collector, error) {
		return func(line *access.Line) (collectors.Collector, error) {
			return vendor{line, server.URL, mapping, path}, nil
		}
	}
	before := asked
	replay.New = through(func(title string) string {
		if title == "two" {
			return "" // the new mapping knows better: this is no ticket
		}
		return strings.ToUpper(title)
	}, "/list")
	got, err := replay.Run(ctx)
	if err != nil || got.Runs != 3 || !got.From.Equal(monday) || got.Written["tickets"] != 5 || got.Deleted["tickets"] != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
	if asked != before {
		t.Error("the vendor was asked")
	}
	known, err := w.Known(ctx, warehouse.Scope{Table: "tickets"})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, ticket := range known.Tickets {
		found = append(found, ticket.Key+" "+ticket.Title)
	}
	if want := "T-0 ONE, T-2 THREE, T-3 FOUR, T-4 FIVE, T-5 SIX"; strings.Join(found, ", ") != want {
		t.Errorf("found %s, want %s", strings.Join(found, ", "), want)
	}
	if cursor, err := w.Cursor(ctx, "tracker\nproject"); cursor != "6" || err != nil {
		t.Errorf("the cursor is %q, %v: a replay must leave it alone", cursor, err)
	}
	replay.New = through(strings.ToLower, "/other")
	if _, err := replay.Run(ctx); err == nil || !strings.Contains(err.Error(), "asks something else; collect with --full") {
		t.Errorf("another question: %v", err)
	}
	replay.New = func(*access.Line) (collectors.Collector, error) {
		return does(func(context.Context, *collectors.Run) error { return errors.New("the token is missing") }), nil
	}
	if _, err := replay.Run(ctx); err == nil || !strings.Contains(err.Error(), "the token is missing") || !strings.Contains(err.Error(), "nothing is removed") {
		t.Errorf("a run that fails now: %v", err)
	}
	if left, err := w.Known(ctx, warehouse.Scope{Table: "tickets"}); err != nil || len(left.Tickets) != 5 {
		t.Errorf("%d tickets are left, %v", len(left.Tickets), err)
	}
	replay.Source = "nobody"
	if _, err := replay.Run(ctx); err == nil || !strings.Contains(err.Error(), "keep_answers") {
		t.Errorf("nothing kept: %v", err)
	}
}
