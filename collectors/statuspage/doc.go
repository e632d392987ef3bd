// Package statuspage collects incidents from Statuspage: what a page told its readers about disturbances, which components
// they concerned and when they were over.
//
// No live page was tried: mapping, paging and errors were tested on a server of the tests' own.
package statuspage
