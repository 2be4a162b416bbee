package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// aptHelper fetches as apt does: by its proxies, certificates and passwords.
const aptHelper = "/usr/lib/apt/apt-helper"

// reachWithin bounds one question to a mirror.
const reachWithin = 20 * time.Second

func (machine) reach(ctx context.Context, suite string) error {
	m, err := hostMirror(ctx, suite)
	if err != nil {
		return err
	}
	return m.reach(ctx)
}

// reach asks every place of the mirror for the list of what it has, by the
// programs that are to fetch from there. Each that cannot be had is an error.
func (m mirror) reach(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "eris-mirror-")
	if err != nil {
		return fmt.Errorf("ask the package mirror: %w", err)
	}
	var asks []func() error
	for i, line := range m.lines {
		fields := strings.Fields(line) // deb URI SUITE main
		list, into := fields[1]+"/dists/"+fields[2], filepath.Join(folder, fmt.Sprint(i))
		if !strings.HasPrefix(list, "http") {
			continue // a folder, or what else apt knows
		}
		asks = append(asks, func() error {
			return fetchList(ctx, list, aptHelper, "-q", "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=0", "download-file", "LIST", into)
		})
		if i == 0 && fields[1] == m.base && haveProgram("wget") { // debootstrap's way, which knows nothing of apt's
			asks = append(asks, func() error {
				return fetchList(ctx, list, "wget", "--no-verbose", "--tries=1", "--output-document=/dev/null", "LIST")
			})
		}
	}
	errs := make([]error, len(asks))
	var group errgroup.Group
	for i, ask := range asks {
		group.Go(func() error {
			errs[i] = ask()
			return nil
		})
	}
	_ = group.Wait() // each has kept its own
	return errors.Join(append(errs, os.RemoveAll(folder))...)
}

// fetchList fetches the list of a suite, which is called one or the other.
func fetchList(ctx context.Context, list string, argv ...string) error {
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	at := slices.Index(argv, "LIST")
	var first error
	for _, name := range []string{"InRelease", "Release"} {
		argv := slices.Clone(argv)
		argv[at] = list + "/" + name
		_, err := run(ctx, argv...)
		if err == nil {
			return nil
		}
		if first == nil {
			first = fmt.Errorf("fetch %s: %w", argv[at], err)
		}
	}
	return first
}

// unreachable is what stands in the way of fetching what is not there yet: the
// packages of this machine from its own release, those of the image from that of
// the profile. Who is not root need not be able to read how apt fetches.
func unreachable(ctx context.Context, h host, f facts, n needs) []string {
	suites := map[string]string{}
	if len(f.missing) > 0 && f.apt {
		if own, err := hostCodename(); err == nil {
			suites[own] = strings.Join(f.missing, " ")
		}
	}
	if n.build != "" {
		suites[n.build] = "the image"
	}
	var all []string
	if !f.root || !f.debian {
		return nil
	}
	for suite, what := range suites {
		if err := h.reach(ctx, suite); err != nil {
			all = append(all, fmt.Sprintf("%s cannot be fetched: mend this machine's network, its name server, its proxy (http_proxy, and apt's Acquire::http::Proxy) or its mirror (/etc/apt/sources.list.d): %s",
				what, strings.ReplaceAll(err.Error(), "\n", "\n    ")))
		}
	}
	slices.Sort(all)
	return all
}
