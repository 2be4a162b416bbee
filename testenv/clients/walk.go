package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

// walked is the life of a server in the hands of the stock command line client.
type walked struct {
	steps []step
	err   error // of the first step that failed
}

// step is one thing done with the client, which may start it several times.
type step struct {
	name string
	took time.Duration
}

// walker is what the steps work on: names and ids of what they made.
type walker struct {
	cloud                   *cloud
	name                    string // of everything that is made
	server, address, volume string
	keyMade                 bool
	again                   []string // what was not deleted at the first try, and why
}

// walk logs in, lists, boots a server, reaches it by HTTP and SSH through its
// floating IP, and takes away all of it, also when a step failed.
func walk(ctx context.Context, c *cloud) (report, error) {
	w := &walker{cloud: c, name: fmt.Sprintf("eris-walk-%d", os.Getpid())}
	done := &walked{}
	for _, s := range []struct {
		name string
		act  func(ctx context.Context) error
	}{
		{"issue a token", w.token},
		{"read the catalogue", w.catalogue},
		{"list images, flavors and networks", w.lists},
		{"make a key pair", w.keyPair},
		{"boot a server", w.boot},
		{"give it a floating IP", w.floatingIP},
		{"read its page over HTTP", w.page},
		{"log in with ssh", w.login},
		{"read its console", w.console},
		{"make a volume", w.makeVolume},
	} {
		if !done.do(ctx, s.name, s.act) {
			break
		}
	}
	done.do(context.WithoutCancel(ctx), "delete all of it", w.deleteAll)
	for _, why := range w.again { // no retry is silent
		done.steps[len(done.steps)-1].name += "; tried again: " + why
	}
	return done, nil
}

// do takes a step and says whether it was done.
func (w *walked) do(ctx context.Context, name string, act func(ctx context.Context) error) bool {
	started := time.Now()
	err := act(ctx)
	w.steps = append(w.steps, step{name, time.Since(started)})
	if err != nil {
		w.err = errors.Join(w.err, fmt.Errorf("openstack client: %s: %w", name, err))
	}
	return err == nil
}

func (w *walker) token(ctx context.Context) error {
	var token struct {
		ID string `json:"id"`
	}
	if err := w.cloud.ask(ctx, &token, "token", "issue"); err != nil {
		return err
	}
	if token.ID == "" {
		return errors.New("the token is empty")
	}
	return nil
}

// list asks for a list and wants some names in it.
func (w *walker) list(ctx context.Context, column string, want []string, args ...string) error {
	var rows []map[string]any
	if err := w.cloud.ask(ctx, &rows, args...); err != nil {
		return err
	}
	var names []string
	for _, row := range rows {
		names = append(names, fmt.Sprint(row[column]))
	}
	for _, name := range want {
		if !slices.Contains(names, name) {
			return fmt.Errorf("no %s in what openstack %s lists: %v", name, strings.Join(args, " "), names)
		}
	}
	return nil
}

func (w *walker) catalogue(ctx context.Context) error {
	return w.list(ctx, "Type", []string{"identity", "compute", "image", "network", "placement", "volumev3"}, "catalog", "list")
}

func (w *walker) lists(ctx context.Context) error {
	for _, l := range []struct{ kind, want string }{{"image", "probe"}, {"flavor", "tiny"}, {"network", "private"}, {"network", "ext"}} {
		if err := w.list(ctx, "Name", []string{l.want}, l.kind, "list"); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) keyPair(ctx context.Context) error {
	w.keyMade = true // also when the answer is lost
	key := w.cloud.path(w.name)
	if _, err := w.cloud.openstack(ctx, "keypair", "create", "--private-key", key, w.name); err != nil {
		return err
	}
	return os.Chmod(key, 0o600) // the client leaves it open to all, and ssh refuses that
}

func (w *walker) boot(ctx context.Context) error {
	var server struct {
		ID     string `json:"id"`
		Status string `json:"status"`
	}
	w.server = w.name // deletable by its name when the answer is lost
	err := w.cloud.ask(ctx, &server, "server", "create", "--image", "probe", "--flavor", "tiny", "--network", "private",
		"--security-group", "probe", "--key-name", w.name, "--wait", w.name)
	if err != nil {
		return err
	}
	w.server = server.ID
	if server.Status != "ACTIVE" {
		return fmt.Errorf("server %s is %s", server.ID, server.Status)
	}
	return nil
}

func (w *walker) floatingIP(ctx context.Context) error {
	var made struct {
		Address string `json:"floating_ip_address"`
	}
	if err := w.cloud.ask(ctx, &made, "floating", "ip", "create", "ext"); err != nil {
		return err
	}
	w.address = made.Address
	_, err := w.cloud.openstack(ctx, "server", "add", "floating", "ip", w.server, w.address)
	return err
}

// page waits until the server's own page says that it is this server.
func (w *walker) page(ctx context.Context) error {
	client := &http.Client{Timeout: 5 * time.Second}
	return eventually(ctx, time.Minute, func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.address+"/", nil)
		if err != nil {
			return err
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer func() { _ = response.Body.Close() }()
		var page struct {
			Instance string `json:"instance_id"`
		}
		if err := json.NewDecoder(io.LimitReader(response.Body, 1<<16)).Decode(&page); err != nil {
			return err
		}
		if page.Instance != w.server {
			return fmt.Errorf("the page at %s is that of server %q, not of %s", w.address, page.Instance, w.server)
		}
		return nil
	})
}

// login uses the private key that the client wrote.
func (w *walker) login(ctx context.Context) error {
	return eventually(ctx, time.Minute, func() error {
		out, err := w.cloud.run(ctx, ".", "openstack.log", "ssh", "-i", w.cloud.path(w.name), "-o", "BatchMode=yes", "-o", "ConnectTimeout=5",
			"-o", "StrictHostKeyChecking=accept-new", "-o", "UserKnownHostsFile="+w.cloud.path("known_hosts"), "guest@"+w.address, "hostname")
		if err != nil {
			return err
		}
		if name := strings.TrimSpace(string(out)); name != w.name {
			return fmt.Errorf("the host at %s is called %q, not %s", w.address, name, w.name)
		}
		return nil
	})
}

func (w *walker) console(ctx context.Context) error {
	out, err := w.cloud.openstack(ctx, "console", "log", "show", w.server)
	if err == nil && !strings.Contains(string(out), "guest "+w.name+" boots") {
		err = fmt.Errorf("it does not say that %s boots: %.300s", w.name, out)
	}
	return err
}

func (w *walker) makeVolume(ctx context.Context) error {
	var made struct {
		ID string `json:"id"`
	}
	w.volume = w.name
	if err := w.cloud.ask(ctx, &made, "volume", "create", "--size", "1", w.name); err != nil {
		return err
	}
	w.volume = made.ID
	return eventually(ctx, time.Minute, func() error {
		var volume struct {
			Status string `json:"status"`
		}
		if err := w.cloud.ask(ctx, &volume, "volume", "show", w.volume); err != nil {
			return err
		}
		if volume.Status != "available" {
			return fmt.Errorf("volume %s is %s", w.volume, volume.Status)
		}
		return nil
	})
}

// deleteAll tries each more than once: what failed before may fail it, too.
func (w *walker) deleteAll(ctx context.Context) error {
	var errs []error
	remove := func(made string, args ...string) {
		if made != "" {
			var first error
			err := eventually(ctx, 30*time.Second, func() error {
				_, err := w.cloud.openstack(ctx, append(args, made)...)
				first = cmp.Or(first, err)
				return err
			})
			if err == nil && first != nil {
				w.again = append(w.again, strings.Join(strings.Fields(first.Error()), " "))
			}
			errs = append(errs, err)
		}
	}
	remove(w.server, "server", "delete", "--wait")
	remove(w.address, "floating", "ip", "delete")
	remove(w.volume, "volume", "delete")
	if w.keyMade {
		remove(w.name, "keypair", "delete")
	}
	return errors.Join(errs...)
}

// eventually tries again, every second, until it is done or its time is over.
func eventually(ctx context.Context, limit time.Duration, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not in %s: %w", limit, err)
		case <-tick.C:
		}
	}
}

func (w *walked) wrong() error { return w.err }

func (w *walked) markdown(out io.Writer) {
	fmt.Fprint(out, "### The `openstack` client\n\n| step | seconds |\n| --- | --: |\n")
	for _, s := range w.steps {
		fmt.Fprintf(out, "| %s | %.1f |\n", s.name, s.took.Seconds())
	}
}
