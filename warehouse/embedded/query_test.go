package embedded

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func TestRoundTripOfTypes(t *testing.T) {
	conn := connect(t, 1)
	exec1(t, conn, `CREATE TABLE everything (id UInt64, text String, low LowCardinality(String), small UInt8, whole Int64, number Float64,
		set Bool, at DateTime64(3, 'UTC'), micro DateTime64(6, 'UTC'), day Date, list Array(String),
		no_whole Nullable(Int64), no_number Nullable(Float64), no_at Nullable(DateTime64(3, 'UTC'))) ENGINE = MergeTree ORDER BY id`)
	type row struct {
		ID       uint64     `ch:"id"`
		Text     string     `ch:"text"`
		Low      string     `ch:"low"`
		Small    uint8      `ch:"small"`
		Whole    int64      `ch:"whole"`
		Number   float64    `ch:"number"`
		Set      bool       `ch:"set"`
		At       time.Time  `ch:"at"`
		Micro    time.Time  `ch:"micro"`
		Day      time.Time  `ch:"day"`
		List     []string   `ch:"list"`
		NoWhole  *int64     `ch:"no_whole"`
		NoNumber *float64   `ch:"no_number"`
		NoAt     *time.Time `ch:"no_at"`
	}
	at := time.Date(2024, 2, 29, 23, 59, 59, 999_000_000, time.UTC)
	early := time.Date(1969, 7, 20, 20, 17, 40, 123_000_000, time.UTC)
	day := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	whole, number := int64(-1<<63), -0.25
	want := []row{
		{ID: 1<<64 - 1, Text: "tab\tline\nquote'back\\slash \x00 Zoë 漢字 🐟", Low: "low", Small: 255, Whole: 1<<63 - 1, Number: 1e300, Set: true,
			At: at, Micro: at.Add(999 * time.Microsecond), Day: day, List: []string{"", "a'b", "c\\d"}, NoWhole: &whole, NoNumber: &number, NoAt: &early},
		{ID: 0, At: early, Micro: early, Day: day, List: []string{}},
	}
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO everything")
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if err := batch.AppendStruct(&want[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := batch.Send(); err != nil {
		t.Fatal(err)
	}
	var got []row
	if err := conn.Select(t.Context(), &got, "SELECT * FROM everything ORDER BY id DESC"); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("got %d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("row %d\ngot  %+v\nwant %+v", i, got[i], want[i])
		}
	}
}

// awkward are texts that break careless quoting.
var awkward = []string{"", "plain", "it's", `back\slash`, `\'`, `ends with \`, "tab\tline\nreturn\r", `\t\n`, "{x:String}", "a&b=c%20+;", "Zoë 漢字 🐟", "'; DROP TABLE x --", "`\"", `\N`, "NULL"}

func TestParameters(t *testing.T) {
	conn := connect(t, 1)
	escape := strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)
	var list strings.Builder
	for i, text := range awkward {
		if i > 0 {
			list.WriteString(",")
		}
		list.WriteString("'" + strings.ReplaceAll(escape.Replace(text), "'", `\'`) + "'")
		ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"x": escape.Replace(text), "unused": "1"}))
		var got string
		if err := conn.QueryRow(ctx, "SELECT {x:String}").Scan(&got); err != nil || got != text {
			t.Errorf("%q came back as %q, error %v", text, got, err)
		}
	}
	ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"x": "[" + list.String() + "]"}))
	var got []string
	if err := conn.QueryRow(ctx, "SELECT {x:Array(String)}").Scan(&got); err != nil || !reflect.DeepEqual(got, awkward) {
		t.Errorf("the list came back as %q, error %v", got, err)
	}
}

func TestSettingsReachTheEngineAndAreReset(t *testing.T) {
	conn := connect(t, 1)
	limited := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_execution_time": 1, "log_comment": `it's a \ comment`}))
	const ask = "SELECT toString(getSetting('max_execution_time')), toString(getSetting('log_comment'))"
	for _, step := range []struct{ limit, comment string }{{"0", ""}, {"1", `it's a \ comment`}, {"0", ""}} {
		ctx := t.Context()
		if step.limit == "1" {
			ctx = limited
		}
		var limit, comment string
		if err := conn.QueryRow(ctx, ask).Scan(&limit, &comment); err != nil || limit != step.limit || comment != step.comment {
			t.Errorf("got max_execution_time %q and log_comment %q, want %+v, error %v", limit, comment, step, err)
		}
	}
	const slow = "SELECT sum(sleepEachRow(0.1)) FROM numbers(14) SETTINGS max_block_size = 1"
	var exception *clickhouse.Exception
	if err := conn.Exec(limited, slow); !errors.As(err, &exception) || exception.Code != 159 {
		t.Errorf("1.4 seconds of sleep with max_execution_time 1: got %v, want code 159", err)
	}
	exec1(t, conn, slow)
}

func TestErrorsAreTyped(t *testing.T) {
	conn := connect(t, 1)
	exec1(t, conn, "CREATE TABLE numbered (x UInt64) ENGINE = MergeTree ORDER BY x")
	for name, test := range map[string]struct {
		sql  string
		code int32
		text string
	}{
		"syntax":               {"SELEC 1", 62, "Syntax error"},
		"unknown table":        {"SELECT 1 FROM nowhere", 60, "nowhere"},
		"unknown column":       {"SELECT nope FROM numbered", 47, "nope"},
		"missing parameter":    {"SELECT {gone:String}", 456, "gone"},
		"bad parameter":        {"SELECT {word:UInt8}", 457, "word"},
		"insert":               {"INSERT INTO numbered SELECT throwIf(1, 'refused here')", 395, "refused here"},
		"at once":              {"SELECT throwIf(1, 'refused here')", 395, "refused here"},
		"in the middle":        {"SELECT throwIf(number = 300000, 'refused here') FROM numbers(1000000) SETTINGS max_threads = 1, max_block_size = 1000", 395, "refused here"},
		"unknown database":     {"SELECT 1 FROM nowhere.x", 81, "nowhere"},
		"unknown setting":      {"SELECT 1 SETTINGS nonsense_setting = 1", 115, "nonsense_setting"},
		"create without sense": {"CREATE TABLE t (x Nonsense) ENGINE = Memory", 50, "Nonsense"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"word": "abc"}))
			rows, err := conn.Query(ctx, test.sql)
			if err == nil {
				for rows.Next() {
					continue
				}
				err = rows.Err()
				_ = rows.Close()
			}
			var exception *clickhouse.Exception
			if !errors.As(err, &exception) {
				t.Fatalf("got %v (%T), want an exception of ClickHouse", err, err)
			}
			if exception.Code != test.code || !strings.Contains(exception.Message, test.text) {
				t.Errorf("got code %d and %q, want code %d and %q", exception.Code, exception.Message, test.code, test.text)
			}
			exec1(t, conn, "SELECT 1")
		})
	}
}

func TestInsertFailures(t *testing.T) {
	conn := connect(t, 1)
	exec1(t, conn, "CREATE TABLE numbered (x UInt64, CONSTRAINT small CHECK x < 10) ENGINE = MergeTree ORDER BY x")
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO numbered")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []uint64{1, 11} {
		if err := batch.Append(x); err != nil {
			t.Fatal(err)
		}
	}
	var exception *clickhouse.Exception
	if err := batch.Send(); !errors.As(err, &exception) || exception.Code != 469 {
		t.Errorf("got %v, want code 469 (a constraint is violated)", err)
	}
	var n uint64
	if err := conn.QueryRow(t.Context(), "SELECT count() FROM numbered").Scan(&n); err != nil || n != 0 {
		t.Errorf("the refused insert left %d rows, error %v", n, err)
	}
}
