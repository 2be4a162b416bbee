package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
)

// Rally's tables are of its version and nobody else's: its own program reads them. It
// works on a copy, with a home and settings of its own, so that neither the database nor
// what the user's Rally remembers is touched.

// sqliteMark is how a file of SQLite begins (https://www.sqlite.org/fileformat.html).
const sqliteMark = "SQLite format 3\x00"

// rallyExport is the work on one database.
type rallyExport struct {
	file, dir, program string
	database           []byte // what is in the file
	say                io.Writer
}

// exportRally has Rally write the results of a task of a database: of the only one that is
// finished where none is named. It gives the task, too.
func exportRally(ctx context.Context, say io.Writer, file string, database []byte, task string) (text []byte, of string, err error) {
	program, err := exec.LookPath("rally")
	if err != nil {
		return nil, "", refuse(fmt.Errorf("%s is a database of SQLite, which Rally itself has to read, and there is no rally here: %w", file, err),
			"install it (Debian: rally), or where it is: rally task report --json --uuid TASK --out results.json")
	}
	dir, err := os.MkdirTemp("", "eris-rally-*")
	if err != nil {
		return nil, "", fmt.Errorf("export results of Rally: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := &rallyExport{file, dir, program, database, say}
	if err := r.copy(); err != nil {
		return nil, "", err
	}
	if task == "" {
		if task, err = r.only(ctx); err != nil {
			return nil, "", err
		}
	}
	text, err = r.export(ctx, task)
	return text, task, err
}

// copy copies the database, and says what Rally is to work with. One in which Rally writes
// meanwhile may be none when it is copied.
func (r *rallyExport) copy() error {
	for _, beside := range []string{"-journal", "-wal"} {
		if info, err := os.Stat(r.file + beside); err == nil && info.Size() > 0 {
			return refuse(fmt.Errorf("%s is being written, or was left so: there is %s", r.file, r.file+beside), "import it when Rally has ended")
		}
	}
	again, err := os.ReadFile(r.file)
	if err == nil && !bytes.Equal(again, r.database) {
		return refuse(fmt.Errorf("%s is being written", r.file), "import it when Rally has ended")
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(r.dir, "copy.sqlite"), r.database, 0o600)
	}
	if err == nil {
		settings := "[DEFAULT]\nuse_stderr = true\n[database]\nconnection = sqlite:///" + filepath.Join(r.dir, "copy.sqlite") + "\n"
		err = os.WriteFile(filepath.Join(r.dir, "rally.conf"), []byte(settings), 0o600)
	}
	if err != nil {
		return fmt.Errorf("export results of Rally: %w", err)
	}
	return nil
}

// only is the task that is finished, where there is the one.
func (r *rallyExport) only(ctx context.Context) (string, error) {
	all := []string{"task", "list", "--all-deployments", "--deployment", "any"} // which it wants to have, and does not heed
	out, err := r.run(ctx, append(all, "--uuids-only", "--status", "finished")...)
	if err != nil {
		return "", err
	}
	tasks := strings.Fields(string(out))
	if len(tasks) == 1 {
		return tasks[0], nil
	}
	table, err := r.run(ctx, all...)
	if err != nil {
		return "", err
	}
	fmt.Fprintln(r.say, strings.TrimSpace(string(table)))
	return "", refuse(fmt.Errorf("%s has %d tasks that are finished", r.file, len(tasks)), "--task UUID says which one is meant")
}

// export has the results written as `rally task report --json` does. Rally 3.3 cannot where
// a hook has no description; its old form, which has no times of atomic actions, can be
// had then.
func (r *rallyExport) export(ctx context.Context, task string) ([]byte, error) {
	out := filepath.Join(r.dir, "results.json")
	_, failed := r.run(ctx, "task", "report", "--json", "--uuid", task, "--out", out)
	if failed != nil {
		if ctx.Err() != nil {
			return nil, failed
		}
		if _, err := r.run(ctx, "task", "export", "--type", "old-json-results", "--uuid", task, "--to", out); err != nil {
			return nil, failed
		}
		fmt.Fprintf(r.say, "%v\ntaken are its results in the old form, which tells no times of atomic actions\n", failed)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		return nil, fmt.Errorf("export results of Rally: it has written nothing: %w", err)
	}
	return text, nil
}

// run runs Rally, and gives what it prints.
func (r *rallyExport) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, r.program, append([]string{"--config-file", filepath.Join(r.dir, "rally.conf")}, args...)...)
	cmd.Dir, cmd.Env = r.dir, r.environment()
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, &exitError{code: exitStopped, err: fmt.Errorf("export results of Rally: %w", context.Cause(ctx))}
	case err != nil:
		return nil, refuse(fmt.Errorf("rally %s %s of %s: %w: %s", args[0], args[1], r.file, err, lastWords(said.String()+"\n"+out.String())), "")
	}
	return out.Bytes(), nil
}

// environment is this one, with a home of its own: neither plugins nor the task that was
// used last are of the user's. What a user has installed for themselves is still found.
func (r *rallyExport) environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(each string) bool {
		return strings.HasPrefix(each, "RALLY_") || strings.HasPrefix(each, "OS_") || strings.HasPrefix(each, "HOME=")
	})
	if home, err := os.UserHomeDir(); err == nil && os.Getenv("PYTHONUSERBASE") == "" {
		env = append(env, "PYTHONUSERBASE="+filepath.Join(home, ".local"))
	}
	return append(env, "HOME="+r.dir)
}

// lastWords is the line in which Rally says what went wrong: that of its log which is critical, or the last.
func lastWords(said string) string {
	lines := slices.DeleteFunc(strings.Split(said, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
	for _, line := range lines {
		if _, words, is := strings.Cut(line, " CRITICAL rally [-] "); is {
			return record.OneLine(words, 300)
		}
	}
	if len(lines) == 0 {
		return "it says nothing"
	}
	return record.OneLine(lines[len(lines)-1], 300)
}
