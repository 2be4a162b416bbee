// Package sequence numbers what probes send that are answered by an echo, and judges
// what becomes of it: what comes back, is lost, late, doubled, overtaken or refused.
// What it goes by (UDP, ICMP) is a Wire.
package sequence
