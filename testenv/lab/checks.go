package lab

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Check is something that holds for the cloud as a whole, asked on the first
// node of the role that is on: what an API says of its agents, say. Run prints
// a line for everything that is wrong and nothing when all is well.
type Check struct {
	Run string `yaml:"run"` // sh, a template like the files
}

// CheckStatus is the answer of a check.
type CheckStatus struct {
	Name    string   `json:"name"`           // role.check
	Node    string   `json:"node,omitempty"` // where it was asked; absent when no node of the role is on
	Healthy bool     `json:"healthy"`
	Wrong   []string `json:"wrong"` // what is wrong, in its words
}

// checkTimeout bounds one check: some wait for a service on the VIP.
const checkTimeout = 20 * time.Second

// runChecks asks every check of the profile, all at the same time.
func runChecks(ctx context.Context, p paths, r *renderer, on func(node string) bool) ([]CheckStatus, error) {
	var all []CheckStatus
	var asks []func(ctx context.Context, s *CheckStatus) error
	for _, part := range r.profile.order {
		checks := r.profile.parts[part].Checks
		for _, name := range slices.Sorted(maps.Keys(checks)) {
			all = append(all, CheckStatus{Name: part + "." + name, Wrong: []string{}})
			nodes := r.profile.nodesWith(part)
			asks = append(asks, func(ctx context.Context, s *CheckStatus) error {
				i := slices.IndexFunc(nodes, func(n NodeSpec) bool { return on(n.Name) })
				if i < 0 {
					s.Wrong = append(s.Wrong, "no node of the role is on")
					return nil
				}
				text, err := r.text(part, nodes[i], name, checks[name].Run)
				if err != nil {
					return err
				}
				s.Node = nodes[i].Name
				s.ask(ctx, p, string(text))
				return nil
			})
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, ask := range asks {
		group.Go(func() error { return ask(ctx, &all[i]) })
	}
	return all, group.Wait()
}

func (s *CheckStatus) ask(ctx context.Context, p paths, text string) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	answer, err := onNode(ctx, p, s.Node, text)
	s.judge(answer, err)
}

// judge reads an answer: each line is something wrong, and a question that
// could not be asked is not a good answer.
func (s *CheckStatus) judge(answer string, err error) {
	for line := range strings.Lines(answer) {
		if line = strings.TrimSpace(line); line != "" {
			s.Wrong = append(s.Wrong, line)
		}
	}
	if err != nil {
		s.Wrong = append(s.Wrong, err.Error())
	}
	s.Healthy = len(s.Wrong) == 0
}
