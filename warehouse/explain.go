package warehouse

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Error codes of ClickHouse that a person can do something about.
const (
	codeUnknownDatabase      = 81
	codeUnknownUser          = 192
	codeRequiredPassword     = 194
	codeMemoryLimit          = 241
	codeNotEnoughSpace       = 243
	codeReadonly             = 164
	codeAccessDenied         = 497
	codeAuthenticationFailed = 516
)

// Explain turns a failure of the store that a person can mend into a sentence that says how; others pass unchanged.
func Explain(err error) error {
	if err == nil {
		return nil
	}
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		switch exception.Code {
		case codeAuthenticationFailed, codeUnknownUser, codeRequiredPassword:
			return fmt.Errorf("the ClickHouse server refused the user or the password; check warehouse.url: %w", err)
		case codeReadonly, codeAccessDenied:
			return fmt.Errorf("the ClickHouse user may not do this; grant it CREATE, SELECT, INSERT, ALTER and DROP on Weir's database: %w", err)
		case codeUnknownDatabase:
			return fmt.Errorf("the database disappeared while Weir worked on it: %w", err)
		case codeMemoryLimit:
			return fmt.Errorf("ClickHouse ran out of the memory that it may use; ask for a shorter period, or give it more: %w", err)
		case codeNotEnoughSpace:
			return fmt.Errorf("the disk that holds the data is full; free some space and run the same command again: %w", err)
		}
	}
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case strings.Contains(err.Error(), "No space left on device"):
		return fmt.Errorf("the disk that holds the data is full; free some space and run the same command again: %w", err)
	case errors.As(err, &dns):
		return fmt.Errorf("the ClickHouse server's host %q is not known; check warehouse.url: %w", dns.Name, err)
	case errors.As(err, &op) && op.Op == "dial":
		return fmt.Errorf("no ClickHouse server answers at %s; start it, or check warehouse.url: %w", op.Addr, err)
	}
	return err
}
