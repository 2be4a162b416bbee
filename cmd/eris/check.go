package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/scenarios"
)

func newCheckCommand() *cobra.Command {
	options := scenarios.Options{Catalogue: newCatalogue()}
	cmd := &cobra.Command{
		Use:   "check FILE…",
		Short: "Validate scenarios and inventories offline, all problems at once",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var all []error
			for _, file := range args {
				source, err := os.ReadFile(file)
				if err == nil {
					err = scenarios.CheckFile(cmd.OutOrStdout(), file, source, options)
				}
				all = append(all, err)
			}
			return refuse(errors.Join(all...), "")
		},
	}
	registerLongest(cmd, &options.LongestHold)
	return cmd
}
