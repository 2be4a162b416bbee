package simcloud

import (
	"slices"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/api"
	"github.com/openstack-eris/eris/testenv/simcloud/balancer"
)

// stackEngine does what Heat's API is asked for, balancerWorker what Octavia's is, and
// the volume services only report to Cinder's.
const (
	volumeScheduler = "cinder-scheduler"
	volumeService   = "cinder-volume"
	stackEngine     = "heat-engine"
	balancerWorker  = "octavia-worker"
)

// works tells whether any process of a service that only talks by messages serves,
// and reaches a broker that has a quorum.
func (c *Cloud) works(service string) bool { return len(c.speaking(service, c.brokers())) > 0 }

// brokers are those of the message queue that have a quorum.
func (c *Cloud) brokers() []*machine {
	brokers := together(c.serving(partOf("rabbitmq").unit), "tcp", rabbitPort)
	if 2*len(brokers) <= len(c.machines) {
		return nil
	}
	return brokers
}

// speaking are the machines on which a process of a service serves and reaches one of
// the brokers.
func (c *Cloud) speaking(service string, brokers []*machine) []*machine {
	unit, port := partOf(service).unit, partOf("rabbitmq").port
	return slices.DeleteFunc(c.serving(unit), func(m *machine) bool {
		return !slices.ContainsFunc(brokers, func(broker *machine) bool {
			return (path{from: m, to: broker, port: port}).of(unit).finds(balancer.Serving) == balancer.Serving
		})
	})
}

// reported notes who has reported to its API: by a message, which it sends more often
// here than a real one does.
func (c *Cloud) reported(now time.Time) {
	brokers := c.brokers()
	for _, m := range c.speaking(computeAgent, brokers) {
		c.store.Heard(m.Name(), now)
	}
	for service, backend := range map[string]string{routerAgent: "", volumeScheduler: "", volumeService: "@simulated"} {
		for _, m := range c.speaking(service, brokers) {
			c.store.Reports(api.Daemon{Binary: service, Host: m.Name() + backend}, now)
		}
	}
	for _, service := range []string{stackEngine, balancerWorker} {
		if len(c.speaking(service, brokers)) > 0 {
			c.store.Works(service, now)
		}
	}
}
