// Package warehouse is the room of ClickHouse: the record types, opening and migrating the schema, writing and querying.
//
// There is one driver (clickhouse-go) and one SQL dialect. The store is either a ClickHouse server or cluster, or the
// ClickHouse engine inside this process (package embedded). The package imports nothing else of this project.
package warehouse
