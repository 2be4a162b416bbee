package collectors

import (
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// CinderServices asks Cinder which of its services report, on which hosts. A host is
// HOST@BACKEND where it is that of a cinder-volume.
//
// The answer: https://docs.openstack.org/api-ref/block-storage/v3/#list-all-cinder-services
type CinderServices struct {
	Patience `yaml:",inline"`
}

// NewCinderServices returns the defaults.
func NewCinderServices() *CinderServices { return &CinderServices{usualPatience()} }

// Signals names what CinderServices publishes.
func (*CinderServices) Signals() []SignalInfo { return serviceSignals("cinder_services", "Cinder") }

// Expected is the word on the API itself.
func (*CinderServices) Expected(signal string, _ []*inventory.Service) []map[string]string {
	return expectedUp("cinder_services", signal)
}

// Role is what the list is for by default.
func (*CinderServices) Role() string { return "admin" }

// Open implements Direct.
func (c *CinderServices) Open(cloud func() (OpenStack, error)) (Asker, error) {
	return question(cloud, c.Timeout, c.Timeout, inquiry{kind: "cinder_services", service: "volume", path: "os-services", read: func(document []byte) ([]record.Reading, error) {
		return servicesIn("cinder_services", document)
	}}.ask)
}
