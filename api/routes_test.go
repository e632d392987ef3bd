package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics"
)

// Every answer is valid against what the OpenAPI document says of it, to the last field.
func TestAnswersAreAsDocumented(t *testing.T) {
	a := newCompany(t)
	window := "?from=2026-01-01&to=2026-03-01"
	paths := map[string][]string{
		"/metrics": {""}, "/status": {""}, "/sources": {""}, "/teams": {""}, "/services": {""}, "/products": {""}, "/environments": {""},
		"/answers": {window + "&compare=previous&ask=lead_time,previous,distribution&ask=lead_time,every=week,by=team&ask=rework_rate,by=service&ask=deployment_frequency,every=day"},
	}
	paths["/flow"] = []string{window, window + "&every=month&team=checkout", "", "?stream=incidents"}
	paths["/flow/forecast"] = []string{"?items=14", "?by=2026-04-01&weeks=4&seed=7&items=3", "?items=2&team=nobody"}
	paths["/streams"] = []string{""}
	paths["/value-stream"] = []string{window, window + "&team=nobody", "?stream=incidents", "?from=1990-01-01&to=1990-02-01"}
	paths["/value-stream/whatif"] = []string{window + "&stage=review&wait=0.5", window + "&change=review:0%25&change=development:50%25"}
	paths["/stream/items"] = []string{window, window + "&stage=review", window + "&kind=open", window + "&kind=returned", window + "&kind=excluded", window + "&reason=review"}
	paths["/handoffs"] = []string{window, window + "&between=teams&team=nobody", window + "&between=roles&to_group=review", "?stream=incidents"}
	paths["/handoffs/trend"] = []string{window, window + "&every=month&reason=review"}
	paths["/handoffs/items"] = []string{window, window + "&limit=1000&between=roles", window + "&open=true"}
	paths["/timeline"] = a.someItems()
	for _, m := range metrics.Catalogue() {
		paths["/metrics/{id}"] = append(paths["/metrics/{id}"], m.ID+window, m.ID+window+"&every=month&by=service", m.ID+"?from=1990-01-01&to=1990-02-01")
		paths["/metrics/{id}/items"] = append(paths["/metrics/{id}/items"], m.ID+window+"&limit=1000", m.ID+window+"&excluded=true", m.ID+"?from=1990-01-01&to=1990-02-01")
	}
	for path, operation := range a.api.OpenAPI().Paths {
		if operation.Get == nil {
			continue
		}
		if len(paths[strings.TrimPrefix(path, root)]) == 0 {
			t.Errorf("%s: no request is tried", path)
		}
		for _, asked := range paths[strings.TrimPrefix(path, root)] {
			url := path + asked
			if id, rest, found := strings.Cut(asked, "?"); found && strings.Contains(path, "{id}") {
				url = strings.Replace(path, "{id}", id, 1) + "?" + rest
			}
			w := a.get(url)
			if w.Code != http.StatusOK {
				t.Errorf("%s: status %d, %s", url, w.Code, w.Body)
				continue
			}
			for _, fault := range a.faults(operation.Get.Responses["200"].Content["application/json"].Schema, w.Body.Bytes()) {
				t.Errorf("%s: %v", url, fault)
			}
		}
	}
}

// What would fill the memory is refused, in one question or many.
func TestTooManyRows(t *testing.T) {
	a := newCompany(t)
	for _, path := range []string{
		"/api/v1/metrics/deployment_frequency?every=day&by=service&from=2013-01-01&to=2026-03-18",
		"/api/v1/answers?from=2020-01-01&to=2026-03-18" + strings.Repeat("&ask=lead_time,every=day", 30),
	} {
		if w := a.get(path); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "50000 rows") {
			t.Errorf("%s: got %d, %.300s", path, w.Code, w.Body)
		}
	}
}
