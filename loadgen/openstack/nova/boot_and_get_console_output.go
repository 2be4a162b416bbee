package nova

import (
	"context"
	"errors"
	"net/http"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// BootAndGetConsoleOutput boots a server, reads its console, and deletes it,
// which Rally's NovaServers.boot_and_get_console_output leaves to the end of its
// task. A console without a text, also an empty one, is a wrong result.
type BootAndGetConsoleOutput struct {
	Booting `yaml:",inline"`
	Length  int `yaml:"length" help:"lines from its end; 0: all"`
}

// NewBootAndGetConsoleOutput has the defaults.
func NewBootAndGetConsoleOutput() *BootAndGetConsoleOutput {
	return &BootAndGetConsoleOutput{Booting: newBooting()}
}

// Validate says what is wrong with the arguments.
func (w *BootAndGetConsoleOutput) Validate() error {
	var err error
	if w.Length < 0 {
		err = errors.New("length: must not be negative")
	}
	return errors.Join(err, w.Booting.Validate())
}

// Open gets a token and finds the flavor, the image and the network.
func (w *BootAndGetConsoleOutput) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	args := map[string]int{}
	if w.Length > 0 {
		args["length"] = w.Length
	}
	return w.open(ctx, env, func(ctx context.Context, s *booting, i *openstack.Iteration, server openstack.Made) {
		i.Do("nova.get_console_output_server", func() loadgen.Outcome {
			var said struct {
				Output *string `json:"output"`
			}
			answer := s.action(ctx, server, http.StatusOK, "os-getConsoleOutput", args, &said)
			o := openstack.Ended(answer)
			if o.Class == record.OK && said.Output == nil {
				return openstack.Wrong(errors.New("get console output: the answer has none"), answer.Header)
			}
			return o
		})
	})
}
