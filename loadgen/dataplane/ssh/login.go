package ssh

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/loadgen"
)

// Login connects to an instance, proves who it is with a key, and runs a command that
// does nothing: how long somebody waits until he can work there.
type Login struct {
	Access  `yaml:",inline"`
	Command string `yaml:"command" help:"what is run; it has to exit with 0"`
}

// NewLogin has the defaults.
func NewLogin() *Login { return &Login{Command: "true"} }

// Validate says what is wrong with the arguments.
func (w *Login) Validate() error {
	return errors.Join(w.Access.Validate(), filled(map[string]string{"command": w.Command}))
}

// Open reads the key and the known hosts; nothing is sent.
func (w *Login) Open(_ context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("ssh.login: %w", err)
	}
	way, err := w.open(env)
	if err != nil {
		return nil, fmt.Errorf("ssh.login: %w", err)
	}
	return &logging{*w, way}, nil
}

type logging struct {
	Login
	way *way
}

// Iterate logs in once.
func (s *logging) Iterate(ctx context.Context, _ int64, rec loadgen.Recorder) loadgen.Outcome {
	return s.way.visit(ctx, rec, func(client *ssh.Client) loadgen.Outcome {
		return step(ctx, rec, "ssh.command", func() error {
			session, err := client.NewSession()
			if err != nil {
				return err
			}
			return session.Run(s.Command)
		})
	})
}

// Close has nothing to close.
func (*logging) Close(context.Context) error { return nil }
