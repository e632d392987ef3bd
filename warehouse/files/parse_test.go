package files

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
)

func TestParse(t *testing.T) {
	text := `{"service":"shop","environment":"production","id":"1","finished_at":"2026-03-02T09:00:00Z"}

{"service":"shop","environment":"live","id":"2","result":"running","source":"elsewhere"}`
	got, err := Parse(warehouse.TableByName("deployments"), "sent", text)
	if err != nil || len(got.Deployments) != 2 {
		t.Fatal(got, err)
	}
	if d := got.Deployments[0]; d.Service != "shop" || d.Result != "success" || !d.FinishedAt.Equal(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)) || !d.StartedAt.IsZero() {
		t.Errorf("the first: %+v", d)
	}
	if d := got.Deployments[1]; d.ID != "2" || d.Source != "elsewhere" {
		t.Errorf("the second: %+v", d)
	}
	_, err = Parse(warehouse.TableByName("deployments"), "sent", text+"\n{}\n{\"servce\":\"x\"}")
	var refused *Refused
	if !errors.As(err, &refused) || len(refused.Errors) != 2 || refused.Errors[0].Line != 4 || refused.Errors[1].Field != "servce" || refused.Errors[1].File != "sent" {
		t.Errorf("got %v", err)
	}
	if got, err := Parse(warehouse.TableByName("statuses"), "sent", `{"name":"Doing","category":"active"}`); err != nil || got.Statuses[0] != (warehouse.Status{Name: "Doing", Category: "active"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := TableNamed("deployment"); err == nil || !strings.Contains(err.Error(), "did you mean deployments?") {
		t.Errorf("got %v", err)
	}
	if _, err := TableNamed("zebra"); err == nil || !strings.Contains(err.Error(), "there are commits, ") {
		t.Errorf("got %v", err)
	}
}
