package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/metrics"
)

func TestHumanDuration(t *testing.T) {
	for want, seconds := range map[string]float64{
		"0 s": 0, "0.4 s": 0.4, "9.9 s": 9.94, "10 s": 9.96, "59 s": 59.4, "1 min": 59.6, "52 min": 52 * 60, "1 h": 3599,
		"3 h 52 min": 3*3600 + 52*60, "47 h 59 min": 48*3600 - 60, "2.0 d": 48 * 3600, "9.3 d": 9.3 * 86400, "100 d": 99.96 * 86400, "−5 min": -300,
	} {
		if got := humanDuration(seconds); got != want {
			t.Errorf("%v s: got %q, want %q", seconds, got, want)
		}
	}
}

func TestHumanRate(t *testing.T) {
	for want, rate := range map[string]float64{"0.00": 0, "0.005": 0.0051, "0.21": 3.0 / 14, "12.3": 12.34, "150": 150.2} {
		if got := humanRate(rate); got != want {
			t.Errorf("%v: got %q, want %q", rate, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"import", "export", "query", "items", "sync"}
	for word, want := range map[string]string{"improt": "import", "QUERY": "query", "item": "items", "xyzzy": "", "": ""} {
		if got := metrics.Nearest(word, known); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestConfigurationFaults(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a key of the top", "timezon: UTC\n", `f.yaml:1:1: there is no key "timezon" here; did you mean "timezone"?`},
		{"a key within a list", "teams:\n  - name: a\n    member: [x]\n", `f.yaml:3:5: there is no key "member" here; did you mean "members"?`},
		{"a key within a source", "sources:\n  - name: a\n    git:\n      pathh: x\n", `f.yaml:4:7: there is no key "pathh" here; did you mean "path"?`},
		{"nothing near", "failures:\n  everything: 1\n", `f.yaml:2:3: there is no key "everything" here; the keys are rules, window`},
		{"a list for a text", "timezone: [UTC]\n", "f.yaml:1:11: "},
		{"no YAML", "teams: [\n", "f.yaml:1:"},
		{"a source of nothing", "sources:\n  - name: a\n", `source "a" says not where it reads from`},
		{"a source without a name", "sources:\n  - git: {path: x}\n", "sources[0] has no name"},
		{"an unknown team", "services:\n  - name: a\n    team: b\n", `there is no team "b"`},
	}
	for _, test := range tests {
		var c configuration
		err := c.parse("f.yaml", []byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func FuzzConfiguration(f *testing.F) {
	for _, seed := range []string{"", "timezone: UTC\n", "teams:\n  - name: a\n    x: 1\n", "services: {a: [b\n", "- 1\n", "a: &a [*a]\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var c configuration
		if err := c.parse("f.yaml", []byte(text)); err != nil && !strings.HasPrefix(err.Error(), "f.yaml") {
			t.Errorf("%q: the fault does not name the file: %v", text, err)
		}
	})
}

// TestTable draws a table for terminals of any width: its lines are as long as one another or cut, and fit where they can.
func TestTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		title := rapid.StringMatching(`[a-zäß漢 ]{0,60}`).Draw(t, "title")
		width := rapid.IntRange(0, 120).Draw(t, "width")
		g := grid{columns: []column{{name: "id"}, {name: "title", long: true}, {name: "n", number: true}}}
		g.add("shop#1", title, "12")
		lines := strings.Split(g.render(width), "\n")
		if len(lines) != 3 {
			t.Fatalf("%d lines", len(lines))
		}
		for _, line := range lines {
			if w := displayWidth(line); width >= 6+2+narrowest+2+2+2 && w > width {
				t.Fatalf("%q is %d wide, in %d", line, w, width)
			}
		}
		if width == 0 && !strings.Contains(lines[2], strings.TrimSpace(title)) {
			t.Fatalf("%q is cut without need", title)
		}
	})
}

func TestTableAlignsNumbers(t *testing.T) {
	g := grid{columns: []column{{name: "team"}, {name: "n", number: true}}}
	g.add("payments", "7")
	g.add("search", "1200")
	var b bytes.Buffer
	g.draw(&b)
	want := "team         n\n----------------\npayments     7\nsearch    1200\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestStageSeconds(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 3, 2, 9, minute, 0, 0, time.UTC) }
	item := metrics.Item{Stages: []metrics.Interval{
		{Stage: "deploy_wait", Start: at(0), End: at(10)}, {Stage: "approval", Start: at(10), End: at(15)}, {Stage: "deploy_wait", Start: at(15), End: at(16)},
	}}
	for stage, want := range map[string]string{"deploy_wait": "660", "approval": "300", "deploy": ""} {
		if got := stageSeconds(item, stage); got != want {
			t.Errorf("%s: got %q, want %q", stage, got, want)
		}
	}
}
