package embedded

import (
	"regexp"
	"strconv"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// engineError is an error text of ClickHouse. The driver makes a typed exception of one that comes instead of a result;
// one that comes in the middle of a result passes through the driver as it is, and is that exception by its As.
type engineError string

func (e engineError) Error() string { return string(e) }

// faultText is how ClickHouse writes an exception: Code: 395. DB::Exception: what happened. (NAME_OF_THE_CODE)
var faultText = regexp.MustCompile(`(?s)^Code: (\d+)\. (DB::\w*Exception): (.*?(?:\(([A-Z][A-Z0-9_]+)\))?)\s*$`)

// As lets errors.As find the exception that the text stands for.
func (e engineError) As(target any) bool {
	at, wanted := target.(**clickhouse.Exception)
	if !wanted {
		return false
	}
	parts := faultText.FindStringSubmatch(string(e))
	if parts == nil {
		return false
	}
	code, err := strconv.ParseInt(parts[1], 10, 32)
	if err != nil {
		return false
	}
	*at = &clickhouse.Exception{Code: int32(code), Name: parts[2], Message: parts[3], CodeName: parts[4]}
	return true
}
