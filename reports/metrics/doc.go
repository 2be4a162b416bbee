// Package metrics says in the text format of Prometheus where a run stands, and
// afterwards what came of it: names and labels after the Prometheus project's rules
// (https://prometheus.io/docs/practices/naming/), base units, and no sample of what is
// not known.
package metrics
