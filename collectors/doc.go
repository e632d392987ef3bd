// Package collectors is the room of what fetches records from where they arise: it says what a collector is, and it has
// the one runner that owns everything which all collectors need alike.
//
// A collector maps one source's words to the records of package warehouse and does nothing else. The runner decides when
// it runs (a cron schedule, or now), keeps two runs of one source from overlapping and one source's failure from touching
// another, stores what was found, keeps the source's cursor, logs, counts, and tells everybody who asks how each source is
// doing. Each source has a folder of its own below this one; the folders do not know each other.
package collectors
