package simcloud

import "github.com/openstack-eris/eris/testenv/simcloud/balancer"

// stackEngine does what Heat's API is asked for, and balancerWorker what Octavia's is.
const (
	stackEngine    = "heat-engine"
	balancerWorker = "octavia-worker"
)

// works tells whether any process of a service that only talks by messages serves,
// and reaches a broker that has a quorum.
func (c *Cloud) works(service string) bool {
	unit, rabbit := partOf(service).unit, partOf("rabbitmq")
	brokers := together(c.serving(rabbit.unit), "tcp", rabbitPort)
	if 2*len(brokers) <= len(c.machines) {
		return false
	}
	for _, m := range c.serving(unit) {
		for _, broker := range brokers {
			if (path{from: m, to: broker, port: rabbit.port}).of(unit).finds(balancer.Serving) == balancer.Serving {
				return true
			}
		}
	}
	return false
}
