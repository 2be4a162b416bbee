// Package runtimes holds the tests of faults on services that something else
// than systemd runs, on the lab's profile runtimes: containers of Docker and of
// Podman. They have the build tag runtimes, need root, and leave the lab up:
// `eris lab down --name runtimes` takes it away.
package runtimes
