package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/kpi/coverage"
	"github.com/openstack-eris/eris/reports/publish"
)

const publishLong = `Make a folder of pages of all runs of a directory (runs, if none is given; those of sets
and of folders up to three deep, too): an index with the runs, what the newest of each
scenario and fault came to, each objective over time, the gaps and the coverage; and the
report of each run, judged with today's functions. The pages work from the folder itself,
from any web server and from an object store, and need no network.

Addresses and the hosts of URLs have other names on all pages. What is made is looked
through again before it is put in its place: where a page still has an address, a host that
a run's inventory names, or what looks like a password or key, nothing is published, and the
places are named; --hide has a name that is in one of them hidden on all. Names of nodes, users
and files are told.

What --out names is replaced where it is a site that this command has made, and refused
where it is anything else. What a publish that was killed has left beside it is taken away.

--swift sends the site that was made into a container of Swift, too, as the user of the
inventory's entry of clouds.yaml, or of the one that --cloud names. Its reports are sent
first, its index last, and what an earlier site had there and this one does not is deleted
after that. While a record cannot be read no page of an earlier site is given up, neither
there nor in the folder: it may be the page of that run, and each that stays is named. Only what eris publish has put there is replaced or deleted: where something
else has the name of a page nothing is sent. Who may read the container is not changed.

Exit codes: 0; 2 nothing to read, a bad file, a folder that is not ours, or a container that
is not there or has something else in the place of a page; 1 what was made had something
that is not to be published, some records could not be read, or not all could be sent.`

func newPublishCommand() *cobra.Command {
	var stale time.Duration
	var known, out, title string
	var hide []string
	var swift swiftFlags
	cmd := &cobra.Command{
		Use:   "publish [DIR]",
		Short: "Make a site of many runs: an index, and the report of each",
		Long:  publishLong,
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (end error) {
			_, runs, broken, issues, err := openRuns(args, known)
			if err != nil {
				return err
			}
			to, err := swift.open(cmd)
			if err != nil {
				return err
			}
			defer func() { end = errors.Join(end, to.Close()) }()
			secret, err := secretOf(runs, hide)
			if err != nil {
				return err
			}
			possible, unread := breakable(runs)
			o := publish.Options{
				Title: title, Now: time.Now(), Stale: stale, Possible: possible, Known: issues,
				Unread: append(broken, unread...), Secret: secret, Progress: counted(cmd, len(runs)),
			}
			var made publish.Made
			if err := replaceSite(cmd.ErrOrStderr(), out, func(folder string) (err error) {
				o.Earlier = os.DirFS(out)
				made, err = publish.Write(folder, runs, o)
				return err
			}); err != nil {
				return err
			}
			keptPages(cmd.ErrOrStderr(), "", made.Kept)
			fmt.Fprintln(cmd.OutOrStdout(), filepath.Join(out, "index.html"))
			if err := to.push(cmd, out, len(made.Unread) > 0); err != nil {
				return err
			}
			if n := len(made.Unread); n > 0 {
				return fmt.Errorf("%d of the records could not be read; the index names them", n)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "site", "folder of the site, which is made or replaced")
	cmd.Flags().StringArrayVar(&hide, "hide", nil, "name that is not told on any page, such as a host that no rule knows; may be given several times")
	swift.register(cmd)
	cmd.Flags().StringVar(&title, "title", "What Eris has tried", "heading of the index")
	registerLength(cmd, &stale, "stale", staleAfter, "after how long what passed wants to be tried again")
	cmd.Flags().StringVar(&known, "known", "", "file of known issues; "+knownFile+" of the directory when left out")
	return cmd
}

// keptPages names the pages of an earlier site that stay, in the place that is said.
func keptPages(w io.Writer, where string, pages []string) {
	for _, page := range pages {
		fmt.Fprintf(w, "kept %s%s: not all records could be read, and it may be of one of them\n", where, page)
	}
}

// counted tells of many runs now and then how far it has come.
func counted(cmd *cobra.Command, of int) func(done int) {
	last := time.Now()
	return func(done int) {
		if time.Since(last) > 2*time.Second {
			last = time.Now()
			fmt.Fprintf(cmd.ErrOrStderr(), "%d of %d runs\n", done, of)
		}
	}
}

// secretOf is what somebody wants to be hidden, and what the inventories of runs have that is not
// told. A run without one was imported; one that cannot be read is an error, since nobody would
// know what to look for.
func secretOf(runs []coverage.Run, hide []string) (all []string, err error) {
	for _, text := range hide {
		if strings.TrimSpace(text) == "" {
			return nil, refuse(errors.New("--hide: there is no text to hide"), "")
		}
	}
	all = slices.Clone(hide)
	for _, r := range runs {
		text, err := os.ReadFile(filepath.Join(r.Dir, "inventory.yaml"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("not published: read what is not to be told: %w", err)
		}
		all = append(all, publish.Secret(text)...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
