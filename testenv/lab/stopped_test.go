package lab

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheUnitOfACgroup(t *testing.T) {
	for group, want := range map[string]string{
		"1:name=systemd:/eris-lab-x/ctl-1/system.slice/keystone.service\n":        "keystone.service",
		"/sys/fs/cgroup/eris-lab-x/ctl-1/system.slice/a.service/nested/b.service": "b.service",
		"/eris-lab-x/ctl-1/init.scope":                                            "",
		"":                                                                        "",
	} {
		require.Equal(t, want, unitIn(group), group)
	}
}

func TestTheStateOfAProcessWhateverItsName(t *testing.T) {
	for stat, want := range map[string][2]string{
		"42 (memcached) T 1 42 42 0 -1": {"memcached", "T"},
		"42 (a) b (c) S 1":              {"a) b (c", "S"},
		"42 (sd-pam) Z":                 {"sd-pam", "Z"},
		"42 (x)":                        {"x", ""},
		"":                              {"", ""},
	} {
		name, state := nameAndState(stat)
		require.Equal(t, want, [2]string{name, state}, stat)
	}
}
