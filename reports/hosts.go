package reports

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// In a text that somebody else has written a host has nothing around it that says so. It is
// known by its last label, or by what stands beside it.

// dottedName is what may be a host, with what stands before it and what follows.
var dottedName = regexp.MustCompile(`(^|lookup |` + besideHost + `|@["'` + "`" + `]|[^\pL\pN_.-])((?:\*\.)?)((?:[\pL\pN_](?:[\pL\pN_-]*[\pL\pN])?\.)+\pL(?:[\pL\pN_-]*[\pL\pN])?)(:\d{2,5}\b)?`)

// besideHost is what the name of a host is given after: an option, a header, a subject of a
// certificate, or a word of a sentence with a quote.
const besideHost = `(?i:\b(?:host(?:_?name)?|server|peer|node|broker|endpoint)["']?\s*[:=]\s*["']?|\bhost(?:name)?\s+["']|\bhostname\s+|\bCN\s*=\s*|\bDNS:)`

var saysHost = regexp.MustCompile(`^(?:lookup |` + besideHost + `|@["'` + "`" + `]?)$`)

// hostOfAddress is an address as it stands in a name or in a query.
var hostOfAddress = regexp.MustCompile(`\b(?:(?:ip|host)-)?` + octet + `(?:(?:-` + octet + `){3}|(?:_` + octet + `){3}|(?:%2[Ee]` + octet + `){3})\b`)

const octet = `(?:25[0-5]|2[0-4]\d|[01]?\d?\d)`

// endings are last labels of hosts. A domain of a country that is also how a file ends, or a
// word of what is asked for (server.id), counts behind another label of a registry alone, or as
// the third at least.
const (
	endings = " com net org edu gov mil int arpa info biz name pro mobi aero coop museum tel jobs xyz online site cloud tech systems network host hosting" +
		" io dev app ai eu asia zone space store digital services solutions group global company agency center academy live news media world" +
		" local localdomain localhost lan internal intern intranet intra corp home private priv domain vpn dmz mgmt novalocal openstacklocal maas" +
		" svc consul onion example test invalid "
	countries = " ac ad ae af ag al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz" +
		" de dj dk dm do dz ec ee eg er es et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu ie il im in iq ir is it" +
		" je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz" +
		" om pa pe pf pg ph pk pm pn pr ps pt pw qa re ro ru rw sa sb sc sd se sg si sk sl sm sn sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz" +
		" va vc ve vg vi vn vu wf ws ye yt za zm zw "
	unclear    = " py sh so rs md pl cc id "
	registries = " com net org gov edu mil co ac or go ne "
)

// isHost tells whether a name with dots is one of a host by its last label. Words of programs that
// are last labels, too (.select, .stream, .link), are taken for that behind two others alone.
//
// Source: https://publicsuffix.org/list/
func isHost(name string) bool {
	labels := strings.Split(strings.ToLower(name), ".")
	is := func(list, label string) bool { return strings.Contains(list, " "+label+" ") }
	last, before := labels[len(labels)-1], labels[len(labels)-2]
	switch {
	case is(endings, last), is(countries, last):
		return true
	case is(unclear, last):
		return is(registries, before) || len(labels) > 2 && last != "py" && !strings.Contains(name, "_")
	case len(labels) > 2 && !strings.Contains(name, "_"):
		_, registered := publicsuffix.PublicSuffix(strings.Join(labels, "."))
		return registered
	}
	return false
}

// isFile tells whether a last label is how a file of a program ends, or a unit of systemd.
func isFile(last string) bool {
	return strings.Contains(" py go sh conf cfg ini yaml yml json xml log service socket timer so db sock pid ", " "+last+" ")
}

// dashed hides the addresses in names, as in ip-192-0-2-1. Four numbers of one digit each, as in
// steps 1-2-3-4, are one only behind a word, as in vm-1-2-3-4.
func (h *Hiding) dashed(text string) string {
	var b strings.Builder
	end := 0
	for _, at := range hostOfAddress.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		if len(found) > len("1-2-3-4") || strings.HasSuffix(text[:at[0]], "-") {
			found = named(&h.addresses, found, "ADDRESS")
		}
		b.WriteString(text[end:at[0]] + found)
		end = at[1]
	}
	return b.String() + text[end:]
}

// hostsIn hides the hosts in a text: what ends like one, what stands before a port, and what is no
// file behind something that says so (an @, a lookup, besideHost). The nodes of the run are told,
// but not their domains.
func (h *Hiding) hostsIn(text string) string {
	text = h.dashed(text)
	return dottedName.ReplaceAllStringFunc(text, func(found string) string {
		part := dottedName.FindStringSubmatch(found)
		before, name, port := part[1], part[3], part[4]
		said := saysHost.MatchString(before)
		first, _, _ := strings.Cut(name, ".")
		last := name[strings.LastIndex(name, ".")+1:]
		program := port != "" && (last == "py" || last == "go") // a file and a line in it
		switch {
		case slices.Contains(h.nodes, name) && !isHost(name):
			return found
		case slices.Contains(h.nodes, first) && strings.ContainsAny(first, "-0123456789") && !program:
			return before + part[2] + first + port
		case isHost(name), said && !isFile(last), port != "" && !program, h.hosts[name] != "":
			return before + part[2] + named(&h.hosts, name, "HOST") + port
		}
		return found
	})
}
