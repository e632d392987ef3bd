package simulator

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

func TestWeirYAML(t *testing.T) {
	var got struct {
		Timezone string
		Teams    []struct {
			Name, Role string
			Members    []string
		}
		Services []struct {
			Name, Team string
			Repos      []string
			Paths      map[string][]string
		}
		Products []struct {
			Name     string
			Services []string
		}
	}
	w := New(small())
	if err := yaml.UnmarshalWithOptions(w.WeirYAML(), &got, yaml.Strict()); err != nil {
		t.Fatalf("the configuration is not readable: %v\n%s", err, w.WeirYAML())
	}
	if got.Timezone != "UTC" || len(got.Teams) != 12 || len(got.Services) != 30 || len(got.Products) != 3 {
		t.Errorf("got zone %q, %d teams, %d services, %d products, want UTC, 12, 30, 3",
			got.Timezone, len(got.Teams), len(got.Services), len(got.Products))
	}
	members := map[string]bool{}
	roles := map[string][]string{}
	for _, team := range got.Teams {
		roles[team.Role] = append(roles[team.Role], team.Name)
		for _, m := range team.Members {
			if members[m] {
				t.Errorf("%s is a member twice", m)
			}
			members[m] = true
			if _, domain, mail := strings.Cut(m, "@"); mail && !strings.HasSuffix(domain, ".example") {
				t.Errorf("%s is not at an .example domain", m)
			}
		}
	}
	if !slices.Contains(roles["operations"], "dba") || len(roles["development"]) != 7 || len(roles["test"]) != 1 || len(roles["security"]) != 1 || len(roles["platform"]) != 1 {
		t.Errorf("roles: got %v", roles)
	}
	owned := map[string]int{}
	for _, p := range got.Products {
		for _, s := range p.Services {
			owned[s]++
		}
	}
	var mono, two []string
	for _, s := range got.Services {
		if owned[s.Name] != 1 {
			t.Errorf("%s is in %d products, want 1", s.Name, owned[s.Name])
		}
		if len(s.Repos) == 2 {
			two = append(two, s.Name)
		}
		if s.Paths != nil {
			mono = append(mono, s.Name)
			if want := []string{s.Name + "/**"}; !slices.Equal(s.Paths["millrace/selling"], want) {
				t.Errorf("paths of %s: got %v, want %v", s.Name, s.Paths, want)
			}
		}
	}
	if len(mono) != 3 || len(two) != 1 {
		t.Errorf("services of the monorepo: got %v, want 3; with two repositories: got %v, want 1", mono, two)
	}
	for _, p := range collect(t, small()).PullRequests {
		if !strings.HasSuffix(p.Author, "[bot]") && !members[p.Author] {
			t.Errorf("%s was written by %s, who is in no team", p.URL, p.Author)
		}
	}
}

func TestDefaultConfiguration(t *testing.T) {
	now := time.Date(2026, 3, 18, 1, 30, 0, 0, time.FixedZone("east", 2*3600)) // still 17 March in UTC
	got := DefaultConfiguration(now)
	if want := moment("2026-03-17 00:00"); !got.To.Equal(want) || !got.From.Equal(moment("2024-09-17 00:00")) {
		t.Errorf("window: got %v to %v, want 18 months up to %v", got.From, got.To, want)
	}
}

func TestAfterWork(t *testing.T) {
	for _, c := range []struct {
		from string
		work time.Duration
		want string
	}{
		{"2026-03-18 10:00", time.Hour, "2026-03-18 11:00"},
		{"2026-03-18 16:30", time.Hour, "2026-03-19 09:00"},
		{"2026-03-18 03:00", time.Hour, "2026-03-18 09:30"},
		{"2026-03-18 22:00", time.Hour, "2026-03-19 09:30"},
		{"2026-03-20 16:30", time.Hour, "2026-03-23 09:00"}, // Friday to Monday
		{"2026-03-21 12:00", time.Hour, "2026-03-23 09:30"}, // from Saturday
		{"2026-03-22 23:59", 0, "2026-03-23 08:30"},
		{"2026-03-18 10:00", 5 * workday, "2026-03-25 10:00"},
		{"2026-03-18 10:00", 12 * workday, "2026-04-03 10:00"},
	} {
		if got := afterWork(moment(c.from), c.work); !got.Equal(moment(c.want)) {
			t.Errorf("%v of work after %s: got %v, want %s", c.work, c.from, got, c.want)
		}
	}
}

func TestRankAncestry(t *testing.T) {
	for _, c := range []struct {
		a, b rank
		want bool
	}{
		{rank{3, 0}, rank{5, 0}, true},
		{rank{5, 0}, rank{3, 0}, false},
		{rank{5, 0}, rank{5, 0}, false},
		{rank{5, 1}, rank{5, 2}, true},
		{rank{5, 0}, rank{5, 2}, true},
		{rank{5, 1}, rank{7, 0}, false}, // a patch is not on the next release branch
		{rank{5, 0}, rank{7, 3}, true},
	} {
		if got := c.a.ancestorOf(c.b); got != c.want {
			t.Errorf("%v is an ancestor of %v: got %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestSkewedDurations(t *testing.T) {
	c := newChance(1, "test", 1)
	var ds []time.Duration
	within := 0
	for range 20_000 {
		d := c.skewed(time.Hour, 100)
		ds = append(ds, d)
		if d >= 30*time.Minute && d <= 2*time.Hour {
			within++
		}
	}
	if got := median(ds); got < 58*time.Minute || got > 62*time.Minute {
		t.Errorf("median: got %v, want an hour", got)
	}
	if within < 13_000 || within > 14_300 {
		t.Errorf("within a factor of two: got %d of 20000, want two thirds", within)
	}
}
