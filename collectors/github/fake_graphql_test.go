package github_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// graphql answers one of the collector's queries.
func (h *hub) graphql(w http.ResponseWriter, r *http.Request) {
	var sent struct {
		Query     string `json:"query"`
		Variables obj    `json:"variables"`
	}
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	name := operation.FindStringSubmatch(sent.Query)[1]
	h.asked = append(h.asked, name)
	if trap := h.trap[name]; trap != nil {
		delete(h.trap, name)
		trap()
	}
	w.Header().Set("Content-Type", "application/json")
	n, _ := sent.Variables["first"].(float64)
	if name == "History" {
		n = 0
		for i := range 10 {
			if yes(sent.Variables["want"+strconv.Itoa(i)]) {
				n++
			}
		}
	}
	if limit, ok := h.slow[name]; ok && int(n) > limit {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	answer := obj{}
	if errors, ok := h.wrong[name]; ok {
		delete(h.wrong, name)
		answer["errors"] = errors
	}
	if _, alone := answer["errors"]; !alone || h.partial(answer) {
		answer["data"] = h.data(name, sent.Variables)
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// partial tells whether an error is about one item only.
func (h *hub) partial(answer obj) bool { return answer["errors"].([]obj)[0]["partial"] != nil }

// page cuts a connection out of a list; cursors are ids, so that what comes before does not matter.
func page(list []obj, id func(obj) string, first int, after any) obj {
	from := 0
	if key, ok := after.(string); ok {
		from = slices.IndexFunc(list, func(o obj) bool { return id(o) == key }) + 1
	}
	to := min(from+first, len(list))
	end := any(nil)
	if to > from {
		end = id(list[to-1])
	}
	return obj{"totalCount": len(list), "pageInfo": obj{"hasNextPage": to < len(list), "endCursor": end}, "nodes": list[from:to]}
}

func field(name string) func(obj) string {
	return func(o obj) string { return fmt.Sprint(o[name]) }
}

func commitID(o obj) string { return o["commit"].(obj)["oid"].(string) }

// shown is an item with its lists cut to pages.
func shown(o obj, sizes map[string]int) obj {
	if o == nil {
		return nil
	}
	out := maps.Clone(o)
	for k, size := range sizes {
		id := field("id")
		switch k {
		case "commits":
			id = commitID
		case "labels":
			id = field("name")
		}
		if list, ok := o[k].([]obj); ok {
			out[k] = page(list, id, size, nil)
		}
	}
	return out
}

var (
	pullSizes   = map[string]int{"labels": 50, "commits": 50, "timelineItems": 100}
	issueSizes  = map[string]int{"labels": 50, "timelineItems": 100}
	deploySizes = map[string]int{"statuses": 100}
)

func (h *hub) data(name string, v obj) any {
	first, _ := v["first"].(float64)
	list := func(name string, all []obj, order string, sizes map[string]int) obj {
		p := page(by(all, order), field("id"), int(first), v["after"])
		nodes := []any{}
		for _, n := range p["nodes"].([]obj) {
			if n["broken"] != nil {
				nodes = append(nodes, n["broken"])
				continue
			}
			nodes = append(nodes, shown(n, sizes))
		}
		p["nodes"] = nodes
		return obj{"repository": obj{"nameWithOwner": fmt.Sprint("acme/", v["name"]), name: p}}
	}
	order := map[any]string{"CREATED_AT": "createdAt", "UPDATED_AT": "updatedAt"}[v["order"]]
	switch name {
	case "Viewer":
		return obj{"viewer": obj{"login": "weir"}}
	case "Heads":
		return h.headsOf(v)
	case "History":
		return h.history(v)
	case "Commits":
		return obj{"nodes": h.nodes(v["ids"], func(id string) any { return h.commits[id[2:]] })}
	case "Pulls":
		return list("pullRequests", h.pulls, order, pullSizes)
	case "PullIds":
		p := page(by(h.pulls, order), field("id"), int(first), v["after"])
		nodes := []obj{}
		for _, n := range p["nodes"].([]obj) {
			nodes = append(nodes, obj{"id": n["id"]})
		}
		return obj{"repository": obj{"pullRequests": obj{"nodes": nodes}}}
	case "PullNodes":
		return obj{"nodes": h.nodes(v["ids"], func(id string) any {
			n := h.find(h.pulls, id)
			if n != nil && n["broken"] != nil {
				return n["broken"]
			}
			return shown(n, pullSizes)
		})}
	case "Issues":
		return list("issues", h.issues, order, issueSizes)
	case "Deployments":
		return list("deployments", h.deployments, "createdAt", deploySizes)
	case "PullRest", "IssueRest", "DeploymentRest":
		return obj{"node": h.rest2(v)}
	case "DeploymentNodes":
		return obj{"nodes": h.nodes(v["ids"], func(id string) any { return shown(h.find(h.deployments, id), deploySizes) })}
	case "Runs":
		return obj{"nodes": h.nodes(v["ids"], h.runOf)}
	case "Releases":
		return obj{"repository": obj{"releases": page(h.releases, field("tagName"), 100, v["after"])}}
	case "Tags":
		return obj{"repository": obj{"refs": page(h.tags, field("name"), 100, v["after"])}}
	case "Teams":
		return obj{"organization": obj{"teams": page(h.teams, field("slug"), 50, v["after"])}}
	case "Survey":
		count := func(n int) obj { return obj{"totalCount": n} }
		return obj{"repository": obj{"pullRequests": count(len(h.pulls)), "issues": count(len(h.issues)), "deployments": count(len(h.deployments))}}
	}
	return nil
}

func (h *hub) find(list []obj, id string) obj {
	for _, o := range list {
		if fmt.Sprint(o["id"]) == id {
			return o
		}
	}
	return nil
}

func (h *hub) nodes(ids any, get func(id string) any) []any {
	list := []any{}
	for _, id := range ids.([]any) {
		list = append(list, get(id.(string)))
	}
	return list
}

// rest2 is the rest of an item's lists.
func (h *hub) rest2(v obj) obj {
	id := v["id"].(string)
	out := obj{"id": id}
	for _, all := range [][]obj{h.pulls, h.issues, h.deployments} {
		o := h.find(all, id)
		if o == nil {
			continue
		}
		if yes(v["labels"]) {
			out["labels"] = page(o["labels"].([]obj), field("name"), 100, v["labelsAfter"])
		}
		if yes(v["commits"]) {
			out["commits"] = page(o["commits"].([]obj), commitID, 100, v["commitsAfter"])
		}
		if yes(v["items"]) {
			out["timelineItems"] = page(o["timelineItems"].([]obj), field("id"), 100, v["itemsAfter"])
		}
		if list, ok := o["statuses"].([]obj); ok {
			out["statuses"] = page(list, field("id"), 100, v["after"])
		}
	}
	return out
}

func (h *hub) runOf(id string) any {
	number, _ := strconv.Atoi(id[4:])
	checks := []obj{}
	for _, j := range h.jobs[number] {
		checks = append(checks, obj{"databaseId": j["id"], "name": j["name"], "status": upper(j["status"]), "conclusion": upper(j["conclusion"]),
			"startedAt": j["started_at"], "completedAt": j["completed_at"], "url": "https://example.com/job"})
	}
	review := obj{"databaseId": 1, "state": "APPROVED", "user": obj{"login": "carla"}, "environments": obj{"nodes": []obj{{"name": "production"}}}}
	return obj{"id": id, "databaseId": number, "deploymentReviews": obj{"nodes": []obj{review}}, "checkSuite": obj{"checkRuns": page(checks, field("databaseId"), 100, nil)}}
}

func yes(v any) bool {
	b, ok := v.(bool)
	return ok && b
}

func upper(v any) any {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	out := []rune(text)
	for i, c := range out {
		if c >= 'a' && c <= 'z' {
			out[i] = c - 'a' + 'A'
		}
	}
	return string(out)
}

func (h *hub) headsOf(v obj) any {
	repo := obj{"id": "R_1", "nameWithOwner": fmt.Sprint("acme/", v["name"]), "defaultBranchRef": nil}
	if oid := h.heads[h.main]; oid != "" {
		repo["defaultBranchRef"] = obj{"name": h.main, "target": obj{"oid": oid}}
	}
	if yes(v["branches"]) {
		refs := []obj{}
		for _, name := range sorted(h.heads) {
			refs = append(refs, obj{"name": name, "target": obj{"oid": h.heads[name]}})
		}
		repo["refs"] = page(refs, field("name"), 100, v["after"])
	}
	return obj{"repository": repo}
}

func (h *hub) history(v obj) any {
	oid := v["oid"].(string)
	if h.commits[oid] == nil {
		return obj{"repository": obj{"object": nil}}
	}
	all := h.below(oid)
	object := obj{"oid": oid, "all": obj{"totalCount": len(all)}}
	for i := range 10 {
		n := strconv.Itoa(i)
		if !yes(v["want"+n]) {
			continue
		}
		var some []obj
		for _, sha := range all {
			since, hasSince := v["since"+n].(string)
			until, hasUntil := v["until"+n].(string)
			if hasSince && h.date(sha) < since {
				break // git stops at the first commit that is too old, whatever comes after it
			}
			if !hasUntil || h.date(sha) <= until {
				some = append(some, h.commits[sha])
			}
		}
		object["w"+n] = page(some, field("oid"), int(v["first"].(float64)), v["after"+n])
	}
	return obj{"repository": obj{"object": object}}
}
