package files

import (
	"math"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
)

func TestRowsAsWritten(t *testing.T) {
	b := warehouse.NewBatch(warehouse.TableByName("signals"), 1)
	b.AppendString(0, "sh,op\xff") // collectors may meet text that is not UTF-8
	b.AppendString(1, "a \"b\"\r\n\x01")
	b.AppendTime(2, time.UnixMilli(1772445600050))
	b.AppendFloat(3, 1e-7)
	for col := 4; col < len(b.Table.Columns); col++ {
		b.AppendNull(col)
	}
	b.EndRow(1)
	csv, _ := appendCSV(nil, b, 0)
	if want := "\"sh,op\uFFFD\",\"a \"\"b\"\"\r\n\x01\",2026-03-02T10:00:00.050Z,1e-07,,,\n"; string(csv) != want {
		t.Errorf("got %q, want %q", csv, want)
	}
	ndjson, _ := appendNDJSON(nil, b, 0)
	if want := `{"product":"sh,op` + "\uFFFD" + `","name":"a \"b\"\r\n\u0001","at":"2026-03-02T10:00:00.050Z","value":1e-07}` + "\n"; string(ndjson) != want {
		t.Errorf("got %q, want %q", ndjson, want)
	}
}

func TestNumbersAsWritten(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 1: "1", -0.5: "-0.5", 1e20: "100000000000000000000", 1e21: "1e+21", 0.1: "0.1", math.MaxFloat64: "1.7976931348623157e+308"} {
		if got := string(appendFloat(nil, n)); got != want {
			t.Errorf("appendFloat(%v) = %s, want %s", n, got, want)
		}
	}
}
