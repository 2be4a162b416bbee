package main

import (
	"context"
	"io"
)

// hogChild is a busy loop on one processor. It says that it runs.
func hogChild(ctx context.Context, _ []byte, out io.Writer) error {
	if err := say(out, "running"); err != nil {
		return err
	}
	for n := 0; ; n++ {
		if n%1_000_000 == 0 && ctx.Err() != nil {
			return nil //nolint:nilerr // being told to end is its end
		}
	}
}

// withHog runs use beside a busy loop.
func withHog(ctx context.Context, use func() error) error {
	p, err := start(ctx, "hog", nil)
	if err != nil {
		return err
	}
	var running string
	if err := p.read(&running); err != nil {
		return err
	}
	used := use()
	if err := p.end(); err != nil {
		return err
	}
	return used
}
