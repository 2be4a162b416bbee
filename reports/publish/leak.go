package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/reports"
)

// Leak is something on a page that is not to be published.
type Leak struct {
	File string
	Line int
	What string // an address, a host, a password, …
	Text string // of it, without what is secret
}

// LeakError says what the pages of a site have that is not to be published.
type LeakError struct{ Leaks []Leak }

// mostLeaks is how many an error names.
const mostLeaks = 10

// Error names the first of them.
func (e *LeakError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "not published, since there is what is to stay here (%d times)", len(e.Leaks))
	for _, l := range e.Leaks[:min(mostLeaks, len(e.Leaks))] {
		fmt.Fprintf(&b, "\n  %s:%d: %s %s", l.File, l.Line, l.What, l.Text)
	}
	if more := len(e.Leaks) - mostLeaks; more > 0 {
		fmt.Fprintf(&b, "\n  and %d more", more)
	}
	return b.String()
}

// What a page must not have. It is looked for by rules of its own, not by those by which
// it was taken out.
var (
	ownText  = regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>`)
	aPath    = regexp.MustCompile(`<path\b[^<>]*>`)
	strokes  = regexp.MustCompile(`\sd="[A-Za-z0-9 .,-]*"`) // are figures: 34-34-11-34 is no host there
	dotted   = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b`)
	coloned  = regexp.MustCompile(`\b[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,}`)
	withUser = regexp.MustCompile(`:(?:\\?/){2}[^/\s:@"]+:([^\s@"]+)@`)
	aPort    = regexp.MustCompile(`^\d{1,5}/`)
	sockets  = regexp.MustCompile(`\b[0-9A-F]{8}(?:[0-9A-F]{24})?:[0-9A-F]{4}\b`) // as /proc/net/tcp has them
	aDay     = regexp.MustCompile(`^(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d:`)
	halfOf   = regexp.MustCompile(`(?:^|:|[^0-9A-Za-z])[0-9A-Fa-f]{3,4}ADDRESS-\d+|:[0-9A-Fa-f]{1,4}ADDRESS-\d+|[0-9A-Fa-f]::ADDRESS-\d+|ADDRESS-\d+::`)
	inURL    = regexp.MustCompile(`(?:\\/\\/|%3[Aa](?:%2[Ff]%2[Ff]|//))(?:REDACTED@)?([\w.-]+)`)
	ownName  = regexp.MustCompile(`^(?:HOST|ADDRESS)-\d+$|^REDACTED$`)
	beside   = regexp.MustCompile(`(?i:\bidentified\s[^<]*?\bby\s+(?:password\s+)?|\brequirepass\s|\bmasterauth\s|\b(?:change_password|add_user)\s+\S+\s|\bredis-cli\s[^<|;]*?-a\s|(?:^|\s)(?:-u|--user)[\s=]+["']?[^\s:"']+:)\s*["']?([^\s"'<]+)` +
		`|\b[A-Z_]+_(?:TOKEN|PASSWORD|SECRET)\s+([^\s"'<]*[0-9][^\s"'<]*)|(?:^|[\s"'=(,;>])[\w.-]+:([^\s:@/"'<>]+)@[\w\[]|(?i:\btokens?\s+["']?)([0-9a-f]{32})`)
	assigned = regexp.MustCompile(`(?i)\b[\w-]*(?:passw(?:or)?d|passphrase|secret|credentials?|(?:api|access|private|secret|encryption|auth)[_-]?key|sst_auth|psk|[\w-](?:_|-)(?:pass|pwd|pw)\d*)"?\s*(?:[=:]|->)\s*"?([^\s"&<]+)` +
		`|\b(?:pass|pwd|PASS|PWD)=([^\s"&<]+)`)
	options  = regexp.MustCompile(`(?:^|[\s"'(])-p([^\s"'<-][^\s"'<]*)|(?i:\b(?:mysql|mariadb|sshpass|ipmi)\w*)(?:\s[^<]*?)?\s-[pP]\s*([^\s"'<-][^\s"'<]*)|(?i:(?:^|[\s"'>])--?[\w-]*passw(?:or)?d\s+)([^\s"'<-][^\s<]*)`)
	portOnly = regexp.MustCompile(`^\d{1,5}[,.;:)]*$`)
	ofIssuer = regexp.MustCompile(`(?:^|\W)(?:A[KS]IA[0-9A-Z]{16}|gh[a-z]_[0-9A-Za-z]{20}|github_pat_\w{20}|glpat-[\w-]{16}|xox[a-z]-[\w-]{10}|hv[a-z]\.[\w-]{20}|AIza[\w-]{35}|\$[0-9a-z]{1,2}\$[^\s$]+\$)`)
	hosts    = regexp.MustCompile(`(?i)(lookup |@|\b)((?:[a-z0-9_](?:[\w-]*[a-z0-9])?\.)+[a-z](?:[\w-]*[a-z0-9])?)(:\d{2,5}\b)?`)
	rented   = regexp.MustCompile(`(?i)\b(?:(?:ip|host)-)?(?:[01]?\d?\d|2[0-4]\d|25[0-5])(?:(?:-(?:[01]?\d?\d|2[0-4]\d|25[0-5])){3}|(?:_(?:[01]?\d?\d|2[0-4]\d|25[0-5])){3}|(?:%2e(?:[01]?\d?\d|2[0-4]\d|25[0-5])){3})\b`)
	aCount   = regexp.MustCompile(`^\d-\d-\d-\d$`) // steps 1-2-3-4
	keyText  = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`)
	token    = regexp.MustCompile(`\bgAAAAA[\w-]{20,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*`) // Fernet, JWT
	tokenIn  = regexp.MustCompile(`(?i)(?:\bx-[a-z-]*token"?\s*[=:]\s*|\bauthorization"?\s*[=:]\s*|\b[\w-]*token"?\s*=\s*)"?(?:(?:bearer|basic|token)\s+)?([^\s"&<]+)`)
	saidHost = regexp.MustCompile(`(?i)(?:\b(?:host|hostname|host_name|server)["']?\s?[:=]\s?["']?|\bhost(?:name)? ["']|\bhostname |\bCN ?= ?|\bDNS:|@["']|\*\.)((?:[a-z0-9-]+\.)+[a-z]{2,})`)
	aFile    = regexp.MustCompile(`\.(?:py|go|sh|conf|cfg|ini|ya?ml|json|xml|log|service|socket|timer|so|db|sock|pid)$`)
	written  = regexp.MustCompile(`(?i)<[\w:-]*(?:password|secret|token)[\w:-]*>([^<]+)</|\becho (?:-n )?["']?([^\s"'|]+)["']? ?\| ?(?:\S+ )*?sudo |\b(?:password|passphrase|community) (?:is )?["']?([^\s"'<]*(?:[a-z_][^\s"'<]*[0-9]|[0-9][^\s"'<]*[a-z_])[^\s"'<]*)|\b(?:[a-z_]*(?:secret|token|key)[a-z_]* |(?:token|secret)_)([0-9a-f]{16,})\b|[?&]sig=([^\s"'&<]+)|\bpw\d?["']?[:=] ?([^\s"'&<]+)|(?:--[\w-]*passw(?:or)?d["']?, ?["']?)([^\s"'<-][^\s"',<]*)`)
	hardware = regexp.MustCompile(`\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b|\b[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{1,2}){5}\b|\b[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2}\b|\b(?i:fa163e|525400)[0-9A-Fa-f]{6}\b`)
)

var (
	zeros  = regexp.MustCompile(`(^|\.)0+(\d)`)
	inWord = regexp.MustCompile(`^[\pL\pN]`)
)

// find looks through a page.
//
// Of hosts those are no leak that are told: they were written down to be read.
func find(file string, page []byte, secret, told []string) (all []Leak) {
	look := func(file string, n int, text string, secret []string) []Leak {
		return slices.DeleteFunc(look(file, n, text, secret), func(l Leak) bool {
			return l.What == aHost && slices.ContainsFunc(told, func(words string) bool { return stands(strings.ToLower(words), strings.ToLower(l.Text)) })
		})
	}

	page = ownText.ReplaceAllFunc(page, onlyLines)
	page = aPath.ReplaceAllFunc(page, func(tag []byte) []byte { return strokes.ReplaceAll(tag, nil) })
	page, at, texts := withoutData(page)
	for _, text := range texts {
		all = append(all, look(file, at, text, secret)...)
	}
	for n, line := range strings.Split(string(page), "\n") {
		all = append(all, look(file, n+1, html.UnescapeString(line), secret)...)
	}
	slices.SortStableFunc(all, func(a, b Leak) int { return a.Line - b.Line })
	return all
}

// onlyLines are the ends of lines of a text.
func onlyLines(text []byte) []byte {
	return bytes.Repeat([]byte("\n"), bytes.Count(text, []byte("\n")))
}

var dataBlock = regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`)

// withoutData takes the data for the script out of a page, and gives the texts in them and
// their line. Figures are packed in there as letters that may be like those of a token by
// chance. What is not as the data of a page are stays in it.
func withoutData(page []byte) (rest []byte, line int, texts []string) {
	block := dataBlock.FindSubmatchIndex(page)
	if block == nil {
		return page, 0, nil
	}
	data := page[block[2]:block[3]]
	var d reports.Data
	read := json.NewDecoder(bytes.NewReader(data))
	read.DisallowUnknownFields()
	if err := read.Decode(&d); err != nil || len(bytes.TrimSpace(data[read.InputOffset():])) > 0 {
		return page, 0, nil
	}
	rest = slices.Concat(page[:block[0]], onlyLines(page[block[0]:block[1]]), page[block[1]:])
	return rest, 1 + bytes.Count(page[:block[0]], []byte("\n")), reports.Texts(&d)
}

// look looks through a line of a page.
func look(file string, n int, line string, secret []string) (all []Leak) {
	add := func(what, text string) { all = append(all, Leak{file, n, what, record.OneLine(text, 60)}) }
	addresses(line, add)
	small := strings.ToLower(line)
	for _, name := range secret {
		if stands(small, strings.ToLower(name)) {
			add("an inventory's", name)
		}
	}
	for _, found := range withUser.FindAllStringSubmatch(line, -1) {
		if !redacted(found[1]) && !aPort.MatchString(found[1]) {
			add("a URL with", "a password")
		}
	}
	for _, found := range assigned.FindAllStringSubmatch(line, -1) {
		value := found[1] + found[2]
		if strings.Trim(value, "{[(") == "" { // of which the parts come
			continue
		}
		name := strings.TrimRight(strings.TrimSuffix(found[0], value), `"=:-> `)
		between := strings.TrimPrefix(strings.TrimSuffix(found[0], value), name)
		if !redacted(value) && !record.Prose(name, between, strings.Trim(value, ",;.([{)]}'|")) {
			add("a value of", name)
		}
	}
	for _, found := range options.FindAllStringSubmatch(line, -1) {
		if value := found[1] + found[2] + found[3]; !redacted(value) && !portOnly.MatchString(value) {
			add("a password", "as an option")
		}
	}
	odd(line, add)
	if ofIssuer.MatchString(line) {
		add("a", "key or a hash of a password")
	}
	for _, found := range hosts.FindAllStringSubmatch(line, -1) {
		if hostOf(found[1], found[2], found[3]) {
			add(aHost, found[2])
		}
	}
	for _, at := range rented.FindAllStringIndex(line, -1) {
		if found := line[at[0]:at[1]]; !aCount.MatchString(found) || at[0] > 0 && line[at[0]-1] == '-' {
			add("the address in", found)
		}
	}
	if keyText.MatchString(line) {
		add("a", "private key")
	}
	for _, found := range tokenIn.FindAllStringSubmatch(line, -1) {
		if !redacted(found[1]) {
			add("a", "token")
		}
	}
	if token.MatchString(line) {
		add("a", "token")
	}
	for _, found := range hardware.FindAllString(line, -1) {
		add("the hardware address", found)
	}
	return all
}

// addresses tells of those in one of the usual notations.
func addresses(line string, add func(what, text string)) {
	for _, token := range dotted.FindAllString(line, -1) {
		if _, err := netip.ParseAddr(zeros.ReplaceAllString(token, "$1$2")); err == nil {
			add("the address", token)
		}
	}
	for _, at := range coloned.FindAllStringIndex(line, -1) { // of which the end may be a port, or only a colon
		token := line[at[0]:at[1]]
		if strings.HasSuffix(token, "::") && inWord.MatchString(line[at[1]:]) && strings.Count(token, ":") == 2 { // Add::Route
			continue
		}
		if address := within(token); address != "" {
			add("the address", address)
		}
	}
	for _, token := range sockets.FindAllString(line, -1) {
		if !aDay.MatchString(token) {
			add("the address", token)
		}
	}
}

// odd tells of a secret that stands beside what no sign of equality follows, of a host in a URL
// that is escaped, and of an address of which a half is there.
func odd(line string, add func(what, text string)) {
	for _, found := range beside.FindAllStringSubmatch(line, -1) {
		if value := found[1] + found[2] + found[3] + found[4]; !redacted(value) {
			add("a password", "or a token")
		}
	}
	for _, found := range written.FindAllStringSubmatch(line, -1) {
		if !redacted(strings.Join(found[1:], "")) {
			add("a password", "or a token")
		}
	}
	for _, found := range saidHost.FindAllStringSubmatch(line, -1) {
		if !aFile.MatchString(found[1]) {
			add(aHost, found[1])
		}
	}
	for _, found := range inURL.FindAllStringSubmatch(line, -1) {
		if !ownName.MatchString(found[1]) {
			add(aHost, found[1])
		}
	}
	for _, found := range halfOf.FindAllString(line, -1) {
		add("half of an address,", found)
	}
}

// within is the longest address of IPv6 from one group of a text to another; empty if there is none.
func within(text string) (longest string) {
	for rest, more := text, true; more; _, rest, more = strings.Cut(rest, ":") {
		for token := rest; strings.Count(token, ":") > 1; token = token[:strings.LastIndex(token, ":")] {
			if _, err := netip.ParseAddr(token); err == nil && len(token) > len(longest) {
				longest = token
			}
		}
	}
	return longest
}

// aHost is what a leak of a host's name is.
const aHost = "the host"

// lastLabels are those by which a host is known that nothing else shows to be one. What a host
// is taken out by is a longer list.
const lastLabels = " com net org edu gov int info io cloud eu dev local lan internal intranet corp home private localdomain test example" +
	" de at ch fr uk nl be it es pt pl cz se no dk fi ru ua us ca mx br ar au nz jp cn kr in sg za "

// hostOf tells whether what may be a host is one: behind an @ or a lookup, before a port, or by its end.
func hostOf(before, name, port string) bool {
	last := strings.ToLower(name[strings.LastIndex(name, ".")+1:])
	program := last == "py" || last == "go" // a file, and a line in it
	return before != "" || port != "" && !program || strings.Contains(lastLabels, " "+last+" ")
}

// redacted tells that of a value nothing is there, but what stands behind it in a sentence, in a
// list or in another setting.
func redacted(value string) bool {
	behind, is := strings.CutPrefix(value, record.Redacted)
	return is && (behind == "" || strings.ContainsRune(",;.)]}'|", rune(behind[0])))
}

// stands tells whether a name is in a text and is no part of a longer one.
func stands(text, name string) bool {
	for rest := text; name != ""; {
		before, after, found := strings.Cut(rest, name)
		if !found {
			return false
		}
		if !strings.HasSuffix(before, ".") && !endsInWord(before) && !beginsWithWord(after) {
			return true
		}
		rest = after
	}
	return false
}

func wordly(r byte) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
}

func endsInWord(s string) bool     { return s != "" && wordly(s[len(s)-1]) }
func beginsWithWord(s string) bool { return s != "" && wordly(s[0]) }

// Secret are the addresses and the names of hosts in an inventory that a site does not tell.
// A name without a dot is one that anybody's cloud may have, and no secret.
func Secret(inventory []byte) (all []string) {
	text := string(inventory)
	for _, token := range slices.Concat(dotted.FindAllString(text, -1), coloned.FindAllString(text, -1)) {
		if _, err := netip.ParseAddr(token); err == nil {
			all = append(all, token)
		}
	}
	for _, found := range hostInURL.FindAllStringSubmatch(text, -1) {
		if _, err := netip.ParseAddr(found[1]); err != nil && strings.Contains(found[1], ".") {
			all = append(all, found[1])
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

var hostInURL = regexp.MustCompile(`://(?:[^/\s@"']*@)?([A-Za-z0-9.-]+)`)

// named are those that are no addresses, the longest first.
func named(secret []string) (names []string) {
	for _, s := range secret {
		if _, err := netip.ParseAddr(s); err != nil {
			names = append(names, s)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return len(b) - len(a) })
	return names
}
