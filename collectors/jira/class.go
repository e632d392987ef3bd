package jira

import (
	"slices"
	"strings"
)

// usualClasses are what types and labels mean unless the configuration says otherwise. Jira translates its own types.
var usualClasses = map[string]Class{
	"risk":   {Types: []string{"Risk", "Vulnerability", "Security"}, Labels: []string{"security", "vulnerability", "compliance", "risk"}},
	"debt":   {Types: []string{"Technical Debt", "Tech Debt", "Refactoring"}, Labels: []string{"tech-debt", "technical-debt", "techdebt", "debt", "refactoring"}},
	"defect": {Types: []string{"Bug", "Defect", "Incident", "Problem", "Fehler", "Bogue", "Error", "Erro", "Ошибка", "缺陷", "错误", "バグ", "버그"}, Labels: []string{"bug", "defect"}},
}

// class is that of the labels, else that of the type, else feature. Where several would do, the order is risk, debt, defect.
func (m *Mapping) class(kind string, labels []string) string {
	holds := func(list []string, word string) bool {
		return slices.ContainsFunc(list, func(one string) bool { return strings.EqualFold(one, word) })
	}
	for _, class := range classes {
		if slices.ContainsFunc(labels, func(label string) bool { return holds(m.classes[class].Labels, label) }) {
			return class
		}
	}
	for _, class := range classes {
		if holds(m.classes[class].Types, kind) {
			return class
		}
	}
	return "feature"
}
