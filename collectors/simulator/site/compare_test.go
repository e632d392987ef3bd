package site

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// tell writes each record, but for its provenance, under its key.
func tell(r warehouse.Records, all map[string]map[string]string) {
	v := reflect.ValueOf(r)
	for i := range v.NumField() {
		kind := v.Type().Field(i).Name
		for j := range v.Field(i).Len() {
			record := v.Field(i).Index(j)
			var key, text strings.Builder
			for f := range record.NumField() {
				field := record.Type().Field(f)
				if field.Name == "Provenance" {
					continue
				}
				value := record.Field(f).Interface()
				switch x := value.(type) {
				case time.Time:
					value = x.UTC().Format(time.RFC3339Nano)
				case *int64:
					if x != nil {
						value = *x
					}
				case *float64:
					if x != nil {
						value = *x
					}
				}
				if slices.Contains(strings.Split(field.Tag.Get("weir"), ","), "key") {
					fmt.Fprintf(&key, "%v ", value)
				}
				fmt.Fprintf(&text, "%s=%v\n", field.Name, value)
			}
			if all[kind] == nil {
				all[kind] = map[string]string{}
			}
			all[kind][key.String()] = text.String()
		}
	}
}

// compare tells how many records differ, and the first ones.
func compare(t *testing.T, kind string, got, want map[string]string) {
	t.Helper()
	var wrong []string
	for key, w := range want {
		switch g, there := got[key]; {
		case !there:
			wrong = append(wrong, fmt.Sprintf("%s is missing:\n%s", key, w))
		case g != w:
			wrong = append(wrong, fmt.Sprintf("%s:\n%s", key, difference(g, w)))
		}
	}
	for key, g := range got {
		if _, there := want[key]; !there {
			wrong = append(wrong, fmt.Sprintf("%s is too much:\n%s", key, g))
		}
	}
	slices.Sort(wrong)
	if len(wrong) > 0 {
		t.Errorf("%s: %d of %d are wrong:\n%s", kind, len(wrong), len(want), strings.Join(wrong[:min(4, len(wrong))], "\n"))
	}
	t.Logf("%s: %d", kind, len(want))
}

func difference(got, want string) string {
	var b strings.Builder
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			fmt.Fprintf(&b, "  got  %s\n  want %s\n", g[i], w[i])
		}
	}
	return b.String()
}
