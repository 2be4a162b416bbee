package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/ssh/knownhosts"

	simssh "github.com/openstack-eris/eris/testenv/simcloud/ssh"
)

// fleetArgs: so many nodes, whose keys are put into a folder: id, and known.
type fleetArgs struct {
	Nodes int
	Dir   string
}

// fleetChild is nodes behind SSH that do the least a node can, so that who reads
// them is what is measured: for every loop that a script has they print a frame of
// the collector node a second. It says where they listen.
func fleetChild(ctx context.Context, args []byte, out io.Writer) (err error) {
	var a fleetArgs
	if err := json.Unmarshal(args, &a); err != nil {
		return err
	}
	user, err := simssh.NewKeyFile(filepath.Join(a.Dir, "id"))
	if err != nil {
		return err
	}
	host, err := simssh.NewKeyFile(filepath.Join(a.Dir, "host"))
	if err != nil {
		return err
	}
	var addresses []string
	var known strings.Builder
	for range a.Nodes {
		server, wrong := simssh.Listen(ctx, simssh.Options{HostKey: host, Authorized: user.PublicKey(), Run: frames})
		if wrong != nil {
			return wrong
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		address := server.Addr().String()
		addresses = append(addresses, address)
		fmt.Fprintln(&known, knownhosts.Line([]string{address}, host.PublicKey()))
	}
	if err := os.WriteFile(filepath.Join(a.Dir, "known"), []byte(known.String()), 0o600); err != nil {
		return err
	}
	if err := say(out, addresses); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// frames prints until nobody reads.
func frames(ctx context.Context, c simssh.Command) int {
	loops := strings.Count(c.Line, "eris_tag=")
	for n := 0; ; n++ {
		for tag := range loops {
			_, err := fmt.Fprintf(c.Stdout, "%d 3%06d cpu=%d/200 memory=%d/4039928 load=0.%02d\n", tag, n%1000000, n%200, 3000000+n, n%100)
			if err != nil {
				return 0
			}
		}
		select {
		case <-ctx.Done():
			return 0
		case <-time.After(time.Second):
		}
	}
}
