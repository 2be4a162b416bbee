package middleware

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// FernetRotate is keystone.fernet_rotate: the keys of tokens are rotated on one
// node, as its administrator does it, and are not given to the others. Once is
// harmless by design: the new primary key is what every node had staged. Twice
// makes a key primary that no other node has, and takes away the one with which
// they issue where max_active_keys is 3, its default: what is issued there is
// unknown elsewhere, and what is issued elsewhere is unknown there, but for what
// a cache that they share still knows. No redundancy bears that, and the net
// beyond-redundancy has to be lifted.
//
// The new keys are laid while the fault is armed, and are put in place within
// milliseconds: keystone-manage fernet_rotate, which does the same, takes seconds
// to start, and cannot be ended in its middle without knowing where it was.
//
// The undo gives the key files their names again. What was issued meanwhile with
// a key that is gone then is worth nothing afterwards; whoever has such a token
// has to ask for another.
//
// What a rotation does: rotate_keys in
// https://github.com/openstack/keystone/blob/master/keystone/common/fernet_utils.py
// That nodes have to be given the keys before the next:
// https://docs.openstack.org/keystone/latest/admin/configuration.html#fernet-key-repository
type FernetRotate struct {
	Repository string `yaml:"repository" help:"folder of the keys (default /etc/keystone/fernet-keys)"`
	Config     string `yaml:"config" help:"Keystone's configuration (default /etc/keystone/keystone.conf)"`
	Times      int    `yaml:"times" help:"rotations, 1 to 3: 1 leaves every token valid, 2 does not (default 2)"`
}

// NewFernetRotate returns the defaults.
func NewFernetRotate() *FernetRotate {
	return &FernetRotate{Repository: "/etc/keystone/fernet-keys", Config: "/etc/keystone/keystone.conf", Times: 2}
}

// Validate refuses what is no path, and rotations that nobody needs.
func (f *FernetRotate) Validate() error {
	var wrong []error
	for _, each := range []struct{ key, name string }{{"repository", f.Repository}, {"config", f.Config}} {
		if err := faults.PlainPath(each.name); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", each.key, err))
		}
	}
	if f.Times < 1 || f.Times > 3 {
		wrong = append(wrong, fmt.Errorf("times: %d is not between 1 and 3", f.Times))
	}
	return errors.Join(wrong...)
}

// SafetyNets holds back what the other members suffer from as well.
func (f *FernetRotate) SafetyNets(faults.Target) []string {
	if f.Times < 2 {
		return nil
	}
	return []string{"beyond-redundancy"}
}

// Scripts returns the steps for Keystone as a systemd unit.
func (f *FernetRotate) Scripts(target faults.Target) (faults.Scripts, error) {
	if err := f.Validate(); err != nil {
		return faults.Scripts{}, fmt.Errorf("check keystone.fernet_rotate: %w", err)
	}
	unit, err := target.Unit()
	if err != nil {
		return faults.Scripts{}, err
	}
	common := script.Aside() + text("keystone_fernet.sh")
	return faults.Scripts{
		Args: []string{unit, target.ID, f.Repository, f.Config, strconv.Itoa(f.Times)},
		Tools: append([]string{"systemctl", "stat", "sha256sum", "readlink", "cut", "sed", "grep", "sort", "head", "tail", "tr", "wc", "cp", "ln", "mv", "chown", "sync"},
			inventory.ProbeTools(target.Service)...),
		Preflight:   common + text("active.sh", "keystone_fernet_rotate_preflight.sh"),
		Fingerprint: common + text("keystone_fernet_rotate_fingerprint.sh"),
		Prepare:     common + text("keystone_fernet_rotate_prepare.sh"),
		Inject:      common + text("keystone_fernet_rotate_inject.sh"),
		Observe:     common + text("keystone_fernet_rotate_observe.sh"),
		Undo:        common + text("keystone_fernet_rotate_undo.sh"),
		Healthy:     script.Active() + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{"fernet:" + unit},
	}, nil
}
