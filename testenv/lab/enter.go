package lab

import (
	"context"
	"fmt"
	"os"
)

// Enter runs a program as root on a node, an interactive shell when argv is
// empty. The error of a program that ran and failed wraps *exec.ExitError.
func Enter(ctx context.Context, o Options, node string, argv []string, s Streams) error {
	o, _, _, err := open(o, node)
	if err != nil {
		return fmt.Errorf("enter %s: %w", node, err)
	}
	if len(argv) == 0 {
		argv = []string{"/bin/bash", "-l"}
	}
	return execOnNode(ctx, o.paths(), node, argv, s)
}

// Inventory is the path of the inventory of a lab that is up.
func Inventory(o Options) (string, error) {
	o, err := o.withDefaults()
	if err != nil {
		return "", err
	}
	p := o.paths()
	if _, err := readStamp(p); err != nil {
		return "", err
	}
	if _, err := os.Stat(p.inventory); err != nil {
		return "", fmt.Errorf("find inventory of lab %s: %w", o.Name, err)
	}
	return p.inventory, nil
}

// Try is what of `eris run` shows most of a lab that is up: the name of a
// scenario, or options; empty where there is nothing to be shown.
func Try(o Options) (string, error) {
	_, profile, err := openLab(o)
	if err != nil {
		return "", err
	}
	return profile.Try, nil
}

func nodeNames(p *Profile) []string {
	var names []string
	for _, n := range p.Nodes {
		names = append(names, n.Name)
	}
	return names
}
