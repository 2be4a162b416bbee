package main

import (
	"github.com/spf13/cobra"
)

func newListCommand() *cobra.Command {
	return &cobra.Command{
		Use:       "list faults|workloads|collectors|captures|scenarios",
		Short:     "List what a scenario can use, and the scenarios of the library",
		Args:      cobra.ExactArgs(1),
		ValidArgs: []string{"faults", "workloads", "collectors", "captures", "scenarios"},
		RunE: func(cmd *cobra.Command, args []string) error {
			return refuse(newCatalogue().List(cmd.OutOrStdout(), args[0]), "")
		},
	}
}

func newDescribeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "describe NAME",
		Short: "Say what a fault, workload, collector, capture, scenario or function does and takes",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return refuse(newCatalogue().Describe(cmd.OutOrStdout(), args[0]), "")
		},
	}
}
