package middleware

import "github.com/openstack-eris/eris/faults"

// NonPrimary is galera.non_primary: a member of a Galera cluster hears nothing of
// the others any more, though its node and its network are well. After the time
// in which it is suspected (evs.suspect_timeout, 5 s) it is alone in a component
// that is not Primary and refuses every query. Until then nothing is committed
// anywhere in the cluster: the others wait for it. Coming back it asks for what it
// has missed; where that is more than a donor's gcache holds, for all there is.
//
// What the option does: https://galeracluster.com/library/documentation/galera-parameters.html#gmcast-isolate
// What non-Primary means: https://galeracluster.com/library/documentation/weighted-quorum.html
type NonPrimary struct{}

// Scripts returns the steps for MariaDB as a systemd unit, to which root may
// log in by its socket.
func (*NonPrimary) Scripts(target faults.Target) (faults.Scripts, error) {
	return galera(target, "non_primary", "galera_non_primary_healthy.sh")
}
