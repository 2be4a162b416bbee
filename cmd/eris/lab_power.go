package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/testenv/lab"
)

// powered does one thing to a node or a switch and says what it then is.
type powered func(ctx context.Context, o lab.Options, name string) (state string, err error)

func newLabPowerCommand(options *lab.Options) *cobra.Command {
	command := &cobra.Command{
		Use:   "power",
		Short: "Switch a node or a switch off and on",
		Long: `A node is switched through its BMC, over IPMI: off takes its power away, nothing
is flushed. A switch that is off cuts off the nodes behind it and nobody else.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	add := func(name, short string, node, networkSwitch powered) {
		command.AddCommand(&cobra.Command{
			Use:   name + " NODE|SWITCH",
			Short: short,
			Args:  cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				do := node
				isSwitch, err := lab.IsSwitch(*options, args[0])
				if isSwitch {
					do = networkSwitch
				}
				state := ""
				if err == nil {
					state, err = do(cmd.Context(), *options, args[0])
				}
				if err != nil {
					return refuse(err, "")
				}
				_, err = fmt.Fprintln(cmd.OutOrStdout(), args[0], "is", state)
				return err
			},
		})
	}
	becomes := func(state string, do func(context.Context, lab.Options, string) error) powered {
		return func(ctx context.Context, o lab.Options, name string) (string, error) { return state, do(ctx, o, name) }
	}
	add("off", "Take its power away", becomes("off", lab.PowerOff), becomes("off", lab.SwitchOff))
	add("on", "Give it power; a node is on when its sshd listens", becomes("on", lab.PowerOn), becomes("on", lab.SwitchOn))
	add("cycle", "Off, a moment, on", becomes("on", lab.PowerCycle), func(ctx context.Context, o lab.Options, name string) (string, error) {
		if err := lab.SwitchOff(ctx, o, name); err != nil {
			return "", err
		}
		return "on", lab.SwitchOn(ctx, o, name)
	})
	add("status", "Say whether it is on", func(ctx context.Context, o lab.Options, name string) (string, error) {
		state, err := lab.PowerStatus(ctx, o, name)
		return string(state), err
	}, func(ctx context.Context, o lab.Options, name string) (string, error) {
		if isOn, err := lab.SwitchIsOn(ctx, o, name); err != nil || !isOn {
			return "off", err
		}
		return "on", nil
	})
	return command
}
