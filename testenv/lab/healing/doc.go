// Package healing holds the tests that the lab's profile healing repairs
// itself: a stack that loses its server, a host that loses its power, a daemon
// that ends. They have the build tag healing, need root and about 16 GB of
// memory, and leave the lab up: `eris lab down --name healing` takes it away.
package healing
