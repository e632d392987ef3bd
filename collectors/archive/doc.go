// Package archive keeps what vendors answered, and lets it be collected again: a mapping that was wrong is mended without
// asking the vendor a second time.
//
// The answers of each run of a source are a file of their own, compressed, in the order in which they came. A replay gives
// a collector the runs one after the other, from one that began at the beginning: the collector asks as it asked then, and
// each request is answered with what was answered then. What is in the warehouse afterwards is what the source's records
// would be if the collector had always been the one of today. It needs no knowledge of vendors, and works as long as the
// collector asks what it asked before; where it asks something else, the replay says so and ends.
package archive
