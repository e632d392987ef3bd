// Package webhook is the room of what is pushed instead of pulled: webhooks of GitHub, GitLab and Jira, CDEvents over
// CloudEvents HTTP, and plain records in the import's JSON.
//
// A Hook is both ends of one configured way in. Its HTTP side (Handler) verifies who sends, puts what was sent into a
// journal on disk, and answers 2xx only when the disk has it. Its other side is a collector: the runner lets it drain the
// journal into the warehouse, at once when something arrives (Follow) and by its schedule. While the warehouse is away,
// what was sent waits in the journal. What cannot be understood is set aside in the folder "rejected" with its reason.
//
// # Order and repetition
//
// Vendors deliver twice, late, and in any order, and each delivery tells a part of an object only. So what an event
// states is merged column by column. Every column of an object remembers the moment as of which it was stated (the
// record's UpdatedAt); a later statement replaces an earlier one, whichever arrives first. An empty column states
// nothing, unless the mapping says that its emptiness is a fact. A record without UpdatedAt only contributes: it gives way to
// every dated statement, and among contributions the earliest beginning and the latest end win. Of two statements of
// the same moment (vendors' clocks tick in seconds) the one that is further wins: a value over none, a final result over
// running. Merging in this way is commutative, associative and idempotent; so any order and any repetition of the same
// events ends in the same records.
//
// What another source knows about the same object (the collector that polls the same vendor) takes part as one statement of
// all its columns, as of its UpdatedAt. It is told from what this hook wrote by a fingerprint of the latter. A record that was
// written by this hook and has gone was deleted by somebody who knew better: only a newer event brings it back.
//
// The statements are kept in a small database beside the journal, for as long as an object may still get late
// deliveries. Plain records are not merged: they replace each other in the order of arrival, as rows of an import do.
//
// # Durability
//
// The journal is a row of segments, files of lines with checksums. Requests that arrive together are written and synced together. A
// line torn by a crash was never acknowledged and is dropped. The database's position says up to where everything is in
// the warehouse; it moves after the warehouse has the records, and a crash in between writes the same again. A segment
// is deleted when all its lines are written.
package webhook
