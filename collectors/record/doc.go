// Package record is the truth of a run: a journal of events, a stream of
// samples and a latency histogram for each load, and the readings of every
// collector. A writer lays them down while the run goes on, a reader gives
// them back, and every report is computed from them and from nothing else.
package record
