package rally

import (
	"regexp"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// commanding are the arguments of the scenario that runs a command on each server that
// it boots.
func commanding() map[string]rule {
	return booting(map[string]rule{
		"username": same("user"), "port": same("port"), "use_floating_ip": same("use_floating_ip"), "floating_network": named("external_network"),
		"command": command, "wait_for_ping": ignored, "max_log_length": otherwise("no console is read"),
		"password":    only("nobody logs in with a password, but with a key", ""),
		"volume_args": none,
	})
}

// command is Rally's way of saying what is run: an interpreter that reads a script, or a
// path, each with words around it. A script comes to the interpreter's input here, too.
func command(c *conversion, name string, v *document.Node) pairs {
	var words []string
	script, given := "", false
	for _, e := range v.Entries {
		at := name + "." + e.Name()
		switch e.Name() {
		case "interpreter", "remote_path", "command_args":
		case "script_inline":
			script, given = e.Value.Text, true
		case "script_file":
			c.lost(at, e.Key, "no file is read: its text can be written into args.command")
		case "local_path":
			c.lost(at, e.Key, "no file is laid on a server")
		default:
			c.lost(at, e.Key, "%s has no such argument", c.kind)
		}
	}
	for _, key := range []string{"interpreter", "remote_path", "command_args"} {
		words = append(words, texts(v.Get(key))...)
	}
	switch {
	case len(words) == 0:
		c.lost(name, v, "it says no command")
		return nil
	case v.Get("script_file") != nil, v.Get("local_path") != nil:
		return nil // what is left of it is another command
	case given:
		return pairs{{"command", "printf %s " + quoted(script) + " | " + line(words)}}
	}
	return pairs{{"command", line(words)}}
}

// texts are the words of a single value or of a list.
func texts(v *document.Node) []string {
	switch {
	case v == nil:
		return nil
	case v.Shape == document.Sequence:
		all := make([]string, len(v.Items))
		for n, item := range v.Items {
			all[n] = item.Text
		}
		return all
	case v.Text == "":
		return nil
	}
	return []string{v.Text}
}

// line makes one of words, as Rally does.
func line(words []string) string {
	all := make([]string, len(words))
	for n, word := range words {
		if all[n] = word; !harmless.MatchString(word) {
			all[n] = quoted(word)
		}
	}
	return strings.Join(all, " ")
}

// harmless are the words that mean themselves to a shell.
var harmless = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// quoted is one word of a shell.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
