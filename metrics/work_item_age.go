package metrics

import _ "embed" // for the statements

//go:embed work_item_age.sql
var workItemAgeSQL string

// workItemAge is how long the items under way have been so.
func workItemAge() Metric {
	return Metric{
		ID: "work_item_age", Title: "Work item age",
		Shape: ShapeDuration, Direction: LowerIsBetter, Subject: Items, AtEnd: true,
	}.withSQL(workItemAgeSQL)
}
