package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/collectors/rally"
	"github.com/openstack-eris/eris/collectors/record"
)

func newImportRallyCommand() *cobra.Command {
	var out, task string
	var into intoFlags
	cmd := &cobra.Command{
		Use:   "rally FILE...",
		Short: "Make records of results of Rally, so that they can be judged",
		Long: `Make records of results of Rally: of its old form ("rally task results", "rally
task report --type old-json-results") or of "rally task report --json". Each
workload of a file is a repetition; a file with several becomes a set, which is a
directory with a record for each. The directory that was made is printed, one a
line; "eris report" judges it.

A hook is a fault that somebody else has made. Rally knows when its program began
and ended, and neither when it took effect nor whether it was undone: so what
rests on that has a wide interval or is unknown.

A file that is Rally's database (SQLite) is read by Rally itself, which has to be
installed: it works on a copy. Of a database with several finished tasks --task names one.

What is not understood is refused with its place, and nothing is made of the file.

With --into RUN the results become loads of a run of Eris that went on meanwhile: a new
record is made that has all of the run's and theirs, and RUN stays as it is. Arrivals that
began before the run or after its end are left out, and counted. Rally's times are by the
clock of its machine: --offset says how far that was behind the run's. Where it is not
given, the two are taken for the same, and no verdict is a pass.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := into.check(cmd); err != nil {
				return err
			}
			if into.run != "" {
				dir, err := into.join(cmd, args, task, out)
				if err == nil {
					fmt.Fprintln(cmd.OutOrStdout(), dir)
				}
				return err
			}
			for _, file := range args {
				dir, err := importRally(cmd, file, task, out)
				if err != nil {
					return err
				}
				fmt.Fprintln(cmd.OutOrStdout(), dir)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "runs", "directory in which the records are made")
	cmd.Flags().StringVar(&task, "task", "", "of a database: the task whose results are imported; the only one that is finished when left out")
	into.register(cmd)
	return cmd
}

// readRally reads a file: results, or a database with those of the task.
func readRally(cmd *cobra.Command, file, task string) (rally.Source, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return rally.Source{}, refuse(err, "")
	}
	sum, command := sha256.Sum256(text), []string{"eris", "import", "rally", file}
	switch is := bytes.HasPrefix(text, []byte(sqliteMark)); {
	case is:
		if text, task, err = exportRally(cmd.Context(), cmd.ErrOrStderr(), file, text, task); err != nil {
			return rally.Source{}, err
		}
		command = append(command, "--task", task)
	case task != "":
		return rally.Source{}, refuse(fmt.Errorf("%s is no database, of which --task could name a task", file), "")
	}
	all, err := rally.Read(text)
	if err != nil {
		return rally.Source{}, refuse(fmt.Errorf("%s: %w", file, err), "")
	}
	return rally.Source{Repetitions: all, Origin: rally.Origin{
		Name: strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), SHA256: hex.EncodeToString(sum[:]), Version: version(), Owner: owner(),
		Command: command,
	}}, nil
}

// importRally makes a record, or a set of them, of a file.
func importRally(cmd *cobra.Command, file, task, out string) (made string, err error) {
	source, err := readRally(cmd, file, task)
	if err != nil {
		return "", err
	}
	all, from, name := source.Repetitions, source.Origin, source.Name
	if len(all) == 1 {
		id, err := all[0].Lay(out, from)
		return filepath.Join(out, id), err
	}
	dir, err := record.CreateSet(out, name, all[0].Iterations[0].Began)
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil { // half a set is none, and nothing else is in it
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	var ids []string
	for n, repetition := range all {
		id, err := repetition.Lay(dir, from)
		if err != nil {
			return "", fmt.Errorf("repetition %d of %s: %w", n+1, file, err)
		}
		ids = append(ids, id)
	}
	return dir, record.WriteSet(dir, name, ids)
}
