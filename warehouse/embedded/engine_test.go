package embedded

import (
	"context"
	"fmt"
	"testing"
	"time"

	clickhouse "github.com/ClickHouse/clickhouse-go/v2"
)

func open(t testing.TB) clickhouse.Conn {
	dir := t.TempDir()
	t0 := time.Now()
	e, err := Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Log("open", time.Since(t0))
	conn, err := clickhouse.Open(&clickhouse.Options{Addr: []string{"embedded"}, Protocol: clickhouse.HTTP, TransportFunc: e.Transport, MaxOpenConns: 4, MaxIdleConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); e.Close() })
	return conn
}

func TestScratch(t *testing.T) {
	for round := range 3 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			ctx := context.Background()
			c := open(t)
			var n uint64
			t0 := time.Now()
			if err := c.QueryRow(ctx, "SELECT count() FROM numbers(10)").Scan(&n); err != nil {
				t.Fatal(err)
			}
			t.Log(n, time.Since(t0))
			t0 = time.Now()
			for range 100 {
				c.QueryRow(ctx, "SELECT count() FROM numbers(10)").Scan(&n)
			}
			t.Log("small query", time.Since(t0)/100)
			if err := c.Exec(ctx, "CREATE TABLE a (x UInt64, s LowCardinality(String), n Nullable(DateTime64(3,'UTC'))) ENGINE=MergeTree ORDER BY x"); err != nil {
				t.Fatal(err)
			}
			b, err := c.PrepareBatch(ctx, "INSERT INTO a (x, s, n)")
			if err != nil {
				t.Fatal(err)
			}
			for i := range 1000000 {
				_ = b.Append(uint64(i), fmt.Sprint(i%10), (*time.Time)(nil))
			}
			t0 = time.Now()
			if err := b.Send(); err != nil {
				t.Fatal(err)
			}
			t.Log("insert", time.Since(t0))
			t0 = time.Now()
			rows, err := c.Query(clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"q": "5'\\\\", "l": "['a','b']"})), "SELECT x, s, n, {q:String}, {l:Array(String)} FROM a")
			if err != nil {
				t.Fatal(err)
			}
			k := 0
			for rows.Next() {
				k++
			}
			t.Log(k, rows.Err(), time.Since(t0))
			ctx2, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			t0 = time.Now()
			err = c.QueryRow(ctx2, "SELECT sum(sleepEachRow(0.5)) FROM numbers(20) SETTINGS max_block_size=1").Scan(&n)
			t.Log(err, time.Since(t0))
			cancel()
			t0 = time.Now()
			err = c.Exec(clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_execution_time": 1})), "INSERT INTO a SELECT number, toString(sleepEachRow(0.1)), NULL FROM numbers(100) SETTINGS max_block_size=1")
			t.Log(err, time.Since(t0))
			t.Log(c.QueryRow(ctx, "SELECT nope FROM a").Scan(&n))
			t0 = time.Now()
			t.Log(c.Exec(ctx, "DELETE FROM a WHERE x IN (5,6,7)"), time.Since(t0))
			t0 = time.Now()
			t.Log(c.Exec(ctx, "DELETE FROM a WHERE x % 7 = 1"), time.Since(t0))
		})
	}
}
