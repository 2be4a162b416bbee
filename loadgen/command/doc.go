// Package command has the workload that runs a program: each arrival is one run
// of it, and what it tells of its own tests or iterations become operations.
package command
