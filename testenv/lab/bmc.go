package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/openstack-eris/eris/inventory/remote/power"
)

// A node's BMC is a process of its own, OpenIPMI's ipmi_sim, which speaks the
// protocol that real machines speak. It works power.sh, and so depends neither
// on the node nor on a running Eris.

const bmcUser = "admin"

// bmcPassword has 16 letters, the most that ipmi_sim takes.
func (k *keys) bmcPassword(node string) string { return k.hex("bmc", node, 8) }

// lanConf is ipmi_sim's configuration, ipmi_lan(5): one user, and no session
// without its password. It opens none either when it has no guid.
func lanConf(p paths, k *keys, node NodeSpec) string {
	return fmt.Sprintf(`name "%s"
set_working_mc 0x20
startlan 1
  addr %s 623
  priv_limit admin
  allowed_auths_admin md5
  guid %s
endlan
chassis_control "bash '%s' '%s'"
user 1 false "" "" user 1 md5
user 2 true "%s" "%s" admin 10 md5
`, node.Name, node.BMC, k.hex("guid", node.Name, 16), p.script("power.sh"), p.node(node.Name), bmcUser, k.bmcPassword(node.Name))
}

// bmcCommands make one management controller, ipmi_sim_cmd(5), with chassis
// control among what it supports (0x80 of the support bits).
const bmcCommands = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x80 0x0 0x0
mc_enable 0x20
`

// startBMCs starts the BMC of every node where it does not run, and waits
// until each answers.
func startBMCs(ctx context.Context, o Options, r *renderer) error {
	p := o.paths()
	for _, n := range r.profile.Nodes {
		if !n.BMC.IsValid() {
			continue
		}
		running, err := cgroupProcesses(p.group + "/" + n.Name + ".bmc")
		if err != nil {
			return err
		}
		if len(running) > 0 {
			if err := waitBMC(ctx, o, n); err == nil {
				continue
			} else if ctx.Err() != nil { // nobody waited for its answer
				return err
			}
		}
		if err := endProcesses(ctx, p.group+"/"+n.Name+".bmc"); err != nil { // one that hangs
			return fmt.Errorf("start BMC of %s: %w", n.Name, err)
		}
		o.Progress("power", "BMC of "+n.Name+" at "+n.BMC.String())
		if err := layPower(p, r.profile, o.Name, n); err != nil { // the node may run since before it had a BMC
			return fmt.Errorf("start BMC of %s: %w", n.Name, err)
		}
		if err := startBMC(ctx, p, r, n); err != nil {
			return fmt.Errorf("start BMC of %s: %w", n.Name, err)
		}
		if err := waitBMC(ctx, o, n); err != nil {
			return err
		}
	}
	return nil
}

func startBMC(ctx context.Context, p paths, r *renderer, n NodeSpec) error {
	if err := os.MkdirAll(p.bmc(n.Name, "state"), 0o700); err != nil {
		return err
	}
	var errs []error
	for name, text := range map[string]string{
		"lan.conf": lanConf(p, r.keys, n), "commands": bmcCommands, "password": r.keys.bmcPassword(n.Name) + "\n",
	} {
		errs = append(errs, replaceFile(p.bmc(n.Name, name), text))
	}
	in := inside{p.netns}
	errs = append(errs, in.ip(ctx, "addr", "replace", fmt.Sprintf("%s/%d", n.BMC, r.profile.OutOfBand.Prefix.Bits()), "dev", r.profile.OutOfBand.Bridge))
	if err := errors.Join(errs...); err != nil {
		return err
	}
	_, err := run(ctx, p.inLab("setsid", "--fork", "bash", p.script("bmc.sh"), p.node(n.Name))...)
	return err
}

// waitBMC waits until a node's BMC knows of its node. It is given some time, since all of
// a machine's processors may be at work.
func waitBMC(ctx context.Context, o Options, n NodeSpec) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	driver, err := o.driver(n)
	if err != nil {
		return err
	}
	err = poll(ctx, "the BMC of "+n.Name, 50*time.Millisecond, func() error {
		state, err := driver.Status(ctx)
		if err == nil && state == power.Unknown {
			err = errors.New("it does not know whether the node is on")
		}
		return err
	})
	if err != nil {
		log, _ := os.ReadFile(o.paths().bmc(n.Name, "log"))
		return fmt.Errorf("%w %s", err, strings.TrimSpace(string(log)))
	}
	return nil
}
