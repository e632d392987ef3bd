// Package jira collects tickets from Jira Cloud and Jira Data Center: issues with their complete changelogs, links, sprints
// and custom fields, the trackers' statuses, groups, and incidents from incident projects and Jira Service Management.
//
// Every project (board, query) is a part with a cursor of its own. It is filled newest first; afterwards each run reads what
// was updated since. Jira's queries know minutes in the time zone of the asking account's profile, and issues can move
// between two pages of an answer, so runs overlap and what several pages brought is compared with a plain list of keys
// and times of change before the cursor moves on.
//
// The mapping reads one issue and nothing else: it gives the same records in whatever order issues come, by poll or by push.
package jira
