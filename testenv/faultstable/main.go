// Command faultstable runs what every kind of fault must stand, on simulated
// and on real nodes, and writes what came of it as docs/faults.md: fault × case,
// and the seconds that a node took to heal when the engine was killed.
//
//	go run ./testenv/faultstable                 # on simulated nodes
//	go run ./testenv/faultstable -real           # as root, on the nodes of labs, too
//	go run ./testenv/faultstable -openstack      # as root, on a lab with a whole OpenStack, too
//	go run ./testenv/faultstable -runtimes       # as root, on a lab where something else than systemd runs the services, too
//	go run ./testenv/faultstable -only disk,node # those families anew, and no other
//	go run ./testenv/faultstable -only disk -real -simulated=false # on real nodes alone
//	go run ./testenv/faultstable -only disk -kinds disk.fill # of those only these kinds
//	go run ./testenv/faultstable -only disk -cases killed # of them only cases so called
//
// The labs are those that the tests on real nodes share (check, bare, full and runtimes,
// or as ERIS_TEST_LAB, ERIS_TEST_BARE_LAB, ERIS_TEST_FULL_LAB and ERIS_TEST_RUNTIMES_LAB
// call them). They are brought up where they are not, and stay up.
//
// What was run is kept in docs/faults.json, family by family, so that a run which
// was cut off goes on where it was, and whoever runs some of it has the rest;
// -fresh forgets it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "faultstable:", err)
		os.Exit(1)
	}
}

// wanted tells whether a family is run: one that is named, or where none is one
// of which there are no results.
func wanted(only string, known bool, family string) bool {
	if only == "" {
		return !known
	}
	return slices.Contains(strings.Split(only, ","), family)
}

func command(ctx context.Context) error {
	onSim := flag.Bool("simulated", true, "run them on simulated nodes")
	onLabs := flag.Bool("real", false, "run them on the nodes of labs, too; without it the real nodes' columns are of what the file has")
	onWhole := flag.Bool("openstack", false, "run what needs a whole OpenStack on one, too")
	onOthers := flag.Bool("runtimes", false, "run what something else than systemd runs (containers, processes, resources of Pacemaker), too")
	sample := flag.String("sample", "", "on real nodes only the core case and a tenth of the rest, drawn by this word")
	file := flag.String("results", "docs/faults.json", "where the results are kept")
	out := flag.String("out", "docs/faults.md", "the page that is written")
	only := flag.String("only", "", "families that are run, whether they were before or not, separated by commas")
	kinds := flag.String("kinds", "", "of the families that are run only these kinds, separated by commas")
	cases := flag.String("cases", "", "a pattern of the cases that are run, as go test -run has it; of the others the last result stays")
	fresh := flag.Bool("fresh", false, "forget the results that are kept")
	flag.Parse()
	kept := *file
	if *fresh {
		kept = os.DevNull
	}
	results, err := readResults(kept)
	if err != nil {
		return err
	}
	for _, s := range []side{simulated(*onSim), real(*onLabs, *sample), whole(*onWhole, *sample), runtimes(*onOthers, *sample)} {
		families, err := s.folders()
		if err != nil {
			return err
		}
		for _, family := range families {
			if s.skip || !wanted(*only, results.has(s.where, family), filepath.Base(family)) {
				continue
			}
			if err := s.run(ctx, family, *kinds, *cases, results); err != nil {
				return err
			}
			if err := results.write(*file); err != nil {
				return err
			}
		}
	}
	page, err := results.page()
	if err != nil {
		return err
	}
	if err := os.WriteFile(*out, []byte(page), 0o644); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}
