package derive_test

import (
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics/derive"
)

// TestStreamMistakes: what is wrong with configured streams is said in a sentence that names the place.
func TestStreamMistakes(t *testing.T) {
	code := []derive.StreamStage{{Name: "development"}, {Name: "review"}, {Name: "merge"}, {Name: "build"}, {Name: "approval"}, {Name: "deploy"}}
	for name, test := range map[string]struct {
		organisation derive.Organisation
		want         string
	}{
		"none is called delivery": {derive.Organisation{Streams: []derive.Stream{{Name: "web", Stages: code}}}, "one of them must be called delivery"},
		"a name twice":            {derive.Organisation{Streams: []derive.Stream{{Name: "delivery", Stages: code}, {Name: "delivery", Stages: code}}}, `streams[1]: the name "delivery" is empty or used already`},
		"the name of incidents":   {derive.Organisation{Streams: []derive.Stream{{Name: "incidents", Stages: code}}}, `the name "incidents" is empty or used already`},
		"a stage is missing":      {derive.Organisation{Streams: []derive.Stream{{Name: "delivery", Stages: code[:5]}}}, `it has no stage "deploy"`},
		"a stage is called done":  {derive.Organisation{Streams: []derive.Stream{{Name: "delivery", Stages: append([]derive.StreamStage{{Name: "done"}}, code...)}}}, "done is the end of every stream"},
		"nobody knows the owner":  {derive.Organisation{Streams: []derive.Stream{{Name: "delivery", Stages: append([]derive.StreamStage{{Name: "test", Owner: "quality"}}, code...)}}}, `there is no team "quality"`},
		"a status without stage": {derive.Organisation{Streams: []derive.Stream{{Name: "delivery", Stages: code, Statuses: map[string]derive.StreamStatus{"QA": {Stage: "test", Class: "active"}}}}},
			`streams[0] (delivery).statuses["QA"]: there is no stage "test" in it`},
		"a status without class": {derive.Organisation{Streams: []derive.Stream{{Name: "delivery", Stages: code, Statuses: map[string]derive.StreamStatus{"QA": {Stage: "review"}}}}},
			`the class "" is neither active nor waiting`},
		"too small a group": {derive.Organisation{Groups: derive.Groups{Smallest: -1}}, "groups.smallest: -1"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := test.organisation.Validate(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	right := derive.Organisation{Streams: []derive.Stream{{Name: "delivery", Stages: code, Statuses: map[string]derive.StreamStatus{"On Hold": {Class: "waiting", Reason: "blocked"}, "Done": {Stage: "done"}}}}}
	if err := right.Validate(); err != nil {
		t.Error(err)
	}
}
