// Package publish makes a folder of pages from many runs: an index with what was tried, what
// came of it and how it went over time, and the report of each run. The pages need nothing
// but one another, and tell no address.
package publish
