package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/testenv/simcloud"
)

func newSimcloudCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "simcloud",
		Short: "The embedded simulated cloud, kept up for other clients",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(newSimcloudServeCommand())
	return command
}

func newSimcloudServeCommand() *cobra.Command {
	options := simcloud.Options{}
	command := &cobra.Command{
		Use:   "serve",
		Short: "Keep a simulated cloud up until Ctrl-C",
		Long: `Brings a simulated cloud up and keeps it until Ctrl-C or SIGTERM: controllers
that are reached over real SSH, and the OpenStack APIs over real HTTP, all on
loopback. The first line on stdout is the path of its inventory, for
eris run -i; the second that of a clouds.yaml, for any OpenStack client.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cloud, err := simcloud.Start(cmd.Context(), options)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), cloud.Inventory())
			fmt.Fprintln(cmd.OutOrStdout(), cloud.Clouds())
			fmt.Fprintf(cmd.ErrOrStderr(), "OS_CLIENT_CONFIG_FILE=%s OS_CLOUD=%s openstack token issue\n", cloud.Clouds(), cloud.Name())
			<-cmd.Context().Done()
			return cloud.Close()
		},
	}
	flags := command.Flags()
	flags.IntVar(&options.Controllers, "controllers", 3, "number of controllers")
	flags.Int64Var(&options.Seed, "seed", 1, "what the cloud decides follows from it")
	flags.StringVar(&options.Dir, "dir", "", "folder for the inventory, clouds.yaml and keys (default: a temporary one)")
	flags.StringVar(&options.Name, "name", "simulated", "name of the cloud")
	return command
}
