package loadgen_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/loadgen"
)

func TestWhoMayDoMoreMayDoLess(t *testing.T) {
	for _, c := range []struct {
		roles []string
		least string
		may   bool
	}{
		{nil, "", true},
		{nil, "reader", false},
		{[]string{"reader"}, "member", false},
		{[]string{"member", "reader"}, "member", true},
		{[]string{"admin"}, "member", true},
		{[]string{"member"}, "admin", false},
		{[]string{"creator"}, "creator", true},
		{[]string{"admin"}, "creator", false},
	} {
		require.Equal(t, c.may, loadgen.Granted{Roles: c.roles}.May(c.least), "%v %s", c.roles, c.least)
	}
}
