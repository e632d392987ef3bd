package metrics

import (
	"strings"

	"github.com/weirhq/weir/warehouse"
)

// HandoffStatements gives tests the statements about handoffs as their files have them, the ones that are asked, and their
// parameters, whatever the clock.
func (q HandoffsQuery) HandoffStatements(every Every) (files, asked []string, params warehouse.Params, err error) {
	clock := q.Clock
	q.Clock = ""
	if q, err = q.check(); err != nil {
		return nil, nil, nil, err
	}
	q.Clock = clock
	params = q.params()
	params["every"], params["tz"], params["which"], params["now"] = string(every), "UTC", everyHandoff, q.To
	for _, s := range []struct {
		file string
		n    int
	}{{handoffsSQL, pairsAndReasons}, {handoffsSQL, itemsHanded}, {handoffsSQL, namesOfHandoffs}, {handoffTrendSQL, 0}, {handoffItemsSQL, handoffList}} {
		part, _, _ := strings.Cut(strings.Split(s.file, ";\n")[s.n], pageMark)
		statement, _, _ := strings.Cut(q.statement(s.file, s.n, every), pageMark)
		files, asked = append(files, part), append(asked, statement)
	}
	return files, asked, params, nil
}
