package container

import (
	"context"
	"fmt"
	"strings"
	"text/template"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// inspect prints what a Go template asks of a container.
func (c client) inspect(_ context.Context, p *shell.Proc, at *one, line *call) error {
	form, err := template.New("").Option("missingkey=error").Parse(line.flags["format"])
	if err != nil {
		return fmt.Errorf("template parsing error: %w", err)
	}
	var said strings.Builder
	if err := form.Execute(&said, c.document(at)); err != nil {
		return fmt.Errorf("template parsing error: %w", err)
	}
	p.Printf("%s\n", said.String())
	return nil
}

// document is a container as the engine describes it.
func (e *Engine) document(c *one) map[string]any {
	e.mu.Lock()
	defer e.mu.Unlock()
	image, policy := "sha256:"+c.image, c.policy
	moment := func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
	if e.program == "podman" {
		image = c.image
		moment = func(t time.Time) string { return t.UTC().String() }
	}
	return map[string]any{
		"Id": c.id, "Name": c.spec.Name, "Image": image, "RestartCount": c.restarts,
		"State": map[string]any{
			"Status": c.status, "Running": c.status == "running" || c.status == "paused" || c.status == "restarting", "Paused": c.status == "paused",
			"Pid": c.pid, "ExitCode": c.exit, "StartedAt": moment(c.started), "FinishedAt": moment(c.ended),
		},
		"HostConfig": map[string]any{
			"AutoRemove":    c.spec.Remove,
			"RestartPolicy": map[string]any{"Name": policy, "MaximumRetryCount": c.retries},
		},
		"Config": map[string]any{"Labels": map[string]string{}},
	}
}
