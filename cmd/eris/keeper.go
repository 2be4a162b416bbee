package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/faults/catalogue"
	"github.com/openstack-eris/eris/faults/outside"
)

// guardCommand is the hidden command that the worker of a kept fault runs.
const guardCommand = "guard-fault"

// newKeepers keep the faults that their nodes cannot, in the user's state folder,
// where every eris of that user finds them: $XDG_STATE_HOME/eris/FAMILY, else below
// ~/.local/state, also where $HOME is not set, as in a unit of systemd.
func newKeepers() outside.Keepers {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home, err := os.UserHomeDir()
		if u, known := user.Current(); err != nil && known == nil {
			home = u.HomeDir
		}
		state = filepath.Join("/", home, ".local", "state")
	}
	var keepers outside.Keepers
	for _, family := range catalogue.Kept() {
		keepers = append(keepers, &outside.Keeper{Family: family, Dir: filepath.Join(state, "eris", family.Words().Family), Start: startGuard})
	}
	return keepers
}

// startGuard starts a copy of this program in a session of its own. The copy
// is in the fault's folder and goes with it: what `go run` made, or an upgrade
// replaces, may vanish meanwhile.
func startGuard(folder string) error {
	program := filepath.Join(folder, "eris")
	if err := copyProgram(program); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(folder, "worker.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the worker has its own
	//nolint:noctx // it outlives every context of this process
	worker := exec.Command(program, guardCommand, folder)
	worker.Dir, worker.Stdout, worker.Stderr = "/", log, log
	worker.Env = append(os.Environ(), outside.Mark(folder))
	worker.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := worker.Start(); err != nil {
		return err
	}
	go func() { _ = worker.Wait() }() // its folder tells how it went
	return nil
}

func copyProgram(to string) (err error) {
	// Not os.Executable: that file may be another by now.
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		return fmt.Errorf("copy this program: %w", err)
	}
	defer func() { _ = from.Close() }() // read only
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700)
	if err != nil {
		return fmt.Errorf("copy this program: %w", err)
	}
	_, err = io.Copy(file, from)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("copy this program: %w", err)
	}
	return nil
}

func newGuardCommand() *cobra.Command {
	return &cobra.Command{
		Use:    guardCommand + " FOLDER",
		Short:  "Undo a fault that its node cannot when its lease ends",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return outside.Work(cmd.Context(), args[0], catalogue.Kept())
		},
	}
}
