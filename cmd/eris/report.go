package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

func newReportCommand() *cobra.Command {
	var names, out string
	cmd := &cobra.Command{
		Use:   "report RUN",
		Short: "Write the reports of a run again, from its record alone",
		Long: `Write the reports of a run again, from its record alone. RUN is a run's
directory, also one that was cut off. With one --format and no --out the report
goes to stdout, otherwise the files are written into the run's directory or
into --out. The exit code is that of the run.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			wanted, err := chooseWriters(names)
			if err != nil {
				return err
			}
			run, err := reports.Open(args[0])
			if err != nil {
				return refuse(err, "RUN is a directory such as runs/latest")
			}
			if len(wanted) == 1 && names != "" && out == "" {
				err = wanted[0].Write(cmd.OutOrStdout(), run)
			} else {
				if out == "" {
					out = args[0]
				}
				err = writeReports(out, run, wanted)
			}
			if err != nil {
				return err
			}
			return verdictExit(&run.Analysis.Result)
		},
	}
	cmd.Flags().StringVar(&names, "format", "", fmt.Sprintf("comma-separated: %s (default %s)",
		strings.Join(writerNames(reports.Writers()), ", "), strings.Join(writerNames(defaultWriters()), ",")))
	cmd.Flags().StringVar(&out, "out", "", "directory to write into")
	return cmd
}

// chooseWriters reads --format; empty stands for what every run writes.
func chooseWriters(names string) ([]reports.Writer, error) {
	if names == "" {
		return defaultWriters(), nil
	}
	all := reports.Writers()
	var chosen []reports.Writer
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(all, func(w reports.Writer) bool { return w.Name == name })
		if i < 0 {
			return nil, refuse(fmt.Errorf("there is no report format %q", name), "formats are "+strings.Join(writerNames(all), ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// defaultWriters are those of what every run writes.
func defaultWriters() []reports.Writer {
	return slices.DeleteFunc(reports.Writers(), func(w reports.Writer) bool { return !w.Default })
}

func writerNames(writers []reports.Writer) []string {
	var names []string
	for _, w := range writers {
		names = append(names, w.Name)
	}
	return names
}

// writeReports puts each report into a directory whole or not at all.
func writeReports(dir string, run *reports.Run, wanted []reports.Writer) error {
	for _, w := range wanted {
		var page bytes.Buffer
		if err := w.Write(&page, run); err != nil {
			return fmt.Errorf("write %s: %w", w.File, err)
		}
		if err := record.WriteFile(filepath.Join(dir, w.File), page.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// verdictExit is the exit code of a run as an error, nil for a pass. What is
// to be said was said by the report.
func verdictExit(result *kpi.Result) error {
	if result.Exit == exitPass {
		return nil
	}
	if result.Exit == exitInternal {
		return errors.New("the run ended with an internal error; its journal says which")
	}
	return &exitError{code: result.Exit}
}
