// Package workers has a run's loads sent by several processes, most often on several machines.
//
// A Hub is the run's side: it starts a NATS server, or uses one that is there, and waits for the
// workers. An Agent is a worker. Both compute the same schedule from the scenario and the seed;
// each worker takes its part of the arrivals (loadgen.Part), so that nothing is asked of the hub
// while loads are sent. Outcomes come back through a JetStream stream, in which a worker numbers
// its messages: the hub writes each into the record once. Faults, collectors and the verdict
// stay with the run.
//
// Credentials never travel: a worker uses the clouds.yaml of its own machine. What goes to it
// is the scenario, the run's id and the seed.
package workers
