package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	yaml "go.yaml.in/yaml/v4"

	"github.com/openstack-eris/eris/inventory"
	"github.com/openstack-eris/eris/testenv/lab"
)

// cloud is an OpenStack as its clients are told of it, and where they work.
// This program is inside its network already.
type cloud struct {
	file, name string // its clouds.yaml and the entry there
	access     access
	dir        string // of this run: the clients' home, logs, databases, results
}

// access is an entry of a clouds.yaml, as far as the clients are told of it.
type access struct {
	Auth struct {
		URL           string `yaml:"auth_url"`
		User          string `yaml:"username"`
		Password      string `yaml:"password"`
		Project       string `yaml:"project_name"`
		UserDomain    string `yaml:"user_domain_name"`
		ProjectDomain string `yaml:"project_domain_name"`
	} `yaml:"auth"`
	Region string `yaml:"region_name"`
}

// ofLab reads how a lab that is up is used; clients work in dir, which is made.
func ofLab(o lab.Options, dir string) (*cloud, error) {
	file, err := lab.Inventory(o)
	if err != nil {
		return nil, err
	}
	inv, err := inventory.Load(file)
	if err != nil {
		return nil, err
	}
	return openCloud(inv.OpenStack.File, inv.OpenStack.Cloud, dir)
}

// openCloud reads an entry of a clouds.yaml.
func openCloud(file, name, dir string) (*cloud, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(dir, "home"), 0o700); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read clouds: %w", err)
	}
	var read struct {
		Clouds map[string]access `yaml:"clouds"`
	}
	if err := yaml.Unmarshal(text, &read); err != nil {
		return nil, fmt.Errorf("read clouds: %s: %w", file, err)
	}
	found, ok := read.Clouds[name]
	if !ok || found.Auth.URL == "" || found.Auth.Password == "" {
		return nil, fmt.Errorf("read clouds: %s has no cloud %s with auth_url and password", file, name)
	}
	return &cloud{file: file, name: name, access: found, dir: dir}, nil
}

// path is a file or folder of this run.
func (c *cloud) path(elements ...string) string {
	return filepath.Join(append([]string{c.dir}, elements...)...)
}

// run starts a client in a folder of this run and waits for its end. What it
// prints goes to log, a file of this run, and what it prints to stdout is
// returned as well. The client has a process namespace of its own: all that it
// starts ends with it, and it ends with this program.
func (c *cloud) run(ctx context.Context, folder, log string, argv ...string) ([]byte, error) {
	file, err := os.OpenFile(c.path(log), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	fmt.Fprintf(file, "== %s\n", strings.Join(argv, " "))
	// the kernel sends the death signal when the thread ends that started the child
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var out bytes.Buffer
	var last tail
	cmd := exec.CommandContext(ctx, "unshare", append([]string{"--pid", "--fork", "--kill-child", "--mount-proc", "--"}, argv...)...)
	cmd.Dir = c.path(folder)
	cmd.Env = []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=" + c.path("home"),
		"OS_CLIENT_CONFIG_FILE=" + c.file, "OS_CLOUD=" + c.name,
	}
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&out, &last, file), io.MultiWriter(&last, file)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return out.Bytes(), fmt.Errorf("run %s: %w: %s", strings.Join(argv, " "), err, last.text())
	}
	return out.Bytes(), nil
}

// openstack runs the stock command line client.
func (c *cloud) openstack(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Minute)
	defer cancel()
	return c.run(ctx, ".", "openstack.log", append([]string{"openstack"}, args...)...)
}

// ask runs the stock command line client and reads the JSON that it prints.
func (c *cloud) ask(ctx context.Context, into any, args ...string) error {
	out, err := c.openstack(ctx, append(args, "-f", "json")...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, into); err != nil {
		return fmt.Errorf("read what openstack %s printed: %w: %.200s", strings.Join(args, " "), err, out)
	}
	return nil
}

// tail keeps the end of what a program prints on either of its outputs, for the
// error that names it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

const tailSize = 2000

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - tailSize; over > 0 {
		t.kept = t.kept[over:]
	}
	return len(p), nil
}

func (t *tail) text() string { return strings.TrimSpace(string(t.kept)) }
