// Package watch is the room of the watched folder: files of the import's contract that some job puts there are imported, as
// `weir import` would, each file all or nothing.
//
// A file is taken when it has stood still for a moment, or was renamed into place; writing it under another name first (such
// as .deployments.csv) and renaming it is the sure way. Folders below are looked into, so that many files of one kind can
// be delivered side by side: 2026-03-02/deployments.ndjson. Files are taken in the order of their paths.
//
// What was imported is remembered by path, size, time and content, so that no file is imported twice, and one that changed
// is imported again. A refused file stays where it is, with the reason beside it in NAME.rejected.txt, and is tried
// again when it changes. Deleting a file deletes no records.
package watch
