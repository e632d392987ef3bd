// Package files is the room of the import and export contract: the CSV and NDJSON files that `weir import` reads and
// `weir export` writes. It finds the files, reads and validates them, stages their rows in the warehouse, and writes
// the warehouse's rows out again.
//
// A file is named after its record in the plural: deployments.csv, pull_requests.ndjson.gz. One goroutine reads and cuts
// the files into chunks at the ends of records; a few workers parse the chunks into columnar batches and stage them. All
// queues are bounded, so that memory does not depend on the size of a file.
//
// Where the contract leaves a choice, this is what was chosen:
//
//   - Times are truncated to the millisecond and must lie in the years 1970 to 2261, the range that the driver carries to the warehouse unharmed.
//   - A line break inside a quoted CSV value is kept byte for byte (encoding/csv would turn CR LF into LF, and an
//     exported value would not come back the same).
//   - A list in CSV is values separated by single spaces, so a value that is empty or has a space in it (a label such
//     as "good first issue") cannot be written there. The export refuses it and names NDJSON, the default.
//   - A row is bad for its first fault only; the import names up to ten rows, in the order of the files.
//   - A file that is bad as a whole (a header with an unknown column, a broken gzip, a record longer than 16 MiB) stops the run
//     even when bad rows go to a rejects file.
package files
