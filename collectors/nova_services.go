package collectors

import (
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// NovaServices asks Nova which of its services report, on which hosts.
//
// The answer: https://docs.openstack.org/api-ref/compute/#list-compute-services
type NovaServices struct {
	Patience `yaml:",inline"`
}

// NewNovaServices returns the defaults.
func NewNovaServices() *NovaServices { return &NovaServices{usualPatience()} }

// Signals names what NovaServices publishes.
func (*NovaServices) Signals() []SignalInfo { return serviceSignals("nova_services", "Nova") }

// Expected is the word on the API itself.
func (*NovaServices) Expected(signal string, _ []*inventory.Service) []map[string]string {
	return expectedUp("nova_services", signal)
}

// Role is what the list is for by default.
func (*NovaServices) Role() string { return "admin" }

// Open implements Direct.
func (n *NovaServices) Open(cloud func() (OpenStack, error)) (Asker, error) {
	return question(cloud, n.Timeout, n.Timeout, inquiry{kind: "nova_services", service: "compute", path: "os-services", read: func(document []byte) ([]record.Reading, error) {
		return servicesIn("nova_services", document)
	}}.ask)
}
