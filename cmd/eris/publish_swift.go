package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/openstack-eris/eris/loadgen"
	"github.com/openstack-eris/eris/loadgen/openstack/objectstore"
	"github.com/openstack-eris/eris/reports/publish"
)

// swiftFlags say where in Swift a site goes.
type swiftFlags struct {
	where        cloudFlag
	place, entry string
	fresh        bool
}

func (f *swiftFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.place, "swift", "", "send the site into a container of Swift: CONTAINER, or CONTAINER/PREFIX")
	cmd.Flags().BoolVar(&f.fresh, "make-container", false, "with --swift: make the container where there is none")
	cmd.Flags().StringVar(&f.entry, "cloud", "", "with --swift: another entry of the inventory's clouds.yaml")
	f.where.registerNamed(cmd)
}

// destination is where a site is pushed to; nil: nowhere.
type destination struct {
	cloud *openCloud
	*objectstore.Container
	there bool // the container is
	place string
}

// open logs in and looks for the container: who may not is told before anything is made.
func (f *swiftFlags) open(cmd *cobra.Command) (*destination, error) {
	if f.place == "" {
		for _, name := range []string{"make-container", "cloud", "inventory"} {
			if cmd.Flags().Changed(name) {
				return nil, refuse(fmt.Errorf("--%s is given, and --swift is not", name), "--swift CONTAINER sends the site there; the site itself is made without a cloud")
			}
		}
		return nil, nil //nolint:nilnil // nowhere is no error
	}
	if _, _, err := objectstore.Split(f.place); err != nil {
		return nil, refuse(err, "--swift CONTAINER or CONTAINER/PREFIX")
	}
	if err := f.where.named(); err != nil {
		return nil, err
	}
	cloud, err := f.where.open(cmd.Context(), 1)
	if err != nil {
		return nil, err
	}
	to := &destination{cloud: cloud, place: f.place}
	if err := f.enter(cmd.Context(), to); err != nil {
		return nil, errors.Join(err, to.Close())
	}
	return to, nil
}

func (f *swiftFlags) enter(ctx context.Context, to *destination) (err error) {
	at := to.cloud.OpenStack
	if at.File == "" && at.Cloud == "" {
		return refuse(fmt.Errorf("the inventory of %s names no entry of a clouds.yaml", to.cloud), "openstack: {file: clouds.yaml, cloud: ENTRY}")
	}
	env := loadgen.Env{Run: "publish", Clouds: at.File, Cloud: cmp.Or(f.entry, at.Cloud)}
	if to.Container, err = objectstore.Open(ctx, env, f.place, objectstore.Patient()); err != nil {
		if ctx.Err() != nil {
			return &exitError{code: exitStopped, err: err}
		}
		return refuse(fmt.Errorf("nothing was published: %w", err), "the inventory says which clouds.yaml and which entry in it; --cloud names another entry")
	}
	if to.there, err = to.There(ctx); err != nil {
		return stoppedOr(ctx, fmt.Errorf("nothing was published: %w", err), "")
	}
	if !to.there && !f.fresh {
		return refuse(fmt.Errorf("nothing was published: there is no container %s", to.Name()), "--make-container makes it")
	}
	return nil
}

// Close implements io.Closer, also of none.
func (d *destination) Close() error {
	if d == nil {
		return nil
	}
	if d.Container != nil {
		d.Container.Close()
	}
	return d.cloud.Close()
}

// push sends the site of a folder, and says what became of it. With keep it deletes nothing.
func (d *destination) push(cmd *cobra.Command, folder string, keep bool) (err error) {
	if d == nil {
		return nil
	}
	ctx, say := cmd.Context(), cmd.ErrOrStderr()
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("push site: %w", err)
	}
	defer func() { _ = root.Close() }() // it was read
	if !d.there {
		if err := d.Make(ctx); err != nil {
			return stoppedOr(ctx, fmt.Errorf("push site: %w", err), "the site is in "+folder+", and nothing was sent")
		}
		fmt.Fprintf(say, "made container %s\n", d.Name())
	}
	last := time.Now()
	done, err := publish.Push(ctx, d, root.FS(), keep, func(what, name string) {
		if time.Since(last) > 2*time.Second {
			last = time.Now()
			fmt.Fprintf(say, "%s %s\n", what, name)
		}
	})
	if taken := (*publish.TakenError)(nil); errors.As(err, &taken) {
		return refuse(fmt.Errorf("%w; nothing was sent to %s", err, d.place), "the site is in "+folder+"; --swift CONTAINER/PREFIX puts it beside what is there")
	}
	if err != nil {
		sayPart(say, done)
		if errors.Is(err, publish.ErrOther) {
			return stoppedOr(ctx, err, "the site is in "+folder+"; the same command again, when the other has ended, makes what is there whole")
		}
		return stoppedOr(ctx, err, "the site is in "+folder+"; "+findsNow(done)+"; the same command again sends the rest")
	}
	keptPages(say, d.place+"/", done.Kept)
	fmt.Fprintf(say, "%s: %d sent, %d as they were, %d deleted\n", d.place, len(done.Sent), len(done.Same), len(done.Deleted))
	fmt.Fprintln(cmd.OutOrStdout(), d.URL("index.html"))
	return nil
}

// sayPart names all that was sent and deleted of a push that did not come to its end.
func sayPart(w io.Writer, done publish.Pushed) {
	for _, name := range done.Sent {
		fmt.Fprintf(w, "sent %s\n", name)
	}
	for _, name := range done.Deleted {
		fmt.Fprintf(w, "deleted %s\n", name)
	}
	if done.Failed != "" {
		fmt.Fprintf(w, "not known to be sent: %s\n", done.Failed)
	}
	if len(done.Sent)+len(done.Deleted) == 0 && done.Failed == "" {
		fmt.Fprintln(w, "no page was sent")
	}
}

// findsNow says what a reader finds after such a push.
func findsNow(done publish.Pushed) string {
	switch {
	case done.Failed == "index.html":
		return "whether the index there is the new one is not known, and its reports are all there in any case"
	case done.NewIndex():
		return "the index there is the new one, with all its reports"
	case done.Earlier:
		return "the index there is that of before, with all its reports"
	}
	return "there is no index there yet"
}

// stoppedOr is an error of exit code 1, or 5 where somebody has stopped it.
func stoppedOr(ctx context.Context, err error, hint string) error {
	if ctx.Err() != nil {
		return &exitError{code: exitStopped, err: err, hint: hint}
	}
	return &exitError{code: exitInternal, err: err, hint: hint}
}
