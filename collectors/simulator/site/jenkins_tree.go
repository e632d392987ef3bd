package site

import (
	"strconv"
	"strings"
)

// tree is what a request wants of a thing of Jenkins: jobs[name,allBuilds[number,result]{0,100}]. nil wants everything.
type tree struct {
	children map[string]*tree
	from, to int // of a list; to is exclusive, negative without an end
}

func parseTree(text string) *tree {
	if text == "" {
		return nil
	}
	t, _ := parseTreeOf(text)
	return t
}

// parseTreeOf reads up to the closing bracket and returns what follows it.
func parseTreeOf(text string) (*tree, string) {
	t := &tree{children: map[string]*tree{}, to: -1}
	for text != "" && text[0] != ']' {
		end := strings.IndexAny(text, ",[]{")
		if end < 0 {
			end = len(text)
		}
		name := text[:end]
		text = text[end:]
		child := &tree{to: -1}
		if strings.HasPrefix(text, "[") {
			child, text = parseTreeOf(text[1:])
			text = strings.TrimPrefix(text, "]")
		}
		if strings.HasPrefix(text, "{") {
			var bounds string
			bounds, text, _ = strings.Cut(text[1:], "}")
			child.setWindow(bounds)
		}
		t.children[name] = child
		text = strings.TrimPrefix(text, ",")
	}
	return t, text
}

// setWindow reads {from,to}, {,to}, {from,} or {at}.
func (t *tree) setWindow(bounds string) {
	low, high, two := strings.Cut(bounds, ",")
	from, err := strconv.Atoi(low)
	if err == nil {
		t.from = from
	}
	switch to, err := strconv.Atoi(high); {
	case !two:
		t.to = t.from + 1
	case err == nil:
		t.to = to
	}
}

func (t *tree) window(n int) (from, to int) {
	to = n
	if t.to >= 0 {
		to = min(t.to, n)
	}
	from = min(max(t.from, 0), to)
	return from, to
}

// child is what is wanted of a part; nil where it is not wanted by name.
func (t *tree) child(name string) *tree {
	if t == nil {
		return nil
	}
	return t.children[name]
}

// prune leaves of a thing what is wanted. Its class is always told.
func (t *tree) prune(v any) any {
	if t == nil || len(t.children) == 0 {
		return v
	}
	switch v := v.(type) {
	case object:
		kept := object{}
		for i := 0; i+1 < len(v); i += 2 {
			name := v[i].(string)
			part, wanted := t.children[name]
			if !wanted {
				part, wanted = t.children["*"]
			}
			switch {
			case name == "_class":
				kept = append(kept, name, v[i+1])
			case wanted:
				kept = append(kept, name, part.prune(v[i+1]))
			}
		}
		return kept
	case list:
		all := make(list, 0, len(v))
		for _, x := range v {
			all = append(all, t.prune(x))
		}
		return all
	}
	return v
}
