// Package influx writes a run to InfluxDB while it goes on, for dashboards. The record
// is the truth: nothing here holds a run up or ends it, and what the server does not get
// is counted.
//
// Who records offers points to a queue that is bounded and never waited for; one writer
// takes them out in batches and writes them by blocking calls. The client's own
// asynchronous writer is not used: with a server that is down it loses points that it
// does not count. A batch that cannot be written is tried again for so long and not
// longer. A point is written, lost (it did not fit, or the server said no or was not
// reached), or unsure: it was sent, and nobody answered whether it is there. To write a
// point again is harmless, since series and time name it; so that no two have the same,
// the time of the second is some nanoseconds later.
//
// One call at a time does not keep a fast server from being asked for all that it can,
// and it may be one that others share. So there is a ceiling on how many points go to it
// in a second, tries again among them; what comes faster waits in the queue, and what
// does not fit there is lost and counted as any other.
package influx
