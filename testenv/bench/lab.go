package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/lab"
)

// benchLab is the lab that the row trigger strikes, and whether it is up and we may enter it.
// ERIS_TEST_LAB names it; its name is lab unless given.
func benchLab() (o lab.Options, up bool) {
	o.Name = os.Getenv("ERIS_TEST_LAB")
	if o.Name == "" {
		o.Name = "lab"
	}
	_, err := os.Stat(lab.NetworkFile(o))
	return o, os.Geteuid() == 0 && err == nil
}

// withoutLab measures a row while the lab stands still, whose nodes take their share of the
// processors, and leaves it as it was.
func withoutLab(ctx context.Context, r row, quick bool) (lines []line, err error) {
	o, up := benchLab()
	if !up {
		return r.measure(ctx, quick)
	}
	status, err := lab.ReadStatus(ctx, o)
	switch {
	case err != nil:
		return nil, fmt.Errorf("look at lab %s: %w", o.Name, err)
	case status.Paused:
		return r.measure(ctx, quick)
	}
	if err := lab.Pause(ctx, o); err != nil {
		return nil, fmt.Errorf("pause lab %s: %w", o.Name, err)
	}
	defer func() { err = errors.Join(err, lab.Resume(context.WithoutCancel(ctx), o)) }()
	return r.measure(ctx, quick)
}

// labHeals is how long a lab may take to be well again after it has stood still.
const labHeals = 2 * time.Minute

// wellAgain waits until the lab is healthy.
func wellAgain(ctx context.Context, o lab.Options) error {
	limited, cancel := context.WithTimeout(ctx, labHeals)
	defer cancel()
	for {
		status, err := lab.ReadStatus(limited, o)
		switch {
		case err != nil || status.Healthy:
			return err
		case status.Paused:
			return fmt.Errorf("lab %s is paused", o.Name)
		}
		select {
		case <-time.After(time.Second):
		case <-limited.Done():
			return fmt.Errorf("lab %s is not well: %s", o.Name, strings.Join(status.Wrong, "; "))
		}
	}
}
