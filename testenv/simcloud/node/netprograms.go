package node

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/testenv/simcloud/shell"
)

// network are the programs that talk to services.
type network struct{ node *Node }

// bound limits a context to a number of seconds, as text.
func bound(ctx context.Context, seconds string) (context.Context, context.CancelFunc, error) {
	if seconds == "" {
		seconds = "120"
	}
	limit, err := strconv.ParseFloat(seconds, 64)
	if err != nil || limit < 0 {
		return nil, nil, fmt.Errorf("invalid number of seconds %q", seconds)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(limit*float64(time.Second)))
	return ctx, cancel, nil
}

// curl gets one URL over plain HTTP; over TLS nobody here answers.
func (n network) curl(ctx context.Context, p *shell.Proc) int {
	flags, targets, err := curlFlags(p.Args[1:])
	if err != nil || len(targets) != 1 {
		p.Errorf("curl: %v", errors.Join(err, errors.New("try 'curl --help' for more information")))
		return 2
	}
	target := targets[0]
	if !strings.Contains(target, "://") {
		target = "http://" + target
	}
	to, err := url.Parse(target)
	if err != nil || to.Scheme != "http" && to.Scheme != "https" {
		p.Errorf("curl: (1) Protocol not supported or malformed URL")
		return 1
	}
	port, err := strconv.Atoi(to.Port())
	if err != nil {
		port = map[string]int{"http": 80, "https": 443}[to.Scheme]
	}
	bounded, cancel, err := bound(ctx, flags["max-time"])
	if err != nil {
		p.Errorf("curl: %v", err)
		return 2
	}
	defer cancel()
	host, lost := n.resolve(bounded, p, to.Hostname())
	status, body := 0, []byte(nil)
	if lost == nil {
		status, body, err = n.node.opt.Network.Get(bounded, host, port, to.RequestURI())
	}
	code, complaint := 0, ""
	switch {
	case lost != nil && bounded.Err() == nil:
		code, complaint = 6, "Could not resolve host: "+to.Hostname()
	case ctx.Err() != nil:
		return shell.Killed
	case errors.Is(errors.Join(err, lost), context.DeadlineExceeded):
		code, complaint = 28, "Operation timed out"
	case errors.Is(err, ErrRefused):
		code, complaint = 7, fmt.Sprintf("Failed to connect to %s port %d: Connection refused", to.Hostname(), port)
	case to.Scheme == "https": // nobody here speaks TLS
		code, complaint, status = 35, "error:0A00010B:SSL routines::wrong version number", 0
	case err != nil:
		code, complaint = 52, "Empty reply from server"
	case status >= 400 && flags["fail"] != "":
		code, complaint, body = 22, fmt.Sprintf("The requested URL returned error: %d", status), nil
	}
	return finish(p, flags, code, complaint, status, body)
}

func finish(p *shell.Proc, flags map[string]string, code int, complaint string, status int, body []byte) int {
	switch out := flags["output"]; {
	case code != 0:
	case out == "":
		if _, err := p.Stdout.Write(body); err != nil {
			return 23
		}
	case out != "/dev/null":
		if err := p.FS().WriteFile(p.Path(out), body, 0o644); err != nil {
			return 23
		}
	}
	if format := flags["write-out"]; format != "" {
		text := strings.NewReplacer("%{http_code}", fmt.Sprintf("%03d", status), "%{response_code}", fmt.Sprintf("%03d", status),
			"%{time_appconnect}", "0.000000", `\n`, "\n").Replace(format)
		p.Printf("%s", text)
	}
	if complaint != "" && (flags["silent"] == "" || flags["show-error"] != "") {
		p.Errorf("curl: (%d) %s", code, complaint)
	}
	return code
}

func curlFlags(args []string) (flags map[string]string, rest []string, err error) {
	names := map[string]string{
		"f": "fail", "s": "silent", "S": "show-error", "k": "insecure", "q": "disable", "L": "location",
		"o": "output=", "w": "write-out=", "m": "max-time=", "H": "header=",
	}
	long := map[string]bool{
		"fail": false, "silent": false, "show-error": false, "insecure": false, "disable": false, "location": false,
		"output": true, "write-out": true, "max-time": true, "header": true, "connect-timeout": true, "noproxy": true,
	}
	flags = map[string]string{}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if name, isLong := strings.CutPrefix(arg, "--"); isLong {
			name, value, given := strings.Cut(name, "=")
			wants, known := long[name]
			if !known || wants && !given && i+1 == len(args) {
				return nil, nil, fmt.Errorf("option %s: is unknown or needs a value", arg)
			}
			if wants && !given {
				i++
				value = args[i]
			}
			flags[name] = value + map[bool]string{false: "yes"}[wants]
			continue
		}
		if len(arg) < 2 || arg[0] != '-' {
			rest = append(rest, arg)
			continue
		}
		for j := 1; j < len(arg); j++ {
			name, wants := strings.CutSuffix(names[arg[j:j+1]], "=")
			switch {
			case name == "":
				return nil, nil, fmt.Errorf("option -%s: is unknown", arg[j:j+1])
			case !wants:
				flags[name] = "yes"
				continue
			case j+1 < len(arg):
				flags[name] = arg[j+1:]
			case i+1 < len(args):
				i++
				flags[name] = args[i]
			default:
				return nil, nil, fmt.Errorf("option %s: requires parameter", arg)
			}
			break
		}
	}
	return flags, rest, nil
}
