package fabric_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// functionOf is a function of the preflight, as text.
func functionOf(t *testing.T, text, name string) string {
	t.Helper()
	_, body, _ := strings.Cut(text, "\n"+name+"() {")
	body, _, found := strings.Cut(body, "\n}\n")
	require.True(t, found)
	return name + "() {" + body + "\n}\n"
}

// A way to the switch's machine that enters the switch by a veth is its own way, in the
// same namespace or not. The numbers of interfaces are others' in each namespace.
func TestAWayThatEntersTheSwitchByAVethIsFound(t *testing.T) {
	text, err := os.ReadFile("preflight.sh")
	require.NoError(t, err)
	script := `inside() { echo "$says"; }
cat() { case $1 in */ifindex) echo 7 ;; */iflink) echo 9 ;; esac; }
ip() { case $1 in netns) printf 'other (id: 0)\nracks (id: 1)\n' ;; *) echo "7: q1@if9: <UP> mtu 1500 $beyond" ;; esac; }
says=$1 netns=$2 beyond=$3
` + functionOf(t, string(text), "enters") + functionOf(t, string(text), "ends") + "if enters q1 p1 0; then echo yes; else echo no; fi"
	for _, c := range []struct {
		says, netns, beyond string
		enters              bool
	}{
		{"9: p1@q1: <UP>", "", "", true},
		{"9: p1@if7: <UP>", "racks", "link-netnsid 1", true},
		{"9: p1@if7: <UP>", "racks", "link-netnsid 0", false},
		{"9: p1@if7: <UP>", "racks", "", false},
		{"9: p1@if7: <UP>", "", "link-netnsid 0", false},
		{"9: p1@if8: <UP>", "racks", "link-netnsid 1", false},
		{"8: p1@if7: <UP>", "racks", "link-netnsid 1", false},
		{"9: p1: <UP>", "", "", false},
	} {
		said, err := exec.CommandContext(t.Context(), "sh", "-c", script, "sh", c.says, c.netns, c.beyond).CombinedOutput()
		require.NoError(t, err)
		require.Equal(t, map[bool]string{true: "yes\n", false: "no\n"}[c.enters], string(said), "%+v", c)
	}
}
