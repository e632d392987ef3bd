package jira

import "encoding/json"

// MappingFor is a mapping that knows fields by the ids that the configuration names.
func MappingFor(c Configuration) *Mapping { return newMapping(c, c.byID()) }

// SprintOf is the name of the newest sprint.
func SprintOf(raw json.RawMessage) string { return sprintOf(raw) }

// NumberOf is an estimate.
func NumberOf(raw json.RawMessage) *float64 { return numberOf(raw) }

// CategoriesOf are the classes of statuses, by name.
func CategoriesOf(list []json.RawMessage) map[string]string {
	known := map[string]string{}
	for _, raw := range list {
		s := decode[status](raw)
		if s.Scope.Project.ID == "" {
			known[string(s.Name)] = later(known[string(s.Name)], categoryOf(s.Category.Key))
		}
	}
	return known
}
