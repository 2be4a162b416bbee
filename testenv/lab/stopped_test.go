package lab

import (
	"testing"

	"github.com/stretchr/testify/require"
)

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
