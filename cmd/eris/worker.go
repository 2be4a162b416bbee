package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack"
	"github.com/openstack-eris/eris/scenarios/workers"
)

// workerFlags are the flags of `eris worker`.
type workerFlags struct {
	name     string
	clouds   string
	external bool
	wait     time.Duration
	own      *secrets
}

func newWorkerCommand(own *secrets) *cobra.Command {
	flags := workerFlags{own: own}
	cmd := &cobra.Command{
		Use:   "worker URL",
		Short: "Send a part of the loads of a run that goes on elsewhere",
		Long: `Send a part of the loads of a run that goes on elsewhere: eris run --workers N
says the whole command, with the token, which is read from $ERIS_WORKER_TOKEN.
A worker is of one run, and ends with it.

Credentials do not travel: the cloud's entry is read from the clouds.yaml of
this machine. A worker that does not hear of its run for some seconds stops its
loads, removes what they made, and ends with code 5.

Exit codes: 0 the run has let it go, 2 refused, 5 it ended before the run,
6 what it made is not known to be removed, 1 internal error.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return flags.work(cmd.Context(), cmd, args[0]) },
	}
	cmd.Flags().StringVar(&flags.name, "name", "", "name in the report (default: this machine's)")
	cmd.Flags().StringVar(&flags.clouds, "clouds", "", "clouds.yaml of this machine (default: where OpenStack clients look for it)")
	cmd.Flags().BoolVar(&flags.external, "external", false, "URL is a NATS that is not the run's own (eris run --nats)")
	registerLength(cmd, &flags.wait, "wait", 5*time.Minute, "how long to wait for the run")
	return cmd
}

func (f *workerFlags) work(ctx context.Context, cmd *cobra.Command, url string) error {
	token, _ := f.own.Variable(workerToken)
	secret, err := workers.ReadSecret(token)
	if err != nil {
		return refuse(fmt.Errorf("$%s: %w", workerToken, err), "eris run --workers N says the whole command")
	}
	say := func(text string) { fmt.Fprintf(cmd.ErrOrStderr(), "eris: %s\n", text) }
	agent := &workers.Agent{
		Name: f.name, Version: build(), Clouds: f.clouds, Catalogue: newCatalogue(), Fresh: openstack.Fresh, Access: placeOf, Own: f.own,
		Log: slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn, ReplaceAttr: withoutSecrets})), Say: say,
	}
	err = agent.Work(ctx, url, !f.external, secret, f.wait)
	lost, isLost := errors.AsType[*workers.LostError](err)
	_, refused := errors.AsType[*workers.RefusedError](err)
	switch {
	case err == nil:
		say("the run has let this worker go")
		return nil
	case isLost && lost.Left != nil:
		return &exitError{code: exitUnverified, err: err, hint: "eris cleanup RUN removes what is left"}
	case isLost, ctx.Err() != nil:
		return &exitError{code: exitStopped, err: err}
	case refused:
		return refuse(err, "nothing was sent")
	}
	return refuse(err, "nothing was sent; eris run --workers N says the whole command")
}

// placeOf asks for a token, as the loads will, and says where it leads: by the project and the
// catalogue, which are of one cloud whatever the address by which it is reached.
func placeOf(ctx context.Context, env loadgen.Env) (string, error) {
	client, err := openstack.NewClient(env)
	if err != nil {
		return "", err
	}
	defer client.Close()
	if err := client.Authenticate(ctx); err != nil {
		return "", err
	}
	return client.Place()
}

// build is the version, and of this very program: two that say the same of themselves may differ.
func build() string {
	file, err := os.Open("/proc/self/exe")
	if err != nil {
		return version()
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return version()
	}
	return version() + " (" + hex.EncodeToString(sum.Sum(nil))[:12] + ")"
}
