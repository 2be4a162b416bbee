package nova

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
)

// ResizeServer boots a server, resizes it, confirms that or takes it back, and
// deletes it, as Rally's NovaServers.resize_server does.
type ResizeServer struct {
	Booting `yaml:",inline"`
	To      string `yaml:"to_flavor" help:"name or id, or /PATTERN/; the one with the next more memory if left out"`
	Confirm bool   `yaml:"confirm" help:"confirm the resize; false takes it back"`
}

// NewResizeServer has the defaults.
func NewResizeServer() *ResizeServer { return &ResizeServer{Booting: newBooting(), Confirm: true} }

// Validate says what is wrong with the arguments.
func (w *ResizeServer) Validate() error {
	return errors.Join(w.Booting.Validate(), openstack.CheckChoice("to_flavor", w.To))
}

// Open gets a token and finds both flavors, the image and the network.
func (w *ResizeServer) Open(ctx context.Context, env loadgen.Env) (loadgen.Session, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("resize server: %w", err)
	}
	s, err := w.begin(ctx, env)
	if err != nil {
		return nil, err
	}
	to, err := w.findOther(s)
	if err != nil {
		s.making.Client.Close()
		return nil, err
	}
	operation, ask, code := "nova.resize_confirm", "confirmResize", http.StatusNoContent
	if !w.Confirm {
		operation, ask, code = "nova.resize_revert", "revertResize", http.StatusAccepted
	}
	s.making.Steps = func(ctx context.Context, i *openstack.Iteration) {
		server := s.boot(ctx, i)
		i.Do("nova.resize", func() loadgen.Outcome {
			o := openstack.Ended(s.action(ctx, server, http.StatusAccepted, "resize", map[string]string{"flavorRef": to}, nil))
			if o.Class != record.OK {
				return o
			}
			return i.Await(ctx, server, "VERIFY_RESIZE")
		})
		i.Do(operation, func() loadgen.Outcome {
			o := openstack.Ended(s.action(ctx, server, code, ask, nil, nil))
			if o.Class != record.OK {
				return o
			}
			return i.Await(ctx, server, "ACTIVE")
		})
		i.Remove(ctx, "nova.delete_server", server)
	}
	return s.making.Start(ctx, env)
}

// findOther finds the flavor that is resized to.
func (w *ResizeServer) findOther(s *booting) (string, error) {
	if w.To == "" {
		return s.sizes.larger(s.flavor)
	}
	to, err := s.sizes.choose(w.To)
	if err == nil && to == s.flavor {
		err = fmt.Errorf("to_flavor: %s is the flavor that it has already", w.To)
	}
	return to, err
}
