package node_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/testenv/simcloud/container"
	"github.com/openstack-eris/eris/testenv/simcloud/node"
)

// What Docker 20.10.24 and Podman 4.3.1 of Debian 12 said to this on a node of
// the lab; ID stands for the container's.
const said = `
docker nosuch: |Error: No such container: nosuch|1
podman nosuch: Error: inspecting object: no such container nosuch|125
docker pause: web|0
podman pause: web|0
docker pause: Error response from daemon: Container ID is already paused|1
podman pause: Error: "ID" is already paused: container state improper|125
docker status: paused|0
podman status: paused|0
docker unpause: web|0
podman unpause: web|0
docker unpause: Error response from daemon: Container ID is not paused|1
podman unpause: Error: "ID" is not paused, can't unpause: container state improper|125
docker kill: web|0
podman kill: web|0
docker status: exited|0
podman status: exited|0
docker kill: Error response from daemon: Cannot kill container: web: Container ID is not running|1
podman kill: Error: can only kill running containers. ID is in state exited: container state improper|125
docker start: web|0
podman start: web|0
docker start: web|0
podman start: 0
docker stop: web|0
podman stop: web|0
docker stop: web|0
podman stop: web|0
docker status: exited|0
podman status: exited|0
podman update: Error: unknown flag: --restart|See 'podman update --help'|125
docker restart: web|0
podman restart: web|0
docker status: running|0
podman status: running|0
`

func TestTheEnginesSayWhatTheRealOnesSay(t *testing.T) {
	for _, engine := range []string{"docker", "podman"} {
		n, err := node.New(t.Context(), node.Options{
			Name: "ctl-1", Cloud: "test", Address: "127.1.0.11",
			Containers: []container.Spec{{Engine: engine, Name: "web", Exec: "/usr/bin/web", Restart: "always"}},
		})
		require.NoError(t, err)
		t.Cleanup(n.Close)
		run := func(line string) string {
			var out bytes.Buffer
			n.Run(t.Context(), node.Session{Line: line + "; echo $?", Stdout: &out, Stderr: &out})
			return regexp.MustCompile(`[0-9a-f]{64}`).ReplaceAllString(strings.ReplaceAll(strings.TrimSuffix(out.String(), "\n"), "\n", "|"), "ID")
		}
		for line := range strings.Lines(said) {
			asked, want, _ := strings.Cut(strings.TrimSpace(line), ": ")
			verb, mine := strings.CutPrefix(asked, engine+" ")
			if !mine {
				continue
			}
			command := map[string]string{
				"nosuch": "container inspect -f '{{.Id}}' nosuch", "status": "inspect -f '{{.State.Status}}' web", "update": "update --restart=no web", "kill": "kill --signal KILL web",
			}[verb]
			if command == "" {
				command = verb + " web"
			}
			require.Equal(t, want, run(engine+" "+command), asked)
		}
		require.Equal(t, "running|0", run(`old=$(`+engine+` inspect -f '{{.State.Pid}}' web); kill -s KILL $old
			until new=$(`+engine+` inspect -f '{{.State.Pid}}' web); [ "$new" != 0 ] && [ "$new" != "$old" ]; do sleep 0.01; done
			`+engine+` inspect -f '{{.State.Status}}' web`), "what dies comes back by its policy")
	}
}
