package link

import (
	"errors"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// Reset is link.reset: connections that the client begins are reset as soon as they
// are made, all of them or a share, which is drawn: so many of each hundred.
type Reset struct {
	Link  `yaml:",inline"`
	Share document.Percent `yaml:"share" help:"of the connections that are reset, in whole percent (default 100%)"`
}

// NewReset returns the defaults: all of them.
func NewReset() *Reset { return &Reset{Share: 1} }

// Validate refuses what names no connections, and what is no share.
func (r *Reset) Validate() error { return errors.Join(r.check(), checkShare(r.Share)) }

// Sizes are the share of the connections that is reset.
func (r *Reset) Sizes() []faults.Size {
	return []faults.Size{
		{Name: "reset", Unit: "ratio", Asked: new(float64(r.Share)), Seen: ` asked, (\d+) of (?P<of>\d+)`},
	}
}

// Scripts returns the steps for a client that runs as a systemd unit.
func (r *Reset) Scripts(target faults.Target) (faults.Scripts, error) {
	return r.scripts(target, effect{
		kind: "reset", first: "0", second: "0", share: share(r.Share), verb: "is reset", asked: some(r.Share, "connection"),
	}, checkShare(r.Share))
}
