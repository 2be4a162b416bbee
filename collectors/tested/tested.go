// Package tested finds out what a run is tried on: releases, packages, images,
// drivers and configuration of each node. A figure without it is of no use to anybody
// else.
package tested

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/inventory/remote"
)

const (
	atOnce      = 64               // nodes that are asked at once
	timeout     = 20 * time.Second // for one of them
	mostOutput  = 256 << 10        // bytes of one of them
	mostOfValue = 200              // bytes of one value
)

// Nodes asks nodes of a cloud, by their names, at once. What one of them cannot say is no
// error: it is among the silent ones, with the reason.
func Nodes(ctx context.Context, nodes remote.Runner, cloud *inventory.Cloud, names []string) *record.Tested {
	t := &record.Tested{}
	var mu sync.Mutex
	var asked errgroup.Group
	asked.SetLimit(atOnce)
	for _, node := range cloud.Nodes {
		for _, role := range node.Roles {
			t.Add(record.TestedRole, role, "", node.Name)
		}
	}
	for _, name := range names {
		asked.Go(func() error {
			got := nodes.Run(ctx, name, remote.Command{Script: script(cloud.ServicesOn(name)), Root: true, Timeout: timeout, MaxOutput: mostOutput})
			mu.Lock()
			defer mu.Unlock()
			if err := errors.Join(failed(got), read(t, name, got.Stdout)); err != nil {
				t.Silent = append(t.Silent, record.TestedSilence{Node: name, Why: record.OneLine(err.Error(), mostOfValue)})
			}
			return nil
		})
	}
	_ = asked.Wait() // no goroutine of it returns one
	t.Sort()
	return t
}

// failed is why a node did not answer.
func failed(got remote.Result) error {
	if got.State != remote.Done {
		return fmt.Errorf("ask: %w", got.Err)
	}
	return nil
}

// read takes in what a node has said; it is an error that its end is missing, or that a
// line is none of the script's.
func read(t *record.Tested, node string, out []byte) error {
	var wrong error
	ended := false
	for line := range strings.Lines(string(bytes.ToValidUTF8(out, []byte("?")))) {
		line = strings.TrimRight(line, "\r\n")
		kind, rest, _ := strings.Cut(line, " ")
		name, value, _ := strings.Cut(rest, " ")
		switch {
		case line == "":
		case line == "end":
			ended = true
		case rest == "":
			wrong = fmt.Errorf("read %q: that is nothing", kind)
		case kind == "kernel":
			t.Add(record.TestedKernel, "", clean(rest), node)
		case kind == "os":
			t.Add(record.TestedOS, "", clean(strings.Trim(rest, `"'`)), node)
		case kind == "setting":
			option, set, _ := strings.Cut(value, " ")
			t.Add(record.TestedSetting, clean(name+" "+option), clean(set), node)
		case kind == "package" && value != "":
			t.Add(record.TestedPackage, clean(name), clean(value), node)
		case kind == "image" && value != "":
			t.Add(record.TestedImage, clean(name), clean(value), node)
		case kind == "configuration" && value != "":
			t.Add(record.TestedConfig, clean(name), clean(value), node)
		default:
			wrong = fmt.Errorf("read %q: no line of what was asked", clean(line))
		}
	}
	if !ended {
		return errors.Join(wrong, errors.New("the answer has no end"))
	}
	return wrong
}

// clean is a value that is fit to be shown.
func clean(text string) string { return record.OneLine(text, mostOfValue) }
