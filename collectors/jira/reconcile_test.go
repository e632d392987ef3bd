package jira_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// TestPartsReconcileByThemselves: what vanished from one project is removed whatever becomes of another one, whose tickets
// stay while they cannot be compared.
func TestPartsReconcileByThemselves(t *testing.T) {
	k := newTracker(t, true)
	company(k, 20) // ten in each project
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	step := func(what string, days, want int, fault string) {
		t.Helper()
		b.clock.now = b.clock.now.Add(time.Duration(days) * 24 * time.Hour)
		err := b.try(context.Background(), collectors.Order{})
		if fault == "" && err != nil || fault != "" && (err == nil || !strings.Contains(err.Error(), fault)) {
			t.Errorf("%s: %v", what, err)
		}
		if got := count(t, w, "tickets"); got != want {
			t.Errorf("%s: %d tickets, want %d", what, got, want)
		}
	}
	remove := func(project string) {
		for key, i := range k.issues {
			if strings.HasPrefix(key, project) {
				k.remove(i)
				return
			}
		}
		t.Fatalf("%s is empty", project)
	}
	b.c.Projects = []string{"PAY"}
	step("one project", 0, 10, "")
	b.c.Projects = []string{"PAY", "WEB"}
	step("another one, whose week begins later", 4, 20, "")
	remove("PAY")
	remove("WEB")
	step("the week of the source", 4, 18, "")
	b.c.Projects = []string{"PAY", "WEB", "GONE"}
	remove("PAY")
	remove("WEB")
	step("a part that is always broken", 8, 16, "GONE")
	b.transport = &deaf{project: "WEB"}
	remove("PAY")
	remove("WEB")
	step("a part that cannot be read now", 8, 15, "WEB")
	b.transport = nil
	step("a part that can be read again", 1, 14, "GONE")
}
