package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/testenv/lab"
)

func newLabProfilesCommand(options *lab.Options) *cobra.Command {
	asJSON := false
	command := &cobra.Command{
		Use:   "profiles [PROFILE]",
		Short: "List what a lab can be, or what one profile would make",
		Long: `Lists the profiles that are built in and, with --definitions, those of a folder of
your own, whose files are all checked. With the name of a profile it shows its
nodes, the units on them and the packages. Nothing is made.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			all, err := lab.Outlines(*options)
			if err != nil {
				return refuse(err, "")
			}
			w := cmd.OutOrStdout()
			if len(args) > 0 {
				i := slices.IndexFunc(all, func(o lab.Outline) bool { return o.Name == args[0] })
				if i < 0 {
					return refuse(fmt.Errorf("no profile is called %q", args[0]), "eris lab profiles lists them")
				}
				all = all[i : i+1]
			}
			switch {
			case asJSON:
				encoder := json.NewEncoder(w)
				encoder.SetIndent("", "  ")
				return encoder.Encode(all)
			case len(args) > 0:
				return showProfile(w, all[0])
			}
			return listProfiles(w, all)
		},
	}
	command.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return command
}

func listProfiles(w io.Writer, all []lab.Outline) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "PROFILE\tNODES\tMEMORY\tROOM\t\n")
	for _, o := range all {
		fmt.Fprintf(table, "%s\t%d\t%d MiB\t%d MiB\t%s%s\n", o.Name, len(o.Nodes), o.MemoryMiB, o.RoomMiB, o.Summary, whose(o))
	}
	return table.Flush()
}

// whose is the file of a profile of the user's own.
func whose(o lab.Outline) string {
	if o.File == "" {
		return ""
	}
	return " (" + o.File + ")"
}

func showProfile(w io.Writer, o lab.Outline) error {
	if _, err := fmt.Fprintf(w, "%s: %s%s\ntakes %d MiB of memory and %d MiB of room\n", o.Name, o.Summary, whose(o), o.MemoryMiB, o.RoomMiB); err != nil {
		return err
	}
	for _, n := range o.Nodes {
		if _, err := fmt.Fprintf(w, "  %s, %s\n    roles: %s\n    units: %s\n", n.Name, n.Address, strings.Join(n.Roles, ", "), strings.Join(n.Units, ", ")); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "packages: %s\n", strings.Join(o.Packages, " "))
	return err
}
