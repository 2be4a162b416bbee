package fabric_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A way to the switch's machine that enters the switch by a veth is its own way, in the
// same namespace or not.
func TestAWayThatEntersTheSwitchByAVethIsFound(t *testing.T) {
	text, err := os.ReadFile("preflight.sh")
	require.NoError(t, err)
	_, function, _ := strings.Cut(string(text), "\nenters() {")
	function, _, found := strings.Cut(function, "\n}\n")
	require.True(t, found)
	for says, enters := range map[string]bool{"9: p1@if7: <UP>": true, "9: p1@q1: <UP>": true, "9: p1@if8: <UP>": false, "8: p1@if7: <UP>": false, "9: p1: <UP>": false} {
		said, err := exec.CommandContext(t.Context(), "sh", "-c", `inside() { echo "$says"; }
cat() { case $1 in */ifindex) echo 7 ;; */iflink) echo 9 ;; esac; }
says=$1
enters() {`+function+"\n}\nif enters q1 p1 0; then echo yes; else echo no; fi", "sh", says).CombinedOutput()
		require.NoError(t, err)
		require.Equal(t, map[bool]string{true: "yes\n", false: "no\n"}[enters], string(said), says)
	}
}
