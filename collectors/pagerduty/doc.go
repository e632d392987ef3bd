// Package pagerduty collects incidents from PagerDuty: when they started, were detected, acknowledged and resolved, which
// services they disturbed, and what is said to have caused them.
//
// Who did what when stands in the log, not in the incident. The log is read in bulk, for a thousand incidents at a time, and
// of single incidents only where the bulk does not reach. Afterwards each run reads the log since the last one, and the
// incidents that are still open.
package pagerduty
