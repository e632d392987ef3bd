package promotion

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// template is a text with places to be filled.
type template []piece

// piece is plain text, or the name of a group, or the name of a parameter; exactly one is set.
type piece struct{ plain, name, parameter string }

// ownNames are what a build says about itself; a group of the same name comes first.
var ownNames = []string{"pipeline", "stage", "branch", "trigger", "repo", "sha", "build"}

var bareName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*`)

func parseTemplate(text string) (template, error) {
	var t template
	for text != "" {
		before, after, found := strings.Cut(text, "$")
		if before != "" {
			t = append(t, piece{plain: before})
		}
		if !found {
			break
		}
		p, rest, err := parsePlace(after)
		if err != nil {
			return nil, err
		}
		t, text = append(t, p), rest
	}
	return t, nil
}

// parsePlace reads what stands after a dollar sign.
func parsePlace(text string) (p piece, rest string, err error) {
	if rest, found := strings.CutPrefix(text, "$"); found {
		return piece{plain: "$"}, rest, nil
	}
	if inner, found := strings.CutPrefix(text, "{"); found {
		name, rest, closed := strings.Cut(inner, "}")
		if !closed {
			return p, "", fmt.Errorf("${%s has no closing brace", inner)
		}
		if parameter, found := strings.CutPrefix(name, "param:"); found {
			if parameter = strings.TrimSpace(parameter); parameter == "" {
				return p, "", errors.New("${param:} names no parameter")
			}
			return piece{parameter: parameter}, rest, nil
		}
		if bareName.FindString(name) != name || name == "" {
			return p, "", fmt.Errorf("${%s} is neither ${name} of a group nor ${param:NAME}", name)
		}
		return piece{name: name}, rest, nil
	}
	name := bareName.FindString(text)
	if name == "" {
		return p, "", errors.New("a $ is followed by a name; write $$ for a dollar sign")
	}
	return piece{name: name}, text[len(name):], nil
}

func (t template) names() (names []string) {
	for _, p := range t {
		if p.name != "" {
			names = append(names, p.name)
		}
	}
	return names
}

// fill puts the text together. It is "" when any of its places stands for nothing: half a name would name something else.
func (t template) fill(groups, parameters map[string]string) string {
	var b strings.Builder
	for _, p := range t {
		value := p.plain
		switch {
		case p.name != "":
			value = groups[p.name]
		case p.parameter != "":
			value = parameters[p.parameter]
		}
		if value == "" {
			return ""
		}
		b.WriteString(value)
	}
	return strings.TrimSpace(b.String())
}
