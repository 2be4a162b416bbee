package publish

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatAPageMustNotHave(t *testing.T) {
	secret := []string{"198.51.100.11", "api.example.org"}
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
		"<p>FA-16-3E-00-00-01</p>":                         "the hardware address FA-16-3E-00-00-01",
	} {
		found := find("a.html", []byte("<style>a::b{}</style>\n"+text), secret)
		require.NotEmpty(t, found, text)
		require.Equal(t, 2, found[0].Line, text)
		require.Equal(t, want, found[0].What+" "+found[0].Text)
		require.NotContains(t, (&LeakError{found}).Error(), "s3cr3t")
	}
	for _, text := range []string{
		"<p>at 21:54:10 for 10.5 s, nova 2:26.2.2-1~deb12u5</p>", "<p>://HOST-1/v3 at ADDRESS-1:5000</p>",
		"<p>nova://nova:REDACTED@HOST-1/nova, rabbit_password = REDACTED</p>", "<td>rapi.example.org and api.example.organic</td>",
		`<p>availability("tokens") &gt;= 99%</p>`, "<p>the secret of memcached</p>",
		"<p>get token: connection refused, tokens = 3, X-Auth-Token: REDACTED, Authorization: Bearer REDACTED</p>", "<p>port of MAC-1, 4f8c2d1e-12-34-56, a0b1c2d3-e4f5-6789-abcd-ef0123456789</p>",
	} {
		require.Empty(t, find("a.html", []byte(text), secret), text)
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
