package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

// reportFlags are those of `eris report`.
type reportFlags struct{ names, out, method string }

func newReportCommand() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report RUN",
		Short: "Write the reports of a run again, from its record alone",
		Long: `Write the reports of a run again, from its record alone. RUN is a run's
directory, also one that was cut off. With one --format and no --out the report
goes to stdout, otherwise the files are written into the run's directory or
into --out. The exit code is that of the run. Where today's functions say something else
than the run ended with, that is told on stderr, and the first run.json is kept as
report.first.json.

RUN may be a set, as "eris import rally" makes them: then the files are written into
the directory of each repetition, with html a page over all of them into that of the set,
and the figures over all of them go to stdout, as text or with --format json. The exit code is that of the worst one.

With --method published the figures are those of the reliability experiments that were
published in 2016, computed as then, on stdout, as text or with --format json: to hold
a record against that one. They are no good measure, and the exit code is 0.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.method != "corrected" && f.method != "published" {
				return refuse(fmt.Errorf("there is no method %q", f.method), "methods are corrected and published")
			}
			wanted, err := chooseWriters(f.names)
			if err != nil {
				return err
			}
			set, err := reports.OpenSet(args[0])
			switch {
			case err != nil:
				return refuse(err, "RUN is a directory such as runs/latest")
			case f.method == "published":
				return f.published(cmd.OutOrStdout(), set)
			case !set.Single:
				return f.set(cmd.OutOrStdout(), cmd.ErrOrStderr(), args[0], set, wanted)
			}
			return f.run(cmd.OutOrStdout(), cmd.ErrOrStderr(), set, wanted)
		},
	}
	cmd.Flags().StringVar(&f.names, "format", "", fmt.Sprintf("comma-separated: %s (default %s)",
		strings.Join(writerNames(reports.Writers()), ", "), strings.Join(writerNames(defaultWriters()), ",")))
	cmd.Flags().StringVar(&f.out, "out", "", "directory to write into, which is made")
	cmd.Flags().StringVar(&f.method, "method", "corrected", "corrected, or published")
	return cmd
}

// run reports a single run.
func (f *reportFlags) run(w, told io.Writer, set *reports.Set, wanted []reports.Writer) error {
	run, out := set.Runs[0], f.out
	err := changed(told, set.Dirs[0], run, out == "" && (f.names == "" || len(wanted) > 1))
	if err != nil {
		return err
	}
	if len(wanted) == 1 && f.names != "" && out == "" {
		err = wanted[0].Write(w, run)
	} else {
		if out == "" {
			out = set.Dirs[0]
		} else if err := os.MkdirAll(out, 0o755); err != nil {
			return refuse(fmt.Errorf("make %s: %w", out, err), "--out is a directory")
		}
		err = writeReports(out, run, wanted)
	}
	if err != nil {
		return err
	}
	return verdictExit(&run.Analysis.Result)
}

// set reports repetitions.
func (f *reportFlags) set(w, told io.Writer, dir string, set *reports.Set, wanted []reports.Writer) error {
	if f.out != "" {
		return refuse(errors.New("--out is for a single run"), "the files of a set are written into the directory of each repetition")
	}
	over, err := set.Over()
	if err != nil {
		return refuse(err, "")
	}
	if f.names == "json" {
		err = over.WriteJSON(w)
	} else {
		for n, run := range set.Runs {
			if err := changed(told, set.Dirs[n], run, true); err != nil {
				return err
			}
			if err := writeReports(set.Dirs[n], run, wanted); err != nil {
				return err
			}
		}
		if slices.ContainsFunc(wanted, func(w reports.Writer) bool { return w.Name == "html" }) {
			if _, err := writeSetPage(dir, set); err != nil {
				return err
			}
		}
		err = over.WriteText(w)
	}
	if err != nil || over.Exit == exitPass {
		return err
	}
	return &exitError{code: over.Exit}
}

// writeSetPage writes the page of a set beside its runs.
func writeSetPage(dir string, set *reports.Set) (file string, err error) {
	var page bytes.Buffer
	if err := set.WriteHTML(&page, dir); err != nil {
		return "", err
	}
	file = filepath.Join(dir, "report.html")
	return file, record.WriteFile(file, page.Bytes())
}

// changed says where today's answer is not that which the run ended with, and keeps that
// one where files of the record are about to be written.
func changed(w io.Writer, dir string, run *reports.Run, written bool) error {
	earlier, err := reports.Earlier(dir)
	if err != nil || earlier == nil {
		return err
	}
	lines := reports.Changes(earlier, &run.Analysis.Result)
	if len(lines) == 0 {
		return nil
	}
	fmt.Fprintf(w, "The answer of %s has changed since it ended, by eris %s:\n", run.Analysis.Meta.Run, run.Analysis.Meta.Version)
	for _, line := range lines {
		fmt.Fprintf(w, "  %s\n", line)
	}
	if !written {
		return nil
	}
	kept, err := reports.KeepFirst(dir)
	if err == nil {
		fmt.Fprintf(w, "  what it was is kept in %s\n", kept)
	}
	return err
}

// published reports a run or repetitions by the published method.
func (f *reportFlags) published(w io.Writer, set *reports.Set) error {
	if f.out != "" || f.names != "" && f.names != "json" && f.names != "text" {
		return refuse(errors.New("the published figures are text or JSON on stdout"), "--format text or --format json, and no --out")
	}
	figures, err := set.Published()
	switch {
	case err != nil:
		return refuse(err, "")
	case f.names == "json":
		return figures.WriteJSON(w)
	}
	return figures.WriteText(w)
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
