package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/openstack-eris/eris/inventory/remote/power"
)

// ReadNode reads the health of one node of a lab that is up, and whether systemd
// has nothing left to start or to stop there. The error says what is not well.
func ReadNode(ctx context.Context, o Options, node string) error {
	o, profile, spec, err := open(o, node)
	if err != nil {
		return err
	}
	k, err := readKeys(o.paths(), profile)
	if err != nil {
		return err
	}
	s, _, err := probeNode(ctx, o.paths(), &renderer{name: o.Name, profile: profile, keys: k}, spec)
	if err != nil {
		return err
	}
	if !s.On {
		return fmt.Errorf("%s is off", node)
	}
	for _, service := range s.Services {
		if !service.Healthy {
			return fmt.Errorf("%s on %s: %s", service.Name, node, service.Why)
		}
	}
	if len(s.Stopped) > 0 {
		return fmt.Errorf("%s on %s stands still", strings.Join(s.Stopped, ", "), node)
	}
	if len(s.Kept) > 0 {
		return errors.New(s.Kept[0].on(node))
	}
	jobs, err := onNode(limit(ctx), o.paths(), node, "systemctl list-jobs --no-legend")
	if err == nil && jobs != "" {
		err = errors.New(jobs)
	}
	if err != nil {
		return fmt.Errorf("%s is not at rest: %w", node, err)
	}
	return nil
}

// probeNode reads one node: its services' own probes and its facts.
func probeNode(ctx context.Context, p paths, r *renderer, n NodeSpec) (NodeStatus, bool, error) {
	s, err := usage(p, n)
	if err != nil || !s.On {
		return s, false, err
	}
	if s.Stopped, s.stoppedUnits, err = stopped(p, n.Name); err != nil {
		return s, false, err
	}
	if s.Kept, err = keptOn(ctx, p, n.Name, 0); err != nil {
		s.keptUnknown = err.Error()
	}
	for _, part := range r.profile.order {
		if !slices.Contains(r.profile.Roles[n.Role], part) {
			continue
		}
		role := r.profile.parts[part]
		for _, name := range slices.Sorted(maps.Keys(role.Services)) {
			s.Services = append(s.Services, probeService(ctx, p, n, name, role.Services[name]))
		}
		for name, fact := range role.Facts {
			text, err := r.text(part, n, name, fact.Run)
			if err != nil {
				return s, false, err
			}
			answer, err := onNode(limit(ctx), p, n.Name, string(text))
			if err != nil {
				answer = "unknown"
			}
			s.Facts[part+"."+name] = answer
		}
	}
	if !r.profile.VIP.IsValid() {
		return s, false, nil
	}
	held, err := onNode(limit(ctx), p, n.Name, "ip -o -4 addr show to "+r.profile.vip())
	if err != nil {
		s.vipUnknown = err.Error()
	}
	return s, err == nil && held != "", nil
}

// probeBMC asks the BMC of a node, if it has one.
func probeBMC(ctx context.Context, o Options, n NodeSpec) *BMCStatus {
	if !n.BMC.IsValid() {
		return nil
	}
	state := power.Unknown
	driver, err := o.driver(n)
	if err == nil {
		state, err = driver.Status(limit(ctx))
	}
	s := &BMCStatus{Power: string(state)}
	if err != nil {
		s.Why = err.Error()
	}
	return s
}

// limit bounds one question to a node; the context's timer frees itself.
func limit(ctx context.Context) context.Context {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	context.AfterFunc(ctx, cancel)
	return ctx
}

func probeService(ctx context.Context, p paths, n NodeSpec, name string, service Service) ServiceStatus {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	at := fmt.Sprintf("%s:%d", n.Address, service.Port)
	client := newClient(p)
	var err error
	switch h := service.Health; {
	case h.HTTP != "":
		_, err = client.get(ctx, "http://"+at+h.HTTP)
	case h.TCP:
		err = client.connect(ctx, at)
	default:
		_, err = onNode(ctx, p, n.Name, h.Command)
	}
	if err != nil {
		return ServiceStatus{Name: name, Why: err.Error()}
	}
	return ServiceStatus{Name: name, Healthy: true}
}

// judge lists what is wrong on the node, in words.
func (n NodeStatus) judge(r *renderer, spec NodeSpec) []string {
	var wrong []string
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if n.BMC != nil && n.BMC.Why != "" {
		bad("BMC of %s: %s", n.Name, n.BMC.Why)
	} else if n.BMC != nil && (n.BMC.Power == string(power.On)) != n.On {
		bad("BMC of %s says that it is %s", n.Name, n.BMC.Power)
	}
	if !n.On {
		bad("%s is off", n.Name)
		return wrong
	}
	for _, service := range n.Services {
		if !service.Healthy {
			bad("%s on %s: %s", service.Name, n.Name, service.Why)
		}
	}
	for _, name := range n.Stopped {
		bad("%s on %s stands still: it was stopped or frozen", name, n.Name)
	}
	for _, k := range n.Kept {
		bad("%s", k.on(n.Name))
	}
	if n.keptUnknown != "" {
		bad("%s", n.keptUnknown)
	}
	for _, key := range slices.Sorted(maps.Keys(n.Facts)) {
		part, name, _ := strings.Cut(key, ".")
		want, err := r.text(part, spec, name, r.profile.parts[part].Facts[name].Want)
		if err != nil {
			bad("%s on %s: %v", key, n.Name, err)
		} else if len(want) > 0 && n.Facts[key] != string(want) {
			bad("%s on %s is %q, not %s", key, n.Name, n.Facts[key], want)
		}
	}
	return wrong
}
