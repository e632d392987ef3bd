package warehouse

import (
	"errors"
	"fmt"
	"net"
	"regexp"
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

// Explain turns a failure of the store that a person can mend into a sentence that says how. Of others it leaves out the
// query that ClickHouse repeats in its message; errors.As finds the whole exception in either.
func Explain(err error) error {
	if err == nil {
		return nil
	}
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		err = shorten(err, exception.Message)
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
	case errors.As(err, &op) && op.Op == "dial" && op.Addr != nil:
		return fmt.Errorf("no ClickHouse server answers at %s; start it, or check warehouse.url: %w", op.Addr, err)
	}
	return err
}

// briefError is an error told in fewer words.
type briefError struct {
	text string
	err  error
}

func (b *briefError) Error() string { return b.text }
func (b *briefError) Unwrap() error { return b.err }

func shorten(err error, message string) error {
	text := strings.Replace(err.Error(), message, brief(message), 1)
	if text == err.Error() {
		return err
	}
	return &briefError{text: text, err: err}
}

// longestMessage is how much of ClickHouse's own words a person is asked to read, in characters.
const longestMessage = 400

// scope is where a message starts to repeat the query; what follows the query is its hint, if any, and its code's name.
var scope = regexp.MustCompile(`(?s):? [iI]n scope .*?(\. Maybe you meant: \[[^\]]*\])?(\.? \([A-Z_]+\))?$`)

// brief leaves the query out of a message of ClickHouse, and the middle out of one that is still long.
func brief(message string) string {
	message = scope.ReplaceAllString(message, "$1$2")
	if letters := []rune(message); len(letters) > longestMessage {
		const end = longestMessage / 4 // the end holds the name of the code
		return string(letters[:longestMessage-end]) + " … " + string(letters[len(letters)-end:])
	}
	return message
}
