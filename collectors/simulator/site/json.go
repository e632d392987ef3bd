package site

import (
	"strconv"
	"time"
)

// object is a JSON object with its members in order: name, value, name, value. Answers are made of these rather than of
// structs, because each vendor has hundreds of fields and most say nothing here.
type object []any

// list is a JSON array.
type list []any

// raw is JSON that was made before.
type raw []byte

func obj(members ...any) object { return members }

// with is the object with more members behind.
func (o object) with(members ...any) object { return append(o[:len(o):len(o)], members...) }

// freeze makes the JSON of a value, to be used again.
func freeze(v any) raw { return appendJSON(nil, v) }

// appendJSON writes a value. Values are strings, numbers, booleans, nil, raw, object, list and slices of strings.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendString(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case *int64:
		if v == nil {
			return append(b, '0')
		}
		return strconv.AppendInt(b, *v, 10)
	case float64:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	case *float64:
		if v == nil {
			return append(b, "null"...)
		}
		return strconv.AppendFloat(b, *v, 'f', -1, 64)
	case bool:
		return strconv.AppendBool(b, v)
	case time.Time: // as GitHub and PagerDuty write it
		if v.IsZero() {
			return append(b, "null"...)
		}
		b = append(b, '"')
		b = v.UTC().AppendFormat(b, time.RFC3339)
		return append(b, '"')
	case raw:
		if v == nil {
			return append(b, "null"...)
		}
		return append(b, v...)
	case object:
		b = append(b, '{')
		for i := 0; i+1 < len(v); i += 2 {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, v[i].(string)), ':')
			b = appendJSON(b, v[i+1])
		}
		return append(b, '}')
	case list:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, x)
		}
		return append(b, ']')
	case []string:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, x)
		}
		return append(b, ']')
	}
	panic("a value that has no JSON here")
}

func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		start = i + 1
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// orNull is null where a text is empty.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
