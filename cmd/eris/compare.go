package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

func newCompareCommand() *cobra.Command {
	var asJSON, force bool
	var page string
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Compare what two sets of repetitions have measured, and say what is better and worse",
		Long: fmt.Sprintf(`Compare what two sets of repetitions have measured of each objective, and say of
each whether B is better, worse or the same, or that it cannot be told. A and B
are directories of sets, as "eris run --repeat" makes them, or of runs; with fewer
than %d repetitions on a side nothing can be told.

The change is the median of the differences of all pairs, with its %g %% interval
(Hodges and Lehmann's, by the distribution of Mann and Whitney, for each objective by
itself, if both sides are spread alike), widened by what each run leaves open. It is
the same when the whole interval is within %g %% of A (of a share, of what is missing to
all of it) and the objective was kept as often, and better or worse when zero is not in
it; what neither side saw is the same. What had not ended is at least as long. A run that
was stopped, or whose record is not whole, counts for nothing.

With --html FILE the same is written as one page, too, that needs no network and leads
to the report of each run.

What differs beside the figures (cloud, version, seed, command) is told. Different
scenarios are refused; --force compares the objectives of A that B has, too.

Exit codes: 0 of nothing it can be told that it is worse, 3 something is worse,
2 refused.`, kpi.LeastRepetitions, 100*kpi.Confidence, 100*kpi.Tolerance),
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := reports.OpenSet(args[0])
			if err != nil {
				return refuse(err, "A is a directory such as runs/latest")
			}
			b, err := reports.OpenSet(args[1])
			if err != nil {
				return refuse(err, "B is a directory such as runs/latest")
			}
			c, err := reports.Compare(a, b, force)
			if err != nil {
				return refuse(err, "--force compares them all the same")
			}
			write := c.WriteText
			if asJSON {
				write = c.WriteJSON
			}
			if page != "" {
				var text bytes.Buffer
				if err := c.WriteHTML(&text, filepath.Dir(page)); err != nil {
					return err
				}
				if err := record.WriteFile(page, text.Bytes()); err != nil {
					return refuse(fmt.Errorf("--html: %w", err), "--html names a file in a folder that is there")
				}
			}
			if err := write(cmd.OutOrStdout()); err != nil {
				return err
			}
			if c.Worse() {
				return &exitError{code: exitFailed, err: errors.New("something is worse")}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	cmd.Flags().StringVar(&page, "html", "", "file that a page of it is written to, too")
	cmd.Flags().BoolVar(&force, "force", false, "compare different scenarios, too")
	return cmd
}
