package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/files"
)

// parseRecords reads NDJSON by the rules of the import.
func parseRecords(kind string, text []byte) (warehouse.Records, error) {
	table, err := files.TableNamed(kind)
	if err != nil {
		return warehouse.Records{}, err
	}
	return files.Parse(table, kind, string(text))
}

// asLines turns what was sent into NDJSON: it may be that already, or one JSON object over several lines, or an array of objects. one is what a
// line is called then.
func asLines(body []byte) (text []byte, one string, err error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\uFEFF")))
	if len(body) == 0 {
		return nil, "", errors.New("nothing was sent: send a JSON object, an array of them, or one object per line")
	}
	if body[0] != '[' {
		if !json.Valid(body) {
			return body, "line", nil // several lines, or one with a fault that the parser will name
		}
		text, err = compact(body)
		return text, "record", err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, "", fmt.Errorf("the array is not valid JSON: %w", err)
	}
	for _, element := range list {
		line, err := compact(element)
		if err != nil {
			return nil, "", err
		}
		text = append(append(text, line...), '\n')
	}
	if len(list) == 0 {
		return nil, "", errors.New("the array is empty, so there is nothing to accept")
	}
	return text, "record", nil
}

func compact(text []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		return nil, fmt.Errorf("the JSON is not valid: %w", err)
	}
	return b.Bytes(), nil
}

// faults are the faults of a request with records, as the API tells them. one is what a line is called.
func faults(err error, one string) (sentence string, details []detail) {
	var refused *files.Refused
	if !errors.As(err, &refused) {
		return err.Error(), nil
	}
	const most = 10 // more would hide the first ones, the useful ones
	for i, f := range refused.Errors {
		if i == most {
			break
		}
		at := fmt.Sprintf("%s %d", one, f.Line)
		d := detail{Message: strings.TrimSpace(fmt.Sprintf("%s, %s: %s", at, f.Field, f.Reason)), Location: fmt.Sprintf("body[%d]", f.Line-1)}
		if f.Field == "" {
			d.Message = at + ": " + f.Reason
		} else {
			d.Location += "." + f.Field
		}
		details = append(details, d)
	}
	sentence = "nothing was accepted: " + details[0].Message
	if n := len(refused.Errors); n > 1 {
		sentence = fmt.Sprintf("nothing was accepted, because of %d faults; the first is in %s", n, details[0].Message)
	}
	return sentence, details
}
