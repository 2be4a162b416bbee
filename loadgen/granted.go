package loadgen

import "slices"

// Granted is what the credentials of an environment are good for.
type Granted struct {
	Project string   // the id of the token's
	Roles   []string // there, by name, with those that they imply
}

// May tells whether who has these roles has one that is the least that a workload needs, by what
// the default roles are worth. A cloud's own policies may have it otherwise.
//
// Source: https://docs.openstack.org/keystone/latest/admin/service-api-protection.html
func (g Granted) May(least string) bool {
	worth := []string{"reader", "member", "manager", "admin"}
	at := slices.Index(worth, least)
	if least == "" || at < 0 && slices.Contains(g.Roles, least) {
		return true
	}
	return at >= 0 && slices.ContainsFunc(worth[at:], func(role string) bool { return slices.Contains(g.Roles, role) })
}
