package faults_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/executable"
)

func TestEachKindOfPowerHasACommandForAPerson(t *testing.T) {
	t.Parallel()
	require.Equal(t, "virsh -c 'test:///d&e' start --domain 'ctl 1'", faults.PowerRemedy(&inventory.Power{Kind: inventory.Libvirt, URL: "test:///d&e", Machine: "ctl 1"}))
	require.Equal(t, "OS_CLIENT_CONFIG_FILE='/c.yaml' openstack --os-cloud 'below' server start '7f3c'",
		faults.PowerRemedy(&inventory.Power{Kind: inventory.Nova, CloudsFile: "/c.yaml", Cloud: "below", Machine: "7f3c"}))
}

// The one for Redfish is a line of shell: run with a curl that prints what it was
// given, it has the password on standard input and nowhere among its arguments.
func TestTheCommandForRedfishKeepsThePasswordOutOfTheArguments(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	executable.Write(t, filepath.Join(dir, "curl"), "#!/bin/sh\necho \"ARGS $*\"\ncat\n")
	secret := filepath.Join(dir, "pass word")
	require.NoError(t, os.WriteFile(secret, []byte("hu\\s\"h %s$x'\nmore\n"), 0o600))
	line := faults.PowerRemedy(&inventory.Power{Kind: inventory.Redfish, URL: "https://bmc", Machine: "a/1", User: `op"era\tor`, PasswordFile: secret, CAFile: "/ca"})
	shell := exec.CommandContext(t.Context(), "sh", "-c", line)
	shell.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
	out, err := shell.CombinedOutput()
	require.NoError(t, err, string(out))
	args, input, _ := strings.Cut(string(out), "\n")
	require.Equal(t, `ARGS -sS -f -K - --cacert /ca -H Content-Type: application/json -d {"ResetType":"On"} https://bmc/redfish/v1/Systems/a%2F1/Actions/ComputerSystem.Reset`, args)
	require.Equal(t, `user = "op\"era\\tor:hu\\s\"h %s$x'"`+"\n", input, "as curl's configuration wants it")
}

// A curl that is there reads the password that is in the file.
func TestTheCommandForRedfishLogsInWithWhateverIsInThePasswordFile(t *testing.T) {
	t.Parallel()
	told := make(chan [2]string, 1)
	service := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		told <- [2]string{user, password}
	}))
	t.Cleanup(service.Close)
	secret := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(secret, []byte("hu\\s\"h \\t%s$x'`\n"), 0o600))
	line := faults.PowerRemedy(&inventory.Power{Kind: inventory.Redfish, URL: service.URL, Machine: "1", User: "operator", PasswordFile: secret, Insecure: true})
	out, err := exec.CommandContext(t.Context(), "sh", "-c", line).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, [2]string{"operator", "hu\\s\"h \\t%s$x'`"}, <-told)
}
