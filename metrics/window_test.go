package metrics

import (
	"errors"
	"testing"
	"time"
)

func TestWindow(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	for from, want := range map[string]string{
		"2026-03-02":                "2026-03-01T23:00:00Z", // the first moment of the day in Paris
		"2026-07-02":                "2026-07-01T22:00:00Z",
		"2026-03-02T09:00:00Z":      "2026-03-02T09:00:00Z",
		"2026-03-02T09:00:00+02:00": "2026-03-02T07:00:00Z",
		"2026-03-02t09:00:00.5z":    "2026-03-02T09:00:00.5Z",
		// Days are the calendar's: in Paris the clocks went forward on 29 March, so 90 days before 14:00 is 14:00, an hour
		// more than 90 times 24 hours before.
		"90d": "2026-01-01T13:00:00Z",
		"2w":  "2026-03-18T13:00:00Z",
		"1d":  "2026-03-31T12:00:00Z",
		"36h": "2026-03-31T00:00:00Z",
		"0d":  "2026-04-01T12:00:00Z",
		"":    "2026-03-25T13:00:00Z", // the default given below
	} {
		got, to, err := Window{From: from}.In(paris, now, "7d")
		if err != nil {
			t.Errorf("%q: %v", from, err)
			continue
		}
		if got.UTC().Format(time.RFC3339Nano) != want || got.Location() != paris {
			t.Errorf("%q: got %s, want %s in Paris", from, got, want)
		}
		if !to.Equal(now) {
			t.Errorf("%q: the window ends at %s, want now", from, to)
		}
	}
	for _, text := range []string{"today", "2026-13-01", "5", "d", "-5d", "90 d", "2026-03-02 09:00"} {
		for _, w := range []Window{{From: text}, {To: text}} {
			var usage *UsageError
			if err := w.Check(); !errors.As(err, &usage) {
				t.Errorf("%+v: got %v; want wrong usage", w, err)
			}
		}
	}
}

func TestWindowMovesWithNow(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for to, want := range map[string]bool{
		"": true, "7d": true, "0h": true, "2026-03-02": false, "2026-03-02T09:00:00Z": false, "2026-03-02T09:00:01Z": true, "2026-03-03": true, "soon": false,
	} {
		if got := (Window{From: "90d", To: to}).MovesWith(time.UTC, now); got != want {
			t.Errorf("to %q: got %t, want %t", to, got, want)
		}
	}
}
