package middleware

import "github.com/openstack-eris/eris/faults"

// Desync is galera.desync: a member of a Galera cluster is a member still and
// takes every write, and the others no longer wait for it when it falls behind,
// as while it is a donor or backed up. By itself that costs clients nothing:
// what it reads may be old, and a balancer whose check takes donors out
// (clustercheck of Percona's kind) takes it out.
//
// What the variable does: https://mariadb.com/kb/en/galera-cluster-system-variables/#wsrep_desync
// Why a member that is not Synced is refused (FLUSH TABLES WITH READ LOCK leaves
// one from which there is no way back): https://jira.mariadb.org/browse/MDEV-15933
type Desync struct{}

// Scripts returns the steps for MariaDB as a systemd unit, to which root may
// log in by its socket.
func (*Desync) Scripts(target faults.Target) (faults.Scripts, error) {
	return galera(target, "desync")
}
