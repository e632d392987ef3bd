package metrics

import (
	"time"

	"github.com/weirhq/weir/warehouse"
)

// Statements gives tests the statement of a question's rows as its file has it, the one that is asked, and their parameters.
func (q Query) Statements() (file, asked string, params warehouse.Params, err error) {
	q, m, err := q.check()
	params = q.params(time.UTC, q.To)
	if cut, cutErr := buckets(q, time.UTC, q.To); cutErr == nil {
		params["bucket_days"], params["bucket_ends"] = endsOf(cut, q, q.To)
	}
	return m.rows, q.statement(m.rows), params, err
}
