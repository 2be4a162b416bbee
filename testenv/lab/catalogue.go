package lab

import (
	"fmt"
	"maps"
	"slices"
)

// Offer is a service in Keystone's catalogue. It has a user of the same name
// in the project service, and one endpoint on the VIP for each interface.
type Offer struct {
	Type string `yaml:"type"`
	Port int    `yaml:"port"` // one that the role balances
	Path string `yaml:"path"` // may hold %(project_id)s
	// A domain of that name whose administrator is DOMAIN_domain_admin, for
	// users that the service makes by itself; empty: none.
	Domain string `yaml:"domain"`
}

// offerView is an offer as templates see it.
type offerView struct{ Name, Type, URL, Password, Domain, DomainPassword string }

// offers lists the catalogue of the profile, by role and name.
func (r *renderer) offers() []offerView {
	var all []offerView
	for _, part := range r.profile.order {
		entries := r.profile.parts[part].Catalogue
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			o := entries[name]
			all = append(all, offerView{
				Name: name, Type: o.Type, Password: r.keys.password(name),
				URL:    fmt.Sprintf("http://%s:%d%s", r.profile.VIP, o.Port, o.Path),
				Domain: o.Domain, DomainPassword: r.keys.password(name + "-domain"),
			})
		}
	}
	return all
}

// checkOffers reports offers that nobody could reach.
func (r *Role) checkOffers(in *reading) {
	for name, o := range r.Catalogue {
		balanced := slices.ContainsFunc(slices.Collect(maps.Values(r.Balance)), func(b Balance) bool { return b.Port == o.Port })
		if o.Type == "" || !balanced {
			in.bad("catalogue/"+name, "catalogue %s: want a type, and a port that the role balances", name)
		}
	}
}
