// Package healing holds the tests that the lab's profile healing repairs
// itself: a stack that loses its server, a cluster that loses one, a host that
// loses its power or a network card, a load balancer's amphora that falls silent,
// an API that hangs. They have the build tag healing, need root and about 20 GB
// of memory, and leave the lab up: `eris lab down --name healing` takes it away.
package healing
