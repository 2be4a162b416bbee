package publish

import (
	"bytes"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

func TestWhatAPageMustNotHave(t *testing.T) {
	secret := []string{"198.51.100.11", "api.example.org", "api.prod9"}
	for text, want := range map[string]string{
		"<p>at 198.51.100.7:5000</p>":                      "the address 198.51.100.7",
		"<p>fd00::12 is gone</p>":                          "the address fd00::12",
		"<td>API.example.org says</td>":                    "an inventory's api.example.org",
		"<p>nova://nova:s3cr3t@db/nova</p>":                "a URL with a password",
		"<p>rabbit_password = s3cr3t</p>":                  "a value of rabbit_password",
		"<p>&#34;api_key&#34;: &#34;s3cr3t&#34;</p>":       "a value of api_key",
		"<pre>-----BEGIN RSA PRIVATE KEY-----</pre>":       "a private key",
		"<p>X-Auth-Token: gAAAAABl0123456789abcdefgh</p>":  "a token",
		"<p>x-subject-token: 4f1c</p>":                     "a token",
		"<p>GET /v3/events?token=s3cr3t</p>":               "a token",
		"<p>Authorization: Basic czNjcjN0</p>":             "a token",
		"<p>eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln</p>": "a token",
		"<p>port of fa:16:3e:00:00:01 is down</p>":         "the hardware address fa:16:3e:00:00:01",
		"<p>id 01:fa:16:3e:00:00:01</p>":                   "the hardware address 01:fa:16:3e:00:00",
		"<p>fa16.3e00.0001 moved</p>":                      "the hardware address fa16.3e00.0001",
		"<p>FA-16-3E-00-00-01</p>":                         "the hardware address FA-16-3E-00-00-01",
		"<p>mysql -u root -ps3cr3t nova</p>":               "a password as an option",
		"<p>ipmitool -H bmc -P s3cr3t power off</p>":       "a password as an option",
		"<p>NOVA_DB_PASS=s3cr3t</p>":                       "a value of NOVA_DB_PASS",
		"<p>PASS=s3cr3t</p>":                               "a value of PASS",
		"<p>AKIAIOSFODNN7EXAMPLE</p>":                      "a key or a hash of a password",
		"<p>ghp_0123456789abcdefghijABCDEFGHIJ012345</p>":  "a key or a hash of a password",
		"<p>glpat-0123456789abcdefghij</p>":                "a key or a hash of a password",
		"<p>root:$6$salt$s3cr3ts3cr3t</p>":                 "a key or a hash of a password",
		"<p>dial tcp: lookup db1.prod on resolver</p>":     "the host db1.prod",
		"<p>ssh ops@bastion.dc3</p>":                       "the host bastion.dc3",
		"<p>no route to ctl-1.cloud.example.com</p>":       "the host ctl-1.cloud.example.com",
		"<p>rabbit.prod:5672 refused</p>":                  "the host rabbit.prod",
		"<p>on host-10-0-0-12</p>":                         "the address in host-10-0-0-12",
		"<p>0: 0100000A:0016 01</p>":                       "the address 0100000A:0016",
	} {
		found := find("a.html", []byte("<style>a::b{}</style>\n"+text), secret, nil)
		require.NotEmpty(t, found, text)
		require.Equal(t, 2, found[0].Line, text)
		require.Equal(t, want, found[0].What+" "+found[0].Text)
		require.NotContains(t, (&LeakError{found}).Error(), "s3cr3t")
	}
	for _, text := range []string{
		"<p>at 21:54:10 and 20261130:0915 for 10.5 s, nova 2:26.2.2-1~deb12u5</p>", "<p>://HOST-1/v3 at ADDRESS-1:5000</p>",
		"<p>nova://nova:REDACTED@HOST-1/nova, rabbit_password = REDACTED</p>", "<td>rapi.prod9 and api.prod9x</td>",
		`<p>availability("tokens") &gt;= 99%</p>`, "<p>the secret of memcached</p>",
		"<p>get token: connection refused, tokens = 3, X-Auth-Token: REDACTED, Authorization: Bearer REDACTED</p>", "<p>impl_rabbit.py:640 oslo.messaging keystone.service haproxy.cfg ctl-1:22 nc -p 8080 mysql -P 3306 pass: 3 == 3 keystone.issue_token</p>", "<p>port of MAC-1, 4f8c2d1e-12-34-56, a0b1c2d3-e4f5-6789-abcd-ef0123456789</p>",
	} {
		require.Empty(t, find("a.html", []byte(text), secret, nil), text)
	}
}

func TestWhatAnInventoryHasThatIsNotTold(t *testing.T) {
	require.Equal(t, []string{"198.18.0.11", "api.example.org", "fd00::12", "kvm-1.example.org"}, Secret([]byte(`
cloud: {name: prod}
openstack: {auth_url: "https://api.example.org:5000/v3"}
nodes:
  ctl-1: {address: 198.18.0.11:22, power: {kind: libvirt, uri: "qemu+ssh://root@kvm-1.example.org/system"}}
  ctl-2: {address: "[fd00::12]:22", at: "http://controller/"}
`)))
}

// gapped are the data of the page of a run, with nothing hidden, in which a signal was 57.5 every third step.
func gapped(t *testing.T, label string) []byte {
	t.Helper()
	rec := example.Failing()
	rec.Signals = func() iter.Seq2[record.Reading, error] {
		return func(yield func(record.Reading, error) bool) {
			for at := time.Second; at < 20*time.Minute; at += 12 * time.Second {
				if !yield(record.Reading{Signal: "node.cpu", Labels: map[string]string{"node": label}, At: at, Value: 57.5}, nil) {
					return
				}
			}
		}
	}
	var page bytes.Buffer
	require.NoError(t, reports.WriteHTML(&page, kpi.Compute(rec, kpi.Settings{})))
	return dataBlock.Find(page.Bytes())
}

// Figures are packed as letters, which may be those of a token by chance. Names beside them
// are looked at.
func TestFiguresAreNoToken(t *testing.T) {
	page := gapped(t, "ctl-1")
	require.Contains(t, string(page), "M-gAAAAAAM-gAAAAAAM-gAAAAAA")
	require.Empty(t, find("a.html", page, nil, nil))
	for _, label := range []string{"gAAAAABl0123456789abcdefgh", "https://ann:hunter2@api/", "x<y password=hunter2"} {
		block := gapped(t, label)
		require.NotEmpty(t, block)
		found := find("a.html", append([]byte("<p>\n"), block...), nil, nil)
		require.Len(t, found, 1, label)
		require.Equal(t, 2, found[0].Line)
	}
	require.Empty(t, find("a.html", []byte(`<script type="application/json" id="data">null</script>`), nil, nil))
	unknown := `<script type="application/json" id="data">{"loads":[{"p50":"gAAAAABl0123456789abcdefgh"}]}</script>`
	require.NotEmpty(t, find("a.html", []byte(unknown), nil, nil), "no packed figures: 26 letters")
}
