package site

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
)

func TestJQL(t *testing.T) {
	s, _, at := open(t, Options{Zone: "Europe/Berlin"})
	all, err := s.Records()
	if err != nil {
		t.Fatal(err)
	}
	// To the minute the last change of a ticket, and as Berlin's clocks showed it.
	byChange := slices.SortedFunc(slices.Values(all.Tickets), func(a, b warehouse.Ticket) int { return a.UpdatedAt.Compare(b.UpdatedAt) })
	moment := byChange[len(byChange)/2].UpdatedAt.Truncate(time.Minute)
	berlin := moment.In(s.zone).Format("2006-01-02 15:04")
	if berlin == moment.Format("2006-01-02 15:04") {
		t.Fatal("Berlin is in UTC")
	}
	for jql, wanted := range map[string]func(warehouse.Ticket) bool{
		`project = "PAY"`:                                           func(k warehouse.Ticket) bool { return k.Project == "PAY" },
		`project in (PAY, CAT)`:                                     func(k warehouse.Ticket) bool { return k.Project == "PAY" || k.Project == "CAT" },
		`project not in (PAY, CAT)`:                                 func(k warehouse.Ticket) bool { return k.Project != "PAY" && k.Project != "CAT" },
		`key in (PAY-3, "CAT-2")`:                                   func(k warehouse.Ticket) bool { return k.Key == "PAY-3" || k.Key == "CAT-2" },
		`project=PAY and type = bug`:                                func(k warehouse.Ticket) bool { return k.Project == "PAY" && k.Type == "Bug" },
		`updated >= "` + berlin + `" ORDER BY updated ASC, key ASC`: func(k warehouse.Ticket) bool { return !k.UpdatedAt.Before(moment) },
		`created <= "` + strings.ReplaceAll(berlin, "-", "/") + `" order by created desc`: func(k warehouse.Ticket) bool { return !k.CreatedAt.After(moment) },
		`project = PAY AND (resolutiondate is EMPTY OR updated >= "` + berlin + `")`: func(k warehouse.Ticket) bool {
			return k.Project == "PAY" && (k.ResolvedAt.IsZero() || !k.UpdatedAt.Before(moment))
		},
		`NOT status = Done`: func(k warehouse.Ticket) bool { return k.Status != "Done" },
		`resolutiondate >= 2025-07-01`: func(k warehouse.Ticket) bool {
			return !k.ResolvedAt.Before(time.Date(2025, 6, 30, 22, 0, 0, 0, time.UTC))
		},
		`labels = security or labels = "tech-debt"`: func(k warehouse.Ticket) bool {
			return slices.Contains(k.Labels, "security") || slices.Contains(k.Labels, "tech-debt")
		},
	} {
		var got, want []string
		for _, k := range all.Tickets {
			if wanted(k) {
				want = append(want, k.Key)
			}
		}
		for token := ""; ; {
			_, body := get(t, at+"/jira/rest/api/3/search/jql?fields=summary,key&maxResults=37&jql="+url.QueryEscape(jql)+"&nextPageToken="+token)
			var page struct {
				Issues        []struct{ Key string }
				NextPageToken string
				IsLast        bool
				ErrorMessages []string
			}
			if err := json.Unmarshal(body, &page); err != nil || page.ErrorMessages != nil || page.IsLast != (page.NextPageToken == "") {
				t.Fatalf("%s: %v %.300s", jql, err, body)
			}
			for _, i := range page.Issues {
				got = append(got, i.Key)
			}
			if token = page.NextPageToken; token == "" {
				break
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s: got %d tickets, want %d", jql, len(got), len(want))
		}
	}
	for _, jql := range []string{"", "colour = red", "project =", `updated >= "yesterday"`, "project = PAY ORDER BY colour", "(project = PAY", "project = PAY PAY", "ORDER BY key"} {
		if response, body := get(t, at+"/jira/rest/api/3/search/jql?jql="+url.QueryEscape(jql)); response.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %s %.200s, want 400", jql, response.Status, body)
		}
	}
	if response, _ := get(t, at+"/jira/rest/api/3/search?jql=project=PAY"); response.StatusCode != http.StatusGone {
		t.Errorf("the old search: %s, want 410", response.Status)
	}
}
