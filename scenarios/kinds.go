package scenarios

import (
	"strings"

	"github.com/openstack-eris/eris/document"
	"github.com/openstack-eris/eris/faults"
)

// validator is a kind whose arguments must fit one another. Several errors
// joined are several problems.
type validator interface{ Validate() error }

// reader is a kind whose arguments name files. It takes them in once, when the
// scenario is loaded, relative to the scenario's folder, and a plan shows the
// sha256 sum of each.
type reader interface {
	ReadFiles(dir string) error
	Files() map[string]string
}

// kind makes an instance of a kind of the catalogue and decodes its arguments
// strictly. It returns false when the kind is unknown.
func kind[T any](l *loader, what string, kinds *document.Kinds[T], name document.Value[string], args *document.Node) (T, bool) {
	var instance T
	if name.V == "" {
		return instance, false // its absence has been reported
	}
	k, ok := kinds.Lookup(name.V)
	if !ok {
		at := l.report.At(name.Node)
		if hint := faults.ByAnotherName(name.V); what == "fault" && hint != "" {
			at.Hint("%s", hint).Errorf("unknown fault %q", name.V)
		} else {
			at.Unknown(what, name.V, kinds.Names())
		}
		return instance, false
	}
	instance = k.New()
	if args != nil {
		l.report.Decode(args, any(instance))
	} else {
		for _, a := range document.Describe(any(instance)) {
			if a.Required {
				l.report.At(name.Node).Errorf("%s needs args: %s is missing", name.V, a.Name)
			}
		}
	}
	if v, ok := any(instance).(validator); ok {
		for _, err := range each(v.Validate()) {
			l.report.At(blamed(err, name.Node, args)).Errorf("%s: %v", name.V, err)
		}
	}
	if r, ok := any(instance).(reader); ok && !l.WithoutFiles {
		for _, err := range each(r.ReadFiles(l.dir)) {
			l.report.At(blamed(err, name.Node, args)).Errorf("%s: %v", name.V, err)
		}
	}
	return instance, true
}

// blamed is what an error of a kind is about: the argument whose name it begins with,
// and where that is not given, or it is of several, all of them or the kind.
func blamed(err error, name, args *document.Node) *document.Node {
	if args == nil {
		return name
	}
	key, _, _ := strings.Cut(err.Error(), ":")
	if given := args.Get(key); given != nil {
		return given
	}
	return args.Key
}

// each takes joined errors apart.
func each(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}
