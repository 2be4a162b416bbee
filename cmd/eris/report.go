package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

// format is one way of writing a run down.
type format struct {
	name, file string
	write      func(io.Writer, *kpi.Analysis) error
}

func formats() []format {
	return []format{
		{"json", "run.json", func(w io.Writer, a *kpi.Analysis) error { return reports.WriteJSON(w, &a.Result) }},
		{"html", "report.html", reports.WriteHTML},
		{"text", "report.txt", reports.WriteText},
	}
}

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
			wanted, err := chooseFormats(names)
			if err != nil {
				return err
			}
			analysis, err := reports.Analyse(args[0])
			if err != nil {
				return refuse(err, "RUN is a directory such as runs/latest")
			}
			if len(wanted) == 1 && names != "" && out == "" {
				err = wanted[0].write(cmd.OutOrStdout(), analysis)
			} else {
				if out == "" {
					out = args[0]
				}
				err = writeReports(out, analysis, wanted)
			}
			if err != nil {
				return err
			}
			return verdictExit(&analysis.Result)
		},
	}
	cmd.Flags().StringVar(&names, "format", "", "comma-separated: json, html, text (default json,html)")
	cmd.Flags().StringVar(&out, "out", "", "directory to write into")
	return cmd
}

// chooseFormats reads --format; empty stands for what every run writes.
func chooseFormats(names string) ([]format, error) {
	all := formats()
	if names == "" {
		return all[:2], nil
	}
	var chosen []format
	for name := range strings.SplitSeq(names, ",") {
		known := false
		for _, f := range all {
			if f.name == name {
				chosen, known = append(chosen, f), true
			}
		}
		if !known {
			return nil, refuse(fmt.Errorf("there is no report format %q", name), "formats are json, html and text")
		}
	}
	return chosen, nil
}

// writeReports puts each report into a directory whole or not at all.
func writeReports(dir string, analysis *kpi.Analysis, wanted []format) error {
	for _, f := range wanted {
		var page bytes.Buffer
		if err := f.write(&page, analysis); err != nil {
			return fmt.Errorf("write %s: %w", f.file, err)
		}
		if err := record.WriteFile(filepath.Join(dir, f.file), page.Bytes()); err != nil {
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
