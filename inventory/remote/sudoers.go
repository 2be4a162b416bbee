package remote

import "fmt"

// elevate is how a script is run as root where the user is not.
const elevate = "sudo -n env "

// Sudoers is the line of sudoers(5) by which a user may run on a node what this
// package runs there as root. What a fault does is a script, so that who may do
// this is root there: the line keeps to one way of becoming it, without a
// terminal and with each script in sudo's log.
func Sudoers(user string) string {
	return fmt.Sprintf(`%s ALL=(root) NOPASSWD: /usr/bin/env ERIS_SSH_CONNECTION\=* sh -c *`, user)
}
