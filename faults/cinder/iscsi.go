package cinder

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
)

// ISCSILogout is cinder.iscsi_logout: a node's sessions with an iSCSI target end,
// and the disks that it had by them are gone, until it logs in again with what
// open-iscsi has kept of the target. Struck is one of several paths of multipath
// maps, or disks that nobody uses: a server does not find its volume again by
// itself when it comes back, so that one is refused (service.unplug of the port is
// what open-iscsi recovers from by itself).
// Source: https://github.com/open-iscsi/open-iscsi/blob/master/README
type ISCSILogout struct {
	Target string `yaml:"target" help:"the name of the target, as iscsiadm -m session shows it: iqn.2010-10.org.openstack:volume-…"`
	Portal string `yaml:"portal" help:"ADDRESS:PORT of the one session to end (default: all sessions with the target)"`
}

// named is what a target may be called. Source: RFC 3720, 3.2.6.3.
var named = regexp.MustCompile(`^(iqn|eui|naa)\.[A-Za-z0-9.:-]{1,218}$`)

// Validate refuses what is no target's name and no portal.
func (l *ISCSILogout) Validate() error {
	var wrong []error
	if !named.MatchString(l.Target) {
		wrong = append(wrong, fmt.Errorf("target: %q is no name of an iSCSI target (iqn.…, eui.… or naa.…)", l.Target))
	}
	if _, err := netip.ParseAddrPort(l.Portal); err != nil && l.Portal != "" {
		wrong = append(wrong, fmt.Errorf("portal: %q is no ADDRESS:PORT", l.Portal))
	}
	return errors.Join(wrong...)
}

// Scripts returns the steps for a node, or for a service on one.
func (l *ISCSILogout) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := l.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check cinder.iscsi_logout: %w", err)
	}
	if target.Cloud == nil {
		return faults.Scripts{}, fmt.Errorf("choose sessions: nobody knows what runs on %s", target.Node.Name)
	}
	works, tools := target.Works()
	common := script.Disks() + text("iscsi.sh")
	return faults.Scripts{
		Args:        []string{target.ID, l.Target, l.Portal},
		Tools:       append([]string{"iscsiadm", "readlink", "sed", "cut", "grep", "head", "tail", "sort", "tr", "ls", "timeout"}, tools...),
		Preflight:   common + text("iscsi_preflight.sh"),
		Fingerprint: common + text("iscsi_fingerprint.sh"),
		Prepare:     common + text("iscsi_prepare.sh"),
		Inject:      common + text("iscsi_inject.sh"),
		Observe:     common + text("iscsi_observe.sh"),
		Undo:        common + text("iscsi_undo.sh"),
		Healthy:     works,
		Resources:   []string{script.DisksResource},
	}, nil
}
