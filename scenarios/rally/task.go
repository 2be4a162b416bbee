package rally

import (
	"slices"

	"github.com/openstack-eris/eris/document"
)

// task is a task file in either version.
type task struct {
	title     string
	workloads []*workload
}

// workload is one of them: a scenario of Rally's, and how it is run.
type workload struct {
	title    string
	name     string         // of Rally's scenario
	at       *document.Node // that name
	args     *document.Node // these and the next ones may be nil
	runner   string         // empty: none is said
	amount   *document.Node // the runner's settings
	contexts *document.Node
	sla      *document.Node
	hooks    []hook
}

// hook is an action beside the load and what triggers it.
type hook struct {
	at       *document.Node
	action   string
	args     *document.Node
	trigger  string
	settings *document.Node
}

// reader reads a task and collects what is wrong with it.
type reader struct{ report *document.Reporter }

// read reads the text of a task, of which nothing is a template any more. The
// error is document.Problems.
func read(file string, text []byte) (*task, error) {
	doc, problems := document.Parse(file, text)
	if doc == nil {
		return nil, problems
	}
	r := &reader{doc.Reporter()}
	r.report.Add(problems)
	var t *task
	if v := doc.Root.Get("version"); v != nil {
		t = r.second(doc.Root, v)
	} else {
		t = r.first(doc.Root)
	}
	if len(t.workloads) == 0 && len(r.report.Problems()) == 0 {
		r.report.At(doc.Root).Errorf("the task has no workload")
	}
	if wrong := r.report.Problems(); len(wrong) > 0 {
		return nil, wrong
	}
	return t, nil
}

// shaped tells that a node is there and has a shape, and reports another one.
func (r *reader) shaped(n *document.Node, shape document.Shape, what string) bool {
	if n == nil || n.Shape == document.Null {
		return false
	}
	if n.Shape != shape {
		r.report.At(n).Errorf("%s: wants %s, not %s", what, shape, n.Shape)
		return false
	}
	return true
}

// keys reports what is none of the known ones.
func (r *reader) keys(n *document.Node, known ...string) {
	for _, e := range n.Entries {
		if !slices.Contains(known, e.Name()) {
			r.report.At(e.Key).Unknown("key", e.Name(), known)
		}
	}
}

// single is the one entry of a mapping that names what it is about; in version 2
// also a name alone.
func (r *reader) single(n *document.Node, what string) (name string, at, settings *document.Node) {
	switch {
	case n == nil || n.Shape == document.Null:
		return "", nil, nil
	case n.Shape == document.Scalar:
		return n.Text, n, nil
	case !r.shaped(n, document.Mapping, what):
	case len(n.Entries) != 1:
		r.report.At(n).Errorf("%s: wants one name, and there are %d", what, len(n.Entries))
	default:
		return n.Entries[0].Name(), n.Entries[0].Key, n.Entries[0].Value
	}
	return "", nil, nil
}

// first reads version 1: {NAME: [{args, runner, context, sla, hooks}]}.
func (r *reader) first(root *document.Node) *task {
	t := &task{}
	if !r.shaped(root, document.Mapping, "a task") {
		return t
	}
	for _, e := range root.Entries {
		if !r.shaped(e.Value, document.Sequence, e.Name()) {
			continue
		}
		for _, n := range e.Value.Items {
			if !r.shaped(n, document.Mapping, e.Name()) {
				continue
			}
			r.keys(n, "args", "description", "runner", "context", "sla", "hooks")
			w := &workload{title: text(n.Get("description")), name: e.Name(), at: n, args: n.Get("args"), contexts: n.Get("context"), sla: n.Get("sla")}
			if runner := n.Get("runner"); r.shaped(runner, document.Mapping, "runner") {
				w.runner, w.amount = text(runner.Get("type")), runner
				if w.runner == "" {
					r.report.At(runner).Errorf("runner: type is missing")
				}
			}
			if list := n.Get("hooks"); r.shaped(list, document.Sequence, "hooks") {
				for _, h := range list.Items {
					if r.shaped(h, document.Mapping, "hooks") {
						r.keys(h, "name", "description", "args", "trigger")
						trigger := h.Get("trigger")
						w.hooks = append(w.hooks, hook{h, text(h.Get("name")), h.Get("args"), text(trigger.Get("name")), trigger.Get("args")})
					}
				}
			}
			t.workloads = append(t.workloads, w)
		}
	}
	return t
}

// second reads version 2: a list of subtasks, each with one workload or several.
func (r *reader) second(root, version *document.Node) *task {
	t := &task{title: text(root.Get("title"))}
	if version.Text != "2" {
		r.report.At(version).Hint("1 and 2 are").Errorf("version %s of Rally's format is not known", version.Text)
		return t
	}
	r.keys(root, "version", "title", "description", "tags", "subtasks")
	if !r.shaped(root.Get("subtasks"), document.Sequence, "subtasks") {
		return t
	}
	for _, s := range root.Get("subtasks").Items {
		if !r.shaped(s, document.Mapping, "subtasks") {
			continue
		}
		title := text(s.Get("title"))
		if s.Get("workloads") == nil {
			r.keys(s, "title", "group", "description", "tags", "scenario", "runner", "sla", "hooks", "contexts")
			r.add(t, s, title)
			continue
		}
		r.keys(s, "title", "group", "description", "tags", "run_in_parallel", "workloads")
		if !r.shaped(s.Get("workloads"), document.Sequence, "workloads") {
			continue
		}
		for _, n := range s.Get("workloads").Items {
			if r.shaped(n, document.Mapping, "workloads") {
				r.keys(n, "scenario", "description", "runner", "sla", "hooks", "contexts")
				r.add(t, n, title)
			}
		}
	}
	return t
}

func (r *reader) add(t *task, n *document.Node, title string) {
	w := &workload{title: title, contexts: n.Get("contexts"), sla: n.Get("sla")}
	w.name, w.at, w.args = r.single(n.Get("scenario"), "scenario")
	if w.at == nil {
		r.report.At(n).Errorf("scenario is missing")
		return
	}
	w.runner, _, w.amount = r.single(n.Get("runner"), "runner")
	if list := n.Get("hooks"); r.shaped(list, document.Sequence, "hooks") {
		for _, h := range list.Items {
			if r.shaped(h, document.Mapping, "hooks") {
				r.keys(h, "description", "action", "trigger")
				of := hook{at: h}
				of.action, _, of.args = r.single(h.Get("action"), "action")
				of.trigger, _, of.settings = r.single(h.Get("trigger"), "trigger")
				w.hooks = append(w.hooks, of)
			}
		}
	}
	t.workloads = append(t.workloads, w)
}

// text is a scalar; empty where there is none.
func text(n *document.Node) string {
	if n == nil || n.Shape != document.Scalar {
		return ""
	}
	return n.Text
}
