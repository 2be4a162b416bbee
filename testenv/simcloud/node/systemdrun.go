package node

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
	"github.com/openstack-eris/eris/testenv/simcloud/systemd"
)

// run is systemd-run. The first word that is no flag starts the command line.
func (c control) run(ctx context.Context, p *shell.Proc) int {
	flags, rest, err := runFlags(p.Args[1:])
	if err == nil && len(rest) == 0 && len(flags["--on-active"]) == 0 {
		err = errors.New("command line to execute required")
	}
	if err != nil {
		p.Errorf("systemd-run: %v", err)
		return 1
	}
	t := systemd.Transient{
		Unit: last(flags["--unit"]), Description: last(flags["--description"]), Args: rest, Environment: flags["--setenv"],
		Collect: flags["--collect"] != nil, Properties: flags["--property"], TimerProperties: timerProperties(flags),
	}
	if kind := last(flags["--service-type"]); kind != "" {
		t.Properties = append(t.Properties, "Type="+kind)
	}
	if slice := last(flags["--slice"]); slice != "" {
		t.Properties = append(t.Properties, "Slice="+slice)
	}
	if flags["--pipe"] != nil {
		t.Stdin, t.Stdout, t.Stderr = p.Stdin, p.Stdout, p.Stderr
	}
	if flags["--wait"] == nil && flags["--pipe"] == nil {
		name, err := c.manager.Run(t)
		if err != nil {
			p.Errorf("%v", err)
			return 1
		}
		if flags["--quiet"] == nil {
			p.Errorf("Running as unit: %s", name)
		}
		return 0
	}
	exit, err := c.manager.RunAndWait(ctx, t)
	switch {
	case ctx.Err() != nil:
		return shell.Killed
	case err != nil:
		p.Errorf("%v", err)
		return 1
	case flags["--quiet"] == nil:
		p.Errorf("Finished with result: %s", exit.Result)
	}
	return exit.Code
}

func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

func timerProperties(flags map[string][]string) []string {
	properties := []string{}
	for flag, key := range map[string]string{"--on-active": "OnActiveSec", "--on-boot": "OnBootSec", "--on-unit-active": "OnUnitActiveSec"} {
		for _, value := range flags[flag] {
			properties = append(properties, key+"="+value)
		}
	}
	if len(properties) == 0 {
		return nil
	}
	return append(properties, flags["--timer-property"]...)
}

// runFlags reads the flags of systemd-run up to the command line.
func runFlags(args []string) (flags map[string][]string, rest []string, err error) {
	short := map[string]string{"-u": "--unit", "-p": "--property", "-E": "--setenv", "-q": "--quiet", "-G": "--collect", "-P": "--pipe", "-r": "--remain-after-exit"}
	valued := map[string]bool{
		"--unit": true, "--property": true, "--setenv": true, "--description": true, "--on-active": true, "--on-boot": true,
		"--on-unit-active": true, "--timer-property": true, "--service-type": true, "--slice": true,
		"--quiet": false, "--collect": false, "--pipe": false, "--wait": false, "--no-block": false, "--system": false,
		"--no-ask-password": false,
	}
	flags = map[string][]string{}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			break
		}
		name, value, given := strings.Cut(arg, "=")
		if long := short[name]; long != "" {
			name = long
		}
		wants, known := valued[name]
		switch {
		case !known:
			return nil, nil, fmt.Errorf("unrecognized option '%s'", arg)
		case wants && !given:
			if len(args) == 0 {
				return nil, nil, fmt.Errorf("option '%s' requires an argument", arg)
			}
			value, args = args[0], args[1:]
		}
		flags[name] = append(flags[name], value)
	}
	return flags, args, nil
}
