package metrics

import (
	"regexp"
	"strings"
)

// The statements in the .sql files ask for every parameter, so that each runs as it stands. The engine folds away what a
// question has no use for, but only after it has analysed it, and that takes longer than reading the columns of a year. So
// what the parameters decide is decided here: it changes nothing but the time.

// emptyFilter is a condition that holds for every row where its list is empty.
var emptyFilter = regexp.MustCompile(`(?m)^ *AND \(empty\(\{(\w+):Array\(String\)\}\) OR .*\)\n?`)

// severalEnvironments begins the condition of lead_time that only a choice of several environments needs.
const severalEnvironments = "  AND (length({environments:Array(String)}) < 2"

// single is the array join of one value, which is that value.
var single = regexp.MustCompile(`arrayJoin\(\[([^\[\]]*)\]\)`)

// statement is a metric's statement without the parts that this question does not need.
func (q Query) statement(sql string) string {
	empty := map[string]bool{}
	for _, f := range q.Filter.all() {
		empty[string(f.by)+"s"] = len(f.values) == 0
	}
	sql = emptyFilter.ReplaceAllStringFunc(sql, func(line string) string {
		if empty[emptyFilter.FindStringSubmatch(line)[1]] {
			return ""
		}
		return line
	})
	if start := strings.Index(sql, severalEnvironments); start >= 0 && (len(q.Environments) < 2 || q.By == ByEnvironment) {
		open := start + strings.IndexByte(severalEnvironments, '(')
		if parts := arguments(sql[open+1:]); len(parts) > 0 {
			end := open + 1 + len(strings.Join(parts, ",")) + 1
			sql = sql[:start] + strings.TrimPrefix(sql[end:], "\n")
		}
	}
	sql = choose(sql, "if({every:String} = '", string(q.Every))
	sql = choose(sql, "if({by:String} = '", string(q.By))
	if q.Clock != "" {
		sql = decide(sql, "if({working:Bool}", func(rest string) (holds, known bool) { return q.Clock == working, rest == "" })
	}
	// Without any group or bucket the array join stays: a GROUP BY of constants alone may give a row where there is nothing.
	if q.By != ByNone || q.Every != EveryRange {
		sql = single.ReplaceAllString(sql, "$1")
	}
	return sql
}

// choose replaces each if(… = 'name', this, that) of a parameter, of which start is the beginning, by the branch that the
// parameter's value takes.
func choose(sql, start, value string) string {
	return decide(sql, start, func(rest string) (holds, known bool) {
		name, whole := strings.CutSuffix(rest, "'")
		return name == value, whole && !strings.Contains(name, "'")
	})
}

// decide replaces each if(…, this, that) that begins with start by the branch that its condition takes; holds is told the
// rest of the condition, and says whether it knows it.
func decide(sql, start string, holds func(rest string) (holds, known bool)) string {
	for from := 0; ; {
		at := strings.Index(sql[from:], start)
		if at < 0 {
			return sql
		}
		at += from
		inner := at + len("if(")
		parts := arguments(sql[inner:])
		holding, known := false, false
		if len(parts) == 3 {
			holding, known = holds(parts[0][len(start)-len("if("):])
		}
		if !known { // another condition: it stays
			from = inner
			continue
		}
		branch := parts[2]
		if holding {
			branch = parts[1]
		}
		end := inner + len(strings.Join(parts, ",")) + 1
		sql, from = sql[:at]+strings.TrimSpace(branch)+sql[end:], at
	}
}

// arguments splits what follows an opening bracket at the commas, up to the bracket that closes it; none if nothing does.
func arguments(text string) (parts []string) {
	depth, start, quoted := 0, 0, false
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[' || c == '{':
			depth++
		case depth == 0 && (c == ')' || c == ','):
			parts, start = append(parts, text[start:i]), i+1
			if c == ')' {
				return parts
			}
		case c == ')' || c == ']' || c == '}':
			depth--
		}
	}
	return nil
}
