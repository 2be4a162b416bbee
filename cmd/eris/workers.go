package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/scenarios"
	"github.com/openstack-eris/eris/scenarios/workers"
)

// workerToken names the variable with the secret by which workers join a run. On a command
// line everybody on the machine could read it.
const workerToken = "ERIS_WORKER_TOKEN"

// workersFlags say how `eris run` has its loads sent from elsewhere.
type workersFlags struct {
	machines int
	listen   string
	nats     string
	wait     time.Duration
}

func (f *workersFlags) register(cmd *cobra.Command) {
	cmd.Flags().IntVar(&f.machines, "workers", 0, "have the loads sent by so many workers (eris worker), which the run waits for")
	cmd.Flags().StringVar(&f.listen, "listen", "127.0.0.1:0", "ADDRESS:PORT at which workers join; another machine needs an address that it reaches")
	cmd.Flags().StringVar(&f.nats, "nats", "", "URL of a NATS with JetStream that is there, in place of the run's own; $"+workers.Credentials+" names a file with credentials")
	registerLength(cmd, &f.wait, "join-within", 5*time.Minute, "how long the run waits for its workers")
}

// workersMost is how many workers a run may have.
const workersMost = 1000

// check refuses what does not go together.
func (f *workersFlags) check(repeat int) error {
	switch {
	case f.machines < 0 || f.machines > workersMost:
		return refuse(fmt.Errorf("--workers %d: from 1 to %d", f.machines, workersMost), "")
	case f.machines > 0 && repeat > 1:
		return refuse(errors.New("--workers and --repeat do not go together: a worker is of one run"), "")
	}
	return nil
}

// open starts what workers join, and says how.
func (f *workersFlags) open(ctx context.Context, cmd *cobra.Command, plan *scenarios.Plan, rec *record.Writer, clock record.Clock, env loadgen.Env, own *secrets) (*workers.Hub, error) {
	secret := workers.NewSecret()
	given, _ := own.Variable(workerToken)
	if given != "" {
		var err error
		if secret, err = workers.ReadSecret(given); err != nil {
			return nil, fmt.Errorf("$%s: %w", workerToken, err)
		}
	}
	hub, err := workers.New(ctx, workers.Options{
		Machines: f.machines, Listen: f.listen, NATS: f.nats, Secret: secret, Wait: f.wait,
		Plan: plan, Record: rec, Clock: clock, Version: build(),
		Place: func(ctx context.Context) (string, error) { return placeOf(ctx, env) },
	})
	if err != nil {
		return nil, err
	}
	command := hub.Command(string(secret))
	if given != "" { // whoever has made it has it
		command = hub.Command("…")
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "eris: waiting for %d workers, each started by\n  %s\n", f.machines, command)
	return hub, nil
}
