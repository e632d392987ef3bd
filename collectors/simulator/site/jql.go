package site

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// jql is a search: the part of Jira's language that a collector needs. Conditions on project, key, issuetype, status,
// labels, created, updated, resolutiondate and resolution, joined by AND, OR and NOT, with parentheses and ORDER BY.
type jql struct {
	matches func(*ticket) bool
	compare func(a, b *ticket) int
}

type jqlParser struct {
	words []string // quoted ones begin with a quote
	zone  *time.Location
}

func parseJQL(text string, zone *time.Location) (*jql, error) {
	p := &jqlParser{words: jqlWords(text), zone: zone}
	q := &jql{matches: func(*ticket) bool { return true }}
	var err error
	if len(p.words) > 0 && !p.is("ORDER") {
		if q.matches, err = p.or(); err != nil {
			return nil, err
		}
	}
	q.compare, err = p.order()
	if err == nil && len(p.words) > 0 {
		err = fmt.Errorf("Error in the JQL Query: Expecting either 'OR' or 'AND' but got '%s'.", p.words[0]) //nolint:staticcheck // Jira's sentence
	}
	return q, err
}

func jqlWords(text string) (words []string) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		n := 1
		switch c := text[0]; {
		case c == '"' || c == '\'':
			end := strings.IndexByte(text[1:], c)
			if end < 0 {
				end = len(text) - 1
			}
			words = append(words, `"`+text[1:1+end])
			text = text[min(end+2, len(text)):]
			continue
		case strings.HasPrefix(text, ">=") || strings.HasPrefix(text, "<=") || strings.HasPrefix(text, "!="):
			n = 2
		case !strings.ContainsRune("()=<>,!~", rune(c)):
			n = strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("()=<>,!~\"", r) })
			if n < 0 {
				n = len(text)
			}
		}
		words = append(words, text[:n])
		text = text[n:]
	}
	return words
}

func (p *jqlParser) is(word string) bool {
	return len(p.words) > 0 && strings.EqualFold(p.words[0], word)
}

func (p *jqlParser) take() string {
	if len(p.words) == 0 {
		return ""
	}
	word := p.words[0]
	p.words = p.words[1:]
	return strings.TrimPrefix(word, `"`)
}

func (p *jqlParser) skip(word string) bool {
	if p.is(word) {
		p.take()
		return true
	}
	return false
}

func (p *jqlParser) or() (func(*ticket) bool, error) {
	left, err := p.and()
	for err == nil && p.skip("OR") {
		var right func(*ticket) bool
		before := left
		right, err = p.and()
		left = func(k *ticket) bool { return before(k) || right(k) }
	}
	return left, err
}

func (p *jqlParser) and() (func(*ticket) bool, error) {
	left, err := p.one()
	for err == nil && p.skip("AND") {
		var right func(*ticket) bool
		before := left
		right, err = p.one()
		left = func(k *ticket) bool { return before(k) && right(k) }
	}
	return left, err
}

func (p *jqlParser) one() (func(*ticket) bool, error) {
	if p.skip("(") {
		inner, err := p.or()
		if err == nil && !p.skip(")") {
			err = fmt.Errorf("Error in the JQL Query: Expecting ')' before the end of the query.") //nolint:staticcheck // Jira's sentence
		}
		return inner, err
	}
	if p.skip("NOT") {
		inner, err := p.one()
		return func(k *ticket) bool { return !inner(k) }, err
	}
	return p.condition()
}

func (p *jqlParser) condition() (func(*ticket) bool, error) {
	field, operator := strings.ToLower(p.take()), strings.ToUpper(p.take())
	if operator == "NOT" || operator == "IS" && p.is("NOT") {
		operator += " " + strings.ToUpper(p.take())
	}
	if len(p.words) == 0 {
		return nil, fmt.Errorf("Error in the JQL Query: Expecting either a value, list or function before the end of the query.") //nolint:staticcheck // Jira's sentence
	}
	values := []string{p.take()}
	if values[0] == "(" && strings.HasSuffix(operator, "IN") {
		values = nil
		for len(p.words) > 0 && !p.skip(")") {
			values = append(values, p.take())
			p.skip(",")
		}
	}
	if moment := momentOf(field); moment != nil {
		return p.moments(field, operator, values[0], moment)
	}
	texts := textsOf(field)
	if texts == nil {
		return nil, fmt.Errorf("Field '%s' does not exist or you do not have permission to view it.", field) //nolint:staticcheck // Jira's sentence
	}
	has := func(k *ticket) bool {
		return slices.ContainsFunc(texts(k), func(t string) bool {
			return slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(t, v) })
		})
	}
	switch operator {
	case "=", "IN":
		return has, nil
	case "!=", "NOT IN":
		return func(k *ticket) bool { return !has(k) }, nil
	case "IS", "IS NOT":
		return func(k *ticket) bool { return (strings.Join(texts(k), "") == "") == (operator == "IS") }, nil
	}
	return nil, fmt.Errorf("The operator '%s' is not supported by the '%s' field.", operator, field) //nolint:staticcheck // Jira's sentence
}

func textsOf(field string) func(*ticket) []string {
	switch field {
	case "project":
		return func(k *ticket) []string {
			return []string{k.project.team.Project, k.project.team.Name, decimal(k.project.id)}
		}
	case "key", "issuekey", "issue", "id":
		return func(k *ticket) []string { return []string{k.Key, decimal(k.id)} }
	case "issuetype", "type":
		return func(k *ticket) []string { return []string{k.Type} }
	case "status":
		return func(k *ticket) []string { return []string{k.Status} }
	case "priority":
		return func(k *ticket) []string { return []string{k.Priority} }
	case "labels":
		return func(k *ticket) []string { return k.Labels }
	case "resolution":
		return func(k *ticket) []string { return []string{k.value("resolution")} }
	}
	return nil
}

func momentOf(field string) func(*ticket) time.Time {
	switch field {
	case "created", "createddate":
		return func(k *ticket) time.Time { return k.CreatedAt }
	case "updated", "updateddate":
		return func(k *ticket) time.Time { return k.touched }
	case "resolved", "resolutiondate":
		return func(k *ticket) time.Time { return k.ResolvedAt }
	}
	return nil
}

// moments compares a moment; those in a query are minutes in the user's zone.
func (p *jqlParser) moments(field, operator, value string, moment func(*ticket) time.Time) (func(*ticket) bool, error) {
	if operator == "IS" || operator == "IS NOT" {
		return func(k *ticket) bool { return moment(k).IsZero() == (operator == "IS") }, nil
	}
	limit, err := p.moment(value)
	if err != nil {
		return nil, fmt.Errorf("Date value '%s' for field '%s' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd'.", value, field) //nolint:staticcheck // Jira's sentence
	}
	holds := map[string]func(time.Time) bool{
		">=": func(t time.Time) bool { return !t.Before(limit) }, ">": limit.Before,
		"<=": func(t time.Time) bool { return !t.After(limit) }, "<": limit.After,
		"=": limit.Equal, "!=": func(t time.Time) bool { return !limit.Equal(t) },
	}[operator]
	if holds == nil {
		return nil, fmt.Errorf("The operator '%s' is not supported by the '%s' field.", operator, field) //nolint:staticcheck // Jira's sentence
	}
	return func(k *ticket) bool {
		t := moment(k)
		return !t.IsZero() && holds(t)
	}, nil
}

func (p *jqlParser) moment(text string) (t time.Time, err error) {
	if ms, notNumber := strconv.ParseInt(text, 10, 64); notNumber == nil {
		return time.UnixMilli(ms), nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006/01/02 15:04", "2006-01-02", "2006/01/02"} {
		if t, err = time.ParseInLocation(layout, text, p.zone); err == nil {
			return t, nil
		}
	}
	return t, err
}

// order is ORDER BY; without it the newest issue comes first.
func (p *jqlParser) order() (func(a, b *ticket) int, error) {
	var parts []func(a, b *ticket) int
	if p.skip("ORDER") && p.skip("BY") {
		for {
			field := strings.ToLower(p.take())
			by := orders[field]
			if by == nil {
				return nil, fmt.Errorf("Not able to sort using field '%s'.", field) //nolint:staticcheck // Jira's sentence
			}
			if p.skip("DESC") {
				ascending := by
				by = func(a, b *ticket) int { return ascending(b, a) }
			} else {
				p.skip("ASC")
			}
			parts = append(parts, by)
			if !p.skip(",") {
				break
			}
		}
	}
	return func(a, b *ticket) int {
		for _, by := range parts {
			if n := by(a, b); n != 0 {
				return n
			}
		}
		if len(parts) > 0 {
			return 0
		}
		return cmp.Compare(b.id, a.id)
	}, nil
}

var orders = map[string]func(a, b *ticket) int{
	"created":        func(a, b *ticket) int { return a.CreatedAt.Compare(b.CreatedAt) },
	"updated":        func(a, b *ticket) int { return a.touched.Compare(b.touched) },
	"resolutiondate": func(a, b *ticket) int { return a.ResolvedAt.Compare(b.ResolvedAt) },
	"key": func(a, b *ticket) int {
		return cmp.Or(strings.Compare(a.Project, b.Project), cmp.Compare(a.number, b.number))
	},
	"id":      func(a, b *ticket) int { return cmp.Compare(a.id, b.id) },
	"project": func(a, b *ticket) int { return strings.Compare(a.Project, b.Project) },
}
