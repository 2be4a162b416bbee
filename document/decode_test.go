package document_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/document"
)

const good = `
name: 'demo'
signal: 9
hold: 1m30s
ratio: 12.5%
rate: 90/m
size: 1.5KiB
count: -3
small: 255
factor: 1e-3
flag: true
list: [a, 'b', 1]
inner: {where: here}
named: {z: {where: one}, a: {where: two}}
plain: {x: 1}
later: {fault: service.kill}
why: because
`

func TestDecodeReadsEverySort(t *testing.T) {
	s := sample{Lease: 15 * time.Second, Size: 7}
	doc, problems := document.Parse("good.yaml", []byte(good))
	require.Empty(t, problems)
	require.Empty(t, doc.Decode(&s))

	require.Equal(t, "demo", s.Name.V)
	require.Equal(t, "good.yaml:2:7", s.Name.Node.Place())
	require.Equal(t, "9", s.Signal)
	require.Equal(t, 90*time.Second, s.Hold)
	require.Equal(t, 15*time.Second, s.Lease, "a default stays where the file says nothing")
	require.InDelta(t, 0.125, float64(s.Ratio), 1e-12)
	require.InDelta(t, 1.5, float64(s.Rate), 1e-12)
	require.Equal(t, document.Bytes(1536), s.Size)
	require.Equal(t, -3, s.Count)
	require.Equal(t, uint8(255), s.Small)
	require.InDelta(t, 0.001, s.Factor, 1e-12)
	require.True(t, s.Flag)
	require.Equal(t, []string{"a", "b", "1"}, s.List)
	require.Equal(t, "here", s.Inner.Where)
	require.Equal(t, []string{"z", "a"}, s.Named.Names(), "the file's order")
	require.Equal(t, "two", s.Named.Get("a").Value.Where)
	require.Nil(t, s.Named.Get("b"))
	require.Equal(t, map[string]int{"x": 1}, s.Plain)
	require.Equal(t, "because", s.Why)
	require.Equal(t, "service.kill", s.Later.Get("fault").Text)
	require.Equal(t, 13, doc.Root.Find("named", "z").Line-1)
	require.Equal(t, "1", doc.Root.Find("list", "2").Text)
	require.Nil(t, doc.Root.Find("list", "3"))
}

func TestNumbersAreStrict(t *testing.T) {
	for text, want := range map[string]string{
		"count: 0x10":        "whole number",
		"count: 1_000":       "whole number",
		"count: '1'":         "whole number",
		"count: 1.0":         "whole number",
		"small: 256":         "whole number from 0",
		"small: -1":          "whole number from 0",
		"factor: .inf":       "a number",
		"factor: .nan":       "a number",
		"factor: '1.5'":      "a number",
		"flag: on":           "true or false",
		"flag: 'true'":       "true or false",
		"hold: -1s":          "from 0s",
		"hold: 0":            "missing unit",
		"hold: '30'":         "missing unit",
		"hold: 1 fortnight":  "a duration",
		"ratio: 30":          "missing unit",
		"ratio: -1%":         "from 0%",
		"ratio: x%":          "a percentage",
		"rate: 10":           "missing unit",
		"rate: 10/x":         "a rate",
		"rate: 10/0s":        "a rate",
		"rate: -1/s":         "from 0/s",
		"size: 10":           "missing unit",
		"size: 10XB":         "unknown unit",
		"size: 9999999999TB": "out of range",
	} {
		doc, problems := document.Parse("n.yaml", []byte("name: x\n"+text+"\n"))
		require.Empty(t, problems)
		problems = doc.Decode(new(sample))
		require.Len(t, problems, 1, text)
		require.Contains(t, problems[0].Message, want, text)
		require.Equal(t, 2, problems[0].Line, text)
	}
}

func TestUnitsReadBackWhatTheyPrint(t *testing.T) {
	var p document.Percent
	require.NoError(t, p.UnmarshalText([]byte(document.Percent(0.375).String())))
	require.InDelta(t, 0.375, float64(p), 1e-12)
	var r document.Rate
	require.NoError(t, r.UnmarshalText([]byte(document.Rate(2.5).String())))
	require.InDelta(t, 2.5, float64(r), 1e-12)
	for _, want := range []document.Bytes{0, 1, 1000, 1 << 10, 3 << 20, 5 << 40} {
		var b document.Bytes
		require.NoError(t, b.UnmarshalText([]byte(want.String())))
		require.Equal(t, want, b)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"keystone", "nova-api", "neutron-server", "signal", "up", "on"}
	for word, want := range map[string]string{
		"keyston": "keystone", "ekystone": "keystone", "singal": "signal", "Signal": "signal",
		"nova_api": "nova-api", "neutron": "", "xy": "", "u": "up", "no": "on", "glance": "", "": "",
	} {
		require.Equal(t, want, document.Nearest(word, known), word)
	}
	require.Equal(t, "did you mean signal?", document.Suggest("singal", known))
	require.Equal(t, "known: a, b", document.Suggest("zzz", []string{"b", "a"}))
	require.Empty(t, document.Suggest("zzz", nil))
}

func TestDescribeListsArguments(t *testing.T) {
	type limits struct {
		Memory document.Bytes `yaml:"memory" help:"most memory"`
	}
	type arguments struct {
		Signal  string           `yaml:"signal" help:"sent to every process"`
		After   time.Duration    `yaml:"after"`
		Share   document.Percent `yaml:"share" required:"true"`
		Ports   []int            `yaml:"ports"`
		Limits  limits           `yaml:"limits"`
		private int
	}
	got := document.Describe(&arguments{Signal: "KILL", After: 2 * time.Second, Ports: []int{80, 443}, private: 1})
	require.Equal(t, []document.Argument{
		{Name: "signal", Type: "string", Default: "KILL", Help: "sent to every process"},
		{Name: "after", Type: "duration", Default: "2s"},
		{Name: "share", Type: "percent", Required: true},
		{Name: "ports", Type: "list of whole number", Default: "80, 443"},
		{Name: "limits.memory", Type: "size", Help: "most memory"},
	}, got)
	require.Nil(t, document.Describe((*arguments)(nil)))
}
