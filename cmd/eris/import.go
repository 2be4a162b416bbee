package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/scenarios/rally"
)

func newImportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Make scenarios of what other tools have, and records of what they measured",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newImportRallyTaskCommand(), telling("reading the results, and judging them", newImportRallyCommand()))
	return cmd
}

// rallyImport is what a task of Rally is imported with.
type rallyImport struct {
	where cloudFlag
	args  []string
	out   string
}

func newImportRallyTaskCommand() *cobra.Command {
	var f rallyImport
	var survey bool
	cmd := &cobra.Command{
		Use:   "rally-task FILE",
		Short: "Make a scenario of each workload of a task file of Rally",
		Long: `Make a scenario of each workload of a task file of Rally: version 1 or 2, YAML or
JSON, with or without a template. It goes to stdout, or with --out into a file;
of a task with several workloads each goes into a file of its own in the
directory that --out names. What is not carried over is listed on stderr, by
its name, with its place and the reason; so is what has to be there before the
run, and what is done otherwise than in Rally.

With --survey FILE is a directory: each of its task files is tried, and a page
says how many can be imported and why the others cannot.

The exit code is 0 when everything was carried over, 4 when something was not,
and 2 when the file is refused or none of its workloads could be carried over.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cloud, err := f.where.open(cmd.Context(), 1)
			if err != nil {
				return err
			}
			options := rally.Options{Catalogue: newCatalogue(), Cloud: cloud.Cloud, Args: map[string]string{}}
			err = errors.Join(f.given(options.Args), cloud.Close())
			switch {
			case err != nil:
				return err
			case survey:
				return f.survey(cmd.OutOrStdout(), args[0], options)
			}
			return f.task(cmd, args[0], options)
		},
	}
	f.where.register(cmd)
	cmd.Flags().StringArrayVar(&f.args, "args", nil, "an argument of the task's template, as NAME=VALUE; may be repeated")
	cmd.Flags().StringVar(&f.out, "out", "", "the file to write, or for several scenarios the directory")
	cmd.Flags().BoolVar(&survey, "survey", false, "FILE is a directory of tasks: say how many can be imported")
	return cmd
}

// given reads --args.
func (f *rallyImport) given(into map[string]string) error {
	for _, text := range f.args {
		name, value, found := strings.Cut(text, "=")
		if !found || name == "" {
			return refuse(fmt.Errorf("%q is no argument of a template", text), "--args NAME=VALUE")
		}
		into[name] = value
	}
	return nil
}

// task imports one file.
func (f *rallyImport) task(cmd *cobra.Command, file string, options rally.Options) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return refuse(err, "")
	}
	options.Files = os.DirFS(filepath.Dir(file))
	all, err := rally.Convert(file, text, options)
	if err != nil {
		return refuse(err, "")
	}
	var made []*rally.Workload
	lost := false
	for _, w := range all {
		if w.Scenario != nil {
			made = append(made, w)
		}
		lost = lost || w.Has(rally.Lost)
		tell(cmd.ErrOrStderr(), w)
	}
	switch {
	case len(made) == 0:
		return refuse(fmt.Errorf("none of the workloads of %s can be carried over", file), "a program can be a load as it is: eris describe exec.command")
	case len(made) > 1 && f.out == "":
		return refuse(fmt.Errorf("%s comes to %d scenarios", file, len(made)), "--out DIR writes each into a file of its own")
	case f.out == "":
		_, err = io.Copy(cmd.OutOrStdout(), bytes.NewReader(made[0].Scenario))
	default:
		err = f.write(cmd.ErrOrStderr(), made)
	}
	if err != nil {
		return err
	}
	if lost {
		return &exitError{code: exitUnknown}
	}
	return nil
}

// write puts one scenario into a file, and several into a directory.
func (f *rallyImport) write(say io.Writer, made []*rally.Workload) error {
	folder := len(made) > 1
	if info, err := os.Stat(f.out); err == nil && info.IsDir() {
		folder = true
	}
	if folder {
		if err := os.MkdirAll(f.out, 0o755); err != nil {
			return err
		}
	}
	for _, w := range made {
		file := f.out
		if folder {
			file = filepath.Join(f.out, w.Name+".yaml")
		}
		if err := record.WriteFile(file, w.Scenario); err != nil {
			return err
		}
		fmt.Fprintln(say, file)
	}
	return nil
}

// tell lists the notes of a workload, the gravest first.
func tell(w io.Writer, of *rally.Workload) {
	if len(of.Notes) == 0 {
		return
	}
	fmt.Fprintf(w, "%s (%s)\n", of.Name, of.Rally)
	for _, weight := range []rally.Weight{rally.Lost, rally.Needed, rally.Other} {
		heading := fmt.Sprintf("  %s:\n", weight)
		for _, note := range of.Notes {
			if note.Weight == weight {
				fmt.Fprintf(w, "%s    %s\n", heading, note)
				heading = ""
			}
		}
	}
}

// survey tries every task file of a directory.
func (f *rallyImport) survey(w io.Writer, dir string, options rally.Options) error {
	found, err := rally.Try(os.DirFS(dir), options)
	if err != nil {
		return refuse(err, "--survey takes a directory")
	}
	return found.Markdown(w)
}
