// Package access is what families share whose faults are made by a cloud's own API:
// how an errand refers to the cloud's credentials, how often it is asked, and how long
// a change may still come that was sent and not confirmed.
package access

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote/compute"
)

// Within bounds one question with its login.
const Within = 10 * time.Second

// Reference is an errand's part that leads to a cloud. Credentials are referred to.
type Reference struct {
	Clouds string `json:"clouds_file"` // path of a clouds.yaml
	Entry  string `json:"entry"`       // in it
	At     string `json:"at"`          // URL of its Keystone
}

// ErrNone says that the inventory has no credentials.
var ErrNone = errors.New("the inventory names no entry of a clouds.yaml (openstack: {file: …, cloud: …})")

// Refer has it refer to the credentials for a cloud, and opens it with them. They are
// what the inventory says, and nothing else: OS_CLOUD and a clouds.yaml of the folder
// may be of another cloud, in which a host may have the same name.
func (r *Reference) Refer(at inventory.OpenStack) (*compute.Cloud, error) {
	switch {
	case at == (inventory.OpenStack{}):
		return nil, ErrNone
	case at.File == "" || at.Cloud == "":
		return nil, fmt.Errorf("%w: it has {file: %q, cloud: %q}, and both are needed, since what the environment says may be of another cloud", ErrNone, at.File, at.Cloud)
	}
	file, err := filepath.Abs(at.File) // a worker is elsewhere
	if err != nil {
		return nil, err
	}
	cloud, err := compute.Open(file, at.Cloud, Within, nil)
	if err != nil {
		return nil, err
	}
	r.Clouds, r.Entry, r.At = file, at.Cloud, cloud.At()
	return cloud, nil
}

// Reach is the cloud that it refers to. It needs no connection.
func (r *Reference) Reach() *compute.Cloud { return compute.Of(r.Clouds, r.Entry, r.At, Within, nil) }

// Today is the reference by the inventory of now; itself where that leads nowhere, since
// what it was armed with may still do.
func (r *Reference) Today(cloud *inventory.Cloud) Reference {
	now := Reference{}
	if _, err := now.Refer(cloud.OpenStack); err != nil {
		return *r
	}
	return now
}

// Credentials are what it refers to, as an inventory has them.
func (r *Reference) Credentials() inventory.OpenStack {
	return inventory.OpenStack{File: r.Clouds, Cloud: r.Entry}
}

// Client is how the command of OpenStack begins, for a person.
func Client(at inventory.OpenStack) string {
	q, file, cloud := inventory.Quote, "", ""
	if at.File != "" {
		file = "OS_CLIENT_CONFIG_FILE=" + q(at.File) + " "
	}
	if at.Cloud != "" {
		cloud = " --os-cloud " + q(at.Cloud)
	}
	return file + "openstack" + cloud
}
