package reports

import (
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// Hiding gives each address, of the network and of network cards, and each host another name,
// the same each time, and leaves out what looks like a secret. The zero value hides all of them.
type Hiding struct {
	// Hosts are names that are hidden wherever they stand, whatever their case.
	Hosts []string

	addresses, hosts, cards map[string]string
	named                   *regexp.Regexp // any of Hosts
	nodes                   []string       // whose names are told
}

var (
	urlHost   = regexp.MustCompile(`((?::|%3[Aa])(?:\\?/){2}|%3[Aa]%2[Ff]%2[Ff])(\[[0-9A-Fa-f:.]+\]|[^/\s:"'<>\[\]\\%;,()]+)`)
	addressed = regexp.MustCompile(`[0-9A-Fa-f:.]+(?:[0-9A-Fa-f]|::)|::`)
	ofCard    = regexp.MustCompile(`\b(?:[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5,}|(?:-[0-9A-Fa-f]{2}){5,})|[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{1,2}){5}|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2,}|(?i:f[ae]163e|525400)[0-9A-Fa-f]{6})\b`)
)

// Line is a text on one line with nothing in it that is hidden, cut where it is long.
func (h *Hiding) Line(text string) string { return h.Text(record.OneLine(text, mostOfLine)) }

// Text is a text with nothing in it that is hidden.
func (h *Hiding) Text(text string) string {
	text = record.WithoutSecrets(text)
	text = urlHost.ReplaceAllStringFunc(text, func(found string) string {
		part := urlHost.FindStringSubmatch(found)
		return part[1] + named(&h.hosts, part[2], "HOST")
	})
	if len(h.Hosts) > 0 {
		if h.named == nil {
			h.named = anyOf(h.Hosts)
		}
		text = h.named.ReplaceAllStringFunc(text, func(found string) string { return named(&h.hosts, found, "HOST") })
	}
	text = h.addressesIn(text) // first, since the end of one may look like a card
	return h.hostsIn(ofCard.ReplaceAllStringFunc(text, h.card))
}

// card is what stands where a hardware address did, however it is written: of six octets as of
// Ethernet, or of more. The 01 before one in the id of a client of DHCP stays.
func (h *Hiding) card(found string) string {
	octets := strings.Split(strings.ToLower(found), ":")
	for i, octet := range octets {
		if len(octet) == 1 { // fa:16:3e:0:0:1
			octets[i] = "0" + octet
		}
	}
	digits, begins := strings.NewReplacer("-", "", ".", "").Replace(strings.Join(octets, "")), ""
	if len(digits) == 14 && digits[:2] == "01" {
		begins, digits = found[:3], digits[2:]
	}
	return begins + named(&h.cards, digits, "MAC")
}

// anyOf finds each of some names where it stands alone.
func anyOf(names []string) *regexp.Regexp {
	var quoted []string
	for _, name := range names {
		quoted = append(quoted, regexp.QuoteMeta(name))
	}
	return regexp.MustCompile(`(?i)\b(?:` + strings.Join(quoted, "|") + `)\b`)
}

// addressesIn hides the addresses in a text. A pair of colons between words is none, as of
// std::vector, of which the letters beside it may be digits of one.
func (h *Hiding) addressesIn(text string) string {
	var b strings.Builder
	end := 0
	for _, at := range addressed.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
		after, _ := utf8.DecodeRuneInString(text[at[1]:])
		b.WriteString(text[end:at[0]])
		if end = at[1]; strings.Contains(found, "::") && strings.Count(found, ":") == 2 && !strings.Contains(found, ".") && (wordly(before) || wordly(after)) {
			b.WriteString(found)
			continue
		}
		rest := strings.TrimSuffix(found, ":") // of the sentence
		if !strings.HasSuffix(found, ":::") {
			rest = found
		}
		b.WriteString(h.address(rest) + found[len(rest):])
	}
	return b.String() + text[end:]
}

func wordly(r rune) bool { return unicode.IsLetter(r) && r != utf8.RuneError || unicode.IsDigit(r) }

// parsed is an address, of which the parts may have zeros before them.
func parsed(text string) (netip.Addr, error) {
	if parts := strings.Split(text, "."); len(parts) == 4 {
		for i, part := range parts {
			parts[i] = part[min(len(part)-len(strings.TrimLeft(part, "0")), max(len(part)-1, 0)):]
		}
		text = strings.Join(parts, ".")
	}
	return netip.ParseAddr(text)
}

// address is what stands where an address did, with its port; what is none stays.
func (h *Hiding) address(found string) string {
	end := ""
	address, err := parsed(found)
	if rest := strings.TrimPrefix(found, ":"); err != nil && rest != found && rest[0] != ':' { // behind a word
		return ":" + h.address(rest)
	}
	if err != nil { // an address and a port
		host, port, _ := strings.Cut(found, ":")
		if address, err = parsed(host); err != nil || !address.Is4() {
			return h.inside(found)
		}
		end = ":" + port
	}
	return named(&h.addresses, address.String(), "ADDRESS") + end
}

var (
	fourParts = regexp.MustCompile(`\d+(?:\.\d+){3}`)
	someParts = regexp.MustCompile(`[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,}`)
)

// inside hides the addresses in what is no address as a whole, as behind a word of letters that
// digits of an address may be, too: db:192.0.2.1.
func (h *Hiding) inside(text string) string {
	if ofCard.MatchString(text) {
		return text
	}
	text = ofKernel.ReplaceAllStringFunc(text, func(found string) string {
		address, rest, is := kernels(found)
		if !is {
			return found
		}
		return named(&h.addresses, address.String(), "ADDRESS") + rest
	})
	text = fourParts.ReplaceAllStringFunc(text, func(found string) string {
		address, err := parsed(found)
		if err != nil {
			return found
		}
		return named(&h.addresses, address.String(), "ADDRESS")
	})
	return someParts.ReplaceAllStringFunc(text, h.longest)
}

// longest hides the longest address of the groups of a text.
func (h *Hiding) longest(text string) string {
	groups := strings.Split(text, ":")
	for size := len(groups); size > 2; size-- {
		for from := 0; from+size <= len(groups); from++ {
			address, err := netip.ParseAddr(strings.Join(groups[from:from+size], ":"))
			if err == nil {
				return strings.Join(slices.Concat(groups[:from], []string{named(&h.addresses, address.String(), "ADDRESS")}, groups[from+size:]), ":")
			}
		}
	}
	return text
}

// named is the name of one of many, the same each time.
func named(all *map[string]string, one, word string) string {
	if *all == nil {
		*all = map[string]string{}
	}
	if (*all)[one] == "" {
		(*all)[one] = fmt.Sprintf("%s-%d", word, len(*all)+1)
	}
	return (*all)[one]
}

// NewHiddenView is a view that tells nothing of what is hidden. What it shares with the
// analysis is changed there as well.
func NewHiddenView(a *kpi.Analysis, h *Hiding) *View {
	v := NewView(a)
	for i := range v.Captures { // the files stay where they are
		v.Captures[i].Link = ""
	}
	if v.Spec != nil { // comments and arguments may name what nobody knows to be hidden
		v.Spec = &SpecText{Lines: v.Spec.Lines, Left: "its text is not published", Wrong: v.Spec.Wrong}
	}
	h.nodes = append(h.nodes, nodesOf(a)...)
	for _, text := range Texts(v) { // a host may be known by a later text
		h.Text(text)
	}
	HideIn(v, h)
	return v
}

// HideIn replaces what is hidden in all strings that a pointer leads to, in place. What
// is not exported stays, and so do the keys of maps.
func HideIn(pointer any, h *Hiding) { eachText(reflect.ValueOf(pointer), h.Text) }

// Texts are all strings that a pointer leads to and that HideIn would look at.
func Texts(pointer any) (all []string) {
	eachText(reflect.ValueOf(pointer), func(text string) string {
		all = append(all, text)
		return text
	})
	return all
}

// eachText puts in the place of each string what a function makes of it.
func eachText(v reflect.Value, of func(string) string) {
	switch v.Kind() { // the others hold no text
	case reflect.String:
		if v.CanSet() {
			v.SetString(of(v.String()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			eachText(v.Elem(), of)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachText(v.Field(i), of)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			eachText(v.Index(i), of)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			held := reflect.New(v.Type().Elem()).Elem()
			held.Set(v.MapIndex(key))
			eachText(held, of)
			v.SetMapIndex(key, held)
		}
	}
}
