// Package site is the simulated company's tools behind their HTTP APIs: what GitHub (REST and GraphQL), Jira, Jenkins and
// PagerDuty would answer about it. The real collectors collect from it, in the demo and in tests.
//
//	/github/     a GitHub Enterprise Server: /github/api/v3/… and /github/api/graphql
//	/jira/       a Jira Cloud, or a Data Center: /jira/rest/api/3/…, /jira/rest/agile/1.0/…
//	/jenkins/    a Jenkins with a folder for each team that builds with it
//	/pagerduty/  PagerDuty's REST API
//
// What no vendor serves, the business figures, is written as files of the import's format; see WriteSignals.
//
// The site knows what the world knows at its clock's now, and nothing later. It learns what is new when somebody asks. All
// ids are functions of the things alone: they stay the same as time goes on, and from one process to the next.
//
// On request it misbehaves as the real ones do at times; see Faults.
package site
