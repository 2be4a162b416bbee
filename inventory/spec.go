package inventory

import (
	"time"

	"github.com/openstack-eris/eris/document"
)

// Version is the format that this program reads.
const Version = "eris/v1"

// spec is the file as it is written; see docs/inventory.md.
type spec struct {
	Version   document.Value[string]    `yaml:"version" required:"true"`
	Cloud     cloudSpec                 `yaml:"cloud" required:"true"`
	SSH       sshSpec                   `yaml:"ssh"`
	OpenStack openStackSpec             `yaml:"openstack"`
	Nodes     document.Map[nodeSpec]    `yaml:"nodes" required:"true"`
	Machines  document.Map[machineSpec] `yaml:"machines"`
	Switches  document.Map[switchSpec]  `yaml:"switches"`
	Services  document.Map[serviceSpec] `yaml:"services"`
	Groups    document.Map[groupSpec]   `yaml:"groups"`
}

type text = document.Value[string]

type cloudSpec struct {
	Name  text `yaml:"name" required:"true"`
	Kind  text `yaml:"kind"`
	Chaos text `yaml:"chaos"`
}

type sshSpec struct {
	User       *string             `yaml:"user"`
	Port       document.Value[int] `yaml:"port"`
	Key        *string             `yaml:"key"`
	KnownHosts *string             `yaml:"known_hosts"`
	Jump       text                `yaml:"jump"`
	Sudo       *bool               `yaml:"sudo"`
	Sessions   document.Value[int] `yaml:"sessions"`
}

type openStackSpec struct {
	File  string `yaml:"file"`
	Cloud string `yaml:"cloud"`
}

type nodeSpec struct {
	Address text                       `yaml:"address" required:"true"`
	Listen  text                       `yaml:"listen"`
	Roles   []string                   `yaml:"roles"`
	Zone    string                     `yaml:"zone"`
	Rack    string                     `yaml:"rack"`
	Switch  string                     `yaml:"switch"`
	Host    string                     `yaml:"host"`
	Chaos   text                       `yaml:"chaos"`
	SSH     sshSpec                    `yaml:"ssh"`
	Power   document.Value[*powerSpec] `yaml:"power"`
}

type machineSpec struct {
	Local   document.Value[bool] `yaml:"local"`
	Address text                 `yaml:"address"`
	Chaos   text                 `yaml:"chaos"`
	SSH     sshSpec              `yaml:"ssh"`
}

type switchSpec struct {
	On      text   `yaml:"on" required:"true"`
	Devices []text `yaml:"devices" required:"true"`
	Netns   text   `yaml:"netns"`
}

type serviceSpec struct {
	Unit      text                     `yaml:"unit"`
	Process   text                     `yaml:"process"`
	Container text                     `yaml:"container"`
	Pacemaker text                     `yaml:"pacemaker"`
	Pod       text                     `yaml:"pod"`
	Start     text                     `yaml:"start"`
	On        document.Value[onSpec]   `yaml:"on" required:"true"`
	Port      document.Value[int]      `yaml:"port"`
	Health    document.Value[*probing] `yaml:"health"`
	Leader    document.Value[*leading] `yaml:"leader"`
	Leaders   document.Map[leading]    `yaml:"leaders"`
	Chaos     text                     `yaml:"chaos"`
}

// onSpec is the part of a Selector that says on which nodes a service runs.
type onSpec struct {
	Node   string   `yaml:"node"`
	Nodes  []string `yaml:"nodes"`
	Role   string   `yaml:"role"`
	Zone   string   `yaml:"zone"`
	Rack   string   `yaml:"rack"`
	Switch string   `yaml:"switch"`
	Host   string   `yaml:"host"`
}

type probing struct {
	HTTP    text                          `yaml:"http"`
	TCP     document.Value[bool]          `yaml:"tcp"`
	Command text                          `yaml:"command"`
	Timeout document.Value[time.Duration] `yaml:"timeout"`
}

type leading struct {
	Address text                          `yaml:"address"`
	Command text                          `yaml:"command"`
	Timeout document.Value[time.Duration] `yaml:"timeout"`
}

type groupSpec struct {
	Services []text            `yaml:"services" required:"true"`
	Rule     ruleSpec          `yaml:"rule" required:"true"`
	Weights  document.Map[int] `yaml:"weights"`
}

// ruleSpec is a word, or a mapping from one of two words to a number.
type ruleSpec struct {
	rule Rule
	node *document.Node
}

// UnmarshalDocument reads n-1, majority, {min_up: N} or {tolerance: N}.
func (r *ruleSpec) UnmarshalDocument(report *document.Reporter, node *document.Node) {
	r.node = node
	if node.Shape != document.Mapping {
		var word string
		report.Decode(node, &word)
		switch kind := RuleKind(word); kind {
		case AllButOne, Majority:
			r.rule.Kind = kind
		case "":
		case MinUp, Tolerate:
			report.At(node).Hint("write {%s: 1}", word).Errorf("the rule %s wants a number", word)
		default:
			report.At(node).Unknown("rule", word, []string{"n-1", "majority", "{min_up: N}", "{tolerance: N}"})
		}
		return
	}
	var counts struct {
		MinUp    *int `yaml:"min_up"`
		Tolerate *int `yaml:"tolerance"`
	}
	report.Decode(node, &counts)
	switch {
	case counts.MinUp != nil && counts.Tolerate != nil, len(node.Entries) == 0:
		report.At(node).Errorf("a rule is one of min_up and tolerance")
	case counts.MinUp != nil:
		r.rule = Rule{Kind: MinUp, Count: *counts.MinUp}
	case counts.Tolerate != nil:
		r.rule = Rule{Kind: Tolerate, Count: *counts.Tolerate}
	}
}
