// Package opsgenie collects incidents from Opsgenie: their impact's beginning and end, when they were detected and
// acknowledged, and which services they disturbed.
//
// Opsgenie lists incidents by their creation only. A run reads that list from its newest end until it knows everything, and
// besides the incidents that are not over yet. No live account was tried: the mapping was tested on real answers, paging and
// errors on a server of the tests' own.
package opsgenie
