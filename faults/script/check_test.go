package script_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults/script"
)

func TestEveryScriptKeepsToTheSubset(t *testing.T) {
	texts := map[string]string{
		"guard": script.Guard(), "preflight": script.Preflight(), "arm": script.Arm(), "call": script.Call(),
		"claim": script.Claim(), "active": script.Active(), "ended": script.Ended(), "gone": script.Gone(), "disks": script.Disks(), "aside": script.Aside(), "units": script.Units(), "heal": script.Heal(), "doctor": script.Doctor(),
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			require.NotEmpty(t, text)
			require.Empty(t, script.Check(name, text))
		})
	}
}

func TestCheckNamesWhatLeavesTheSubset(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"awk '{print $1}' /proc/uptime", `"awk" is not allowed`},
		{"true | perl -e x", `"perl" is not allowed`},
		{"cat 3<file", "descriptor 3 is above 2"},
		{"echo x >&2 9>/dev/null", "descriptor 9 is above 2"},
		{"cat 10<file", "descriptor 10 is above 2"},
		{"trap 'rm x' INT", `trap on "INT"`},
		{"trap 'rm x' EXIT TERM", `trap on "TERM"`},
		{"$command x", "must be a plain word"},
		{"x=$(iptables -F)", `"iptables" is not allowed`},
		{"set -- 1 2 3; echo $1 ${10}", "does not know ${10}"},
		{"sh -c 'reboot'", `"reboot" is not allowed`},
		{"if [[ a == b ]]; then :; fi", ""},
		{"a=(1 2)", "parse script"},
		{"case x in", "parse script"},
	} {
		wrong := script.Check("text", c.text)
		require.NotEmpty(t, wrong, c.text)
		require.ErrorContains(t, wrong[0], c.want, c.text)
	}
	require.Empty(t, script.Check("text", "f() { echo; }; f 2>/dev/null; trap 'rm x' EXIT"))
}
