package collectors

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

// Parse reads a line of Script.
func (*OVN) Parse(_ *inventory.Node, line string) ([]record.Reading, error) {
	state, _, err := reply("ovn", line)
	if err != nil || state == replyNone {
		return nil, err
	}
	var readings []record.Reading
	_, text, _ := strings.Cut(line, " ")
	if state != replyUp || text == "" {
		return nil, fmt.Errorf("parse ovn: %q is no line of this collector", line)
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(text, partSeparator), partSeparator) {
		some, err := ovnPart(part)
		if err != nil {
			return nil, err
		}
		readings = append(readings, some...)
	}
	return readings, nil
}

// ovnPart reads "NAME STATUS TEXT" of a part.
func ovnPart(part string) ([]record.Reading, error) {
	words := strings.SplitN(strings.ReplaceAll(part, lineSeparator, "\n"), " ", 3)
	if len(words) != 3 {
		return nil, fmt.Errorf("parse ovn: %q is not NAME STATUS TEXT", part)
	}
	name, status, said := words[0], words[1], strings.TrimSpace(words[2])
	var readings []record.Reading
	var err error
	down := ovnDown(status, said)
	switch cannot := ovnCannot(status, said, down); {
	case cannot != "":
		return nil, fmt.Errorf("read ovn: %s: %s", name, cannot)
	case name == northbound || name == southbound:
		readings, err = ovnDatabase(name, said, down)
	case name == northd:
		readings = ovnNorthd(said, down)
	case name == controller:
		readings, err = ovnController(said, down)
	default:
		return nil, fmt.Errorf("parse ovn: %q is no part of it", name)
	}
	if err != nil {
		return nil, fmt.Errorf("parse ovn: %s: %w", name, err)
	}
	return readings, nil
}

// ovnAway is what is said of a part that is not there, by the tools and by engines of containers.
var ovnAway = regexp.MustCompile(`No such file|Connection (refused|reset)|is not running|container state improper|o such container|is paused|is restarting`)

// ovnDown tells whether a part did not answer.
func ovnDown(status, said string) bool {
	if slices.Contains([]string{"124", "137"}, status) || status == "1" && said == "" {
		return true
	}
	if status == "0" || status == "runs" {
		return false
	}
	return ovnAway.MatchString(said)
}

// notClustered is what a server of a database that is alone says to the question for its cluster.
const notClustered = "is not a valid command"

// ovnCannot says why a part cannot be asked; empty where it was, or is down.
func ovnCannot(status, said string, down bool) string {
	lines := strings.Split(said, "\n")
	switch {
	case status == "127" || strings.Contains(said, "executable file not found") || strings.Contains(said, "ovs-appctl: not found"):
		return "ovs-appctl or timeout is not installed"
	case status == "runs":
		return "it runs, and has no socket where the collector looks: " + lines[0]
	case down || status == "0" || strings.Contains(said, notClustered) || strings.Contains(said, "unknown cluster"):
		return ""
	}
	return fmt.Sprintf("asking it ended with status %s: %s", status, lines[len(lines)-1])
}

// ovnDatabase reads the state of a member, and below it of the Northbound what was counted.
func ovnDatabase(name, said string, down bool) ([]record.Reading, error) {
	labels := map[string]string{"database": name}
	reading := func(signal string, value float64) record.Reading {
		return record.Reading{Signal: "ovn." + signal, Labels: labels, Value: value}
	}
	if down {
		return []record.Reading{reading("db_up", 0), reading("member", 0), reading("leader", 0)}, nil
	}
	readings := []record.Reading{reading("db_up", 1)}
	fields := ovnFields(said)
	if !strings.Contains(said, notClustered) {
		if fields["Role"] == "" || fields["Status"] == "" {
			return nil, errors.New("it is no state of a member")
		}
		readings = append(readings,
			reading("member", flag(fields["Status"] == "cluster member")), reading("leader", flag(fields["Role"] == "leader")),
			reading("candidate", flag(fields["Role"] == "candidate")), reading("leader_known", flag(fields["Leader"] != "unknown")))
		for _, each := range []struct{ signal, field string }{{"term", "Term"}, {"uncommitted", "Entries not yet committed"}, {"unapplied", "Entries not yet applied"}} {
			value, err := number(fields[each.field])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", each.field, err)
			}
			readings = append(readings, reading(each.signal, value))
		}
		members, connected := ovnServers(said, fields["Connections"])
		readings = append(readings, reading("members", members), reading("connected", connected))
	}
	if name == northbound {
		behind, err := ovnBehind(said)
		return append(readings, behind...), err
	}
	return readings, nil
}

// ovnFields are the lines NAME: VALUE.
func ovnFields(said string) map[string]string {
	fields := map[string]string{}
	for line := range strings.SplitSeq(said, "\n") {
		if name, value, found := strings.Cut(line, ":"); found && !strings.HasPrefix(line, " ") {
			fields[name] = strings.TrimSpace(value)
		}
	}
	return fields
}

// ovnServer is the line of a member in a cluster's state.
var ovnServer = regexp.MustCompile(`(?m)^ +([0-9a-f]{4,}) \(.*$`)

// ovnServers counts the members, and those that there is a connection with, to or from
// them; one in brackets is not there. The member itself needs none.
func ovnServers(said, connections string) (members, connected float64) {
	for _, server := range ovnServer.FindAllStringSubmatch(said, -1) {
		members++
		joined := slices.ContainsFunc(strings.Fields(connections), func(word string) bool {
			return word == "->"+server[1] || word == "<-"+server[1]
		})
		if joined || strings.Contains(server[0], "(self)") {
			connected++
		}
	}
	return members, connected
}

// ovnBehind reads what was counted in the Northbound; nothing where it could not be asked
// for that, or nothing is there yet.
func ovnBehind(said string) ([]record.Reading, error) {
	var global []struct {
		Rows []struct {
			Northbound  *float64 `json:"nb_cfg"`
			Southbound  *float64 `json:"sb_cfg"`
			Hypervisors *float64 `json:"hv_cfg"`
		} `json:"rows"`
	}
	if err := ovnRows(said, &global); err != nil || len(global) != 1 || len(global[0].Rows) != 1 {
		return nil, err
	}
	row := global[0].Rows[0]
	if row.Northbound == nil || row.Southbound == nil || row.Hypervisors == nil {
		return nil, nil
	}
	return []record.Reading{
		{Signal: "ovn.northd_behind", Value: max(*row.Northbound-*row.Southbound, 0)},
		{Signal: "ovn.chassis_behind", Value: max(*row.Northbound-*row.Hypervisors, 0)},
	}, nil
}

// ovnRows reads the line that is the answer to a query, where there is one.
func ovnRows(said string, into any) error {
	for line := range strings.SplitSeq(said, "\n") {
		if strings.HasPrefix(line, "[") {
			if err := json.Unmarshal([]byte(line), into); err != nil {
				return fmt.Errorf("the answer to the query is no document: %w", err)
			}
		}
	}
	return nil
}

// ovnNorthd reads what ovn-northd says of itself.
func ovnNorthd(said string, down bool) []record.Reading {
	fields := ovnFields(said)
	readings := []record.Reading{
		{Signal: "ovn.northd_up", Value: flag(!down)}, {Signal: "ovn.northd_active", Value: flag(!down && fields["Status"] == "active")},
	}
	for _, database := range []string{northbound, southbound} {
		if state := fields[database]; down || state == "connected" || state == "not connected" {
			readings = append(readings, record.Reading{
				Signal: "ovn.northd_connected", Labels: map[string]string{"database": database}, Value: flag(state == "connected" && !down),
			})
		}
	}
	return readings
}

// ovnController reads what ovn-controller says, and what it left at its bridge.
func ovnController(said string, down bool) ([]record.Reading, error) {
	first, _, _ := strings.Cut(said, "\n")
	if !down && first != "connected" && first != "not connected" {
		return nil, fmt.Errorf("%q is no state of a connection", first)
	}
	readings := []record.Reading{
		{Signal: "ovn.controller_up", Value: flag(!down)}, {Signal: "ovn.controller_connected", Value: flag(!down && first == "connected")},
	}
	var bridges []struct {
		Rows []struct {
			External [2]json.RawMessage `json:"external_ids"`
		} `json:"rows"`
	}
	if err := ovnRows(said, &bridges); down || err != nil || len(bridges) != 1 {
		return readings, err
	}
	for _, row := range bridges[0].Rows {
		var ids [][2]string
		if err := json.Unmarshal(row.External[1], &ids); err != nil {
			return nil, fmt.Errorf("external_ids: %w", err)
		}
		some, err := ovnCounted(ids, ovnFields(said)["now"])
		if err != nil {
			return nil, err
		}
		readings = append(readings, some...)
	}
	return readings, nil
}

// ovnCounted reads of a bridge's external_ids which change was brought about, and how long
// before now, in seconds, that was; nothing of a bridge that is not ovn-controller's.
func ovnCounted(ids [][2]string, now string) (readings []record.Reading, err error) {
	for _, pair := range ids {
		if pair[0] != "ovn-nb-cfg" && pair[0] != "ovn-nb-cfg-ts" {
			continue
		}
		value, err := number(pair[1])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pair[0], err)
		}
		if pair[0] == "ovn-nb-cfg" {
			readings = append(readings, record.Reading{Signal: "ovn.controller_cfg", Value: value})
			continue
		}
		seconds, err := number(now)
		if err != nil {
			return nil, fmt.Errorf("now: %w", err)
		}
		if value > 0 { // it has not brought about any
			readings = append(readings, record.Reading{Signal: "ovn.controller_age", Value: max(seconds-value/1000, 0)})
		}
	}
	return readings, nil
}
