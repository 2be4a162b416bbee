package remote

import (
	"errors"
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/inventory"
)

// MaxLine bounds a script with its arguments, in bytes: Linux takes 128 KiB in one argument,
// and sshd hands the line to the login shell as one.
const MaxLine = 120 << 10

var errNoRoot = errors.New("the command needs root, and the user is not root: set ssh.sudo: true in the inventory")

// commandLine is what the node's login shell is asked to run. The script is an
// argument of sh, so that stdin is free for data, and its own arguments follow.
//
// $SSH_CONNECTION says from where we come. sudo drops it, and so the login
// shell hands it on as $ERIS_SSH_CONNECTION, with and without sudo.
func commandLine(cmd Command, r route) (string, error) {
	var b strings.Builder
	b.WriteString(`ERIS_SSH_CONNECTION="$SSH_CONNECTION" `)
	if cmd.Root && r.user != "root" {
		if !r.sudo {
			return "", errNoRoot
		}
		b.Reset()
		b.WriteString(elevate + `ERIS_SSH_CONNECTION="$SSH_CONNECTION" `)
	}
	b.WriteString("sh -c " + inventory.Quote(cmd.Script) + " eris")
	for _, arg := range cmd.Args {
		b.WriteString(" " + inventory.Quote(arg))
	}
	if strings.ContainsRune(b.String(), 0) {
		return "", errors.New("the script or an argument holds a NUL byte")
	}
	if b.Len() > MaxLine {
		return "", fmt.Errorf("the script with its arguments is %d bytes, and %d fit", b.Len(), MaxLine)
	}
	return b.String(), nil
}
