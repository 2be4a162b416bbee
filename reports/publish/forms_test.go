package publish

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/reports"
)

// What is not to be told has many forms: whoever hides knows each, and who checks does, too.
func TestEachFormOfWhatIsNotToBeToldIsHiddenAndFound(t *testing.T) {
	for text, parts := range map[string]string{
		"route add 2001:db8:bad:cafe::/64 via x":        "2001 cafe ::",
		"fe80:: is a net":                               "fe80 ::",
		"no route to fd12:3456::":                       "fd12 3456 ::",
		"fd12:3456:789a:1::%eth0":                       "fd12 789a ::",
		"http://[fd12:3456:789a:1::]:5000/v3":           "fd12 789a ::",
		"fd12:3456:789a:1::: refused":                   "fd12 789a ::",
		"X-Auth-Key: hunter2x9":                         "hunter2x9",
		"mysql+pymysql://nova:hun/ter2x9@db/nova":       "hun ter2x9",
		"nova:hunter2x9@ctl-1:5672":                     "hunter2x9",
		"curl -u admin:hunter2x9 x":                     "hunter2x9",
		"curl --user 'admin:hunter2x9' x":               "hunter2x9",
		"CREATE USER nova IDENTIFIED BY 'hunter2x9'":    "hunter2x9",
		"wsrep_sst_auth=sst:hunter2x9":                  "hunter2x9",
		"wsrep_sst_auth = \"sst:hunter2x9\"":            "hunter2x9",
		"auth password -> hunter2x9":                    "hunter2x9",
		"revoke token 0123456789abcdef0123456789abcdef": "0123456789abcdef",
		"redis-cli -h db -a hunter2x9 ping":             "hunter2x9",
		"CONFIG SET requirepass hunter2x9":              "hunter2x9",
		"rabbitmqctl change_password nova hunter2x9":    "hunter2x9",
		"rabbitmqctl add_user nova hunter2x9":           "hunter2x9",
		"psk=hunter2x9":                                 "hunter2x9",
		"wpa_psk: hunter2x9":                            "hunter2x9",
		"OS_TOKEN hunter2x9":                            "hunter2x9",
		"at 010.000.000.005":                            "010 005",
		"http://x/10%2E0%2E0%2E5":                       "10%2E",
		"vm-10-0-0-5 and 10-0-0-5":                      "10-0-0-5",
		"vm-1-2-3-4 is away":                            "1-2-3-4",
		"ip-1-2-3-4 is away":                            "1-2-3-4",
		"1-2-3-44":                                      "1-2-3-44",
		"tap of fa163e000001":                           "fa163e000001",
		`"https:\/\/kvm7.prod.acme\/v3"`:                "kvm7 acme",
		"to=https%3A%2F%2Fkvm7.prod.acme%2Fv3":          "kvm7 acme",
		"no route to db.münchen-bank.de":                "münchen bank",

		"HTTPSConnectionPool(host='keystone.customer.bank', port=5000): Max retries":  "customer bank",
		"Access denied for user 'nova'@'db-1.prod.bank' (using password: YES)":        "db-1 bank",
		"x509: certificate is valid for *.prod.example.com, not keystone.example.com": "example",
		"certificate of *.prod.deutsche-bank.group":                                   "deutsche group",
		"ssh: Could not resolve hostname ctl-1.customer.bank: Name or service":        "customer bank",
		"Host 'cmp-3.customer.bank' is not mapped":                                    "cmp-3 bank",
		"Host: keystone.prod.bank":                                                    "keystone bank",
		"subject=CN=ctl1.corp.siemens, OU=x":                                          "ctl1 siemens",
		"redirect to http%3A//keystone.prod.bank/v3":                                  "keystone bank",
		"on node-10_1_2_3":                     "10_1",
		"port fa:16:3e:0:0:1 is down":          "fa:16",
		"<password>hunter2x9</password>":       "hunter2x9",
		"pw: hunter2x9":                        "hunter2x9",
		"the password hunter2x9 was refused":   "hunter2x9",
		"secret_key_base 0123456789abcdef0123": "0123456789abcdef0123",
		"snmpwalk community public2x9":         "public2x9",
		"TOKEN_8f14e45fceea167a5a36dedd4bea":   "8f14e45fceea",
		"mysql [--os-password, hunter2x9]":     "hunter2x9",
		"echo hunter2x9 | sudo -S id":          "hunter2x9",
		"http://x/o?sig=hunter2x9&a=b":         "hunter2x9",
	} {
		require.NotEmpty(t, look("a.html", 1, text, nil), text)
		var h reports.Hiding
		told := h.Text(text)
		for part := range strings.FieldsSeq(parts) {
			require.NotContains(t, told, part, text)
		}
		require.Empty(t, look("a.html", 1, told, nil), "%q became %q", text, told)
	}
	for _, text := range []string{"in the steps 1-2-3-4 of it", "passed: 3 == 3", "passed: ok in 9ms", "host nova.conf and server: nova.service, nova.api.openstack.wsgi", "password 3 of 4",
		"Server=db;Password=REDACTED;Database=x", "passwd=REDACTED;x", "tool --os-password REDACTED</p>", `{"auth":{"passwordCredentials":{"username":"ann","password":REDACTED}}}`,
	} {
		var h reports.Hiding
		require.Equal(t, text, h.Text(text))
		require.Empty(t, look("a.html", 1, text, nil), text)
	}
	for _, half := range []string{"2001:db8:bad:cafeADDRESS-1/64", "fe80ADDRESS-1", "ADDRESS-1::/64", "fd12::ADDRESS-2"} {
		require.NotEmpty(t, look("a.html", 1, half, nil), half)
	}
}

// The strokes of a picture are figures, and may look like a host that is rented; elsewhere that is
// one.
func TestStrokesArePictures(t *testing.T) {
	t.Parallel()
	require.Empty(t, find("x", []byte(`<path class="p50" d="M20 34l5-33 34-34-11-34 6-6z"/>`), nil, nil))
	require.Len(t, find("x", []byte(`<path class="p50" d="M20 34l5-33"/><text d="34-34-11-34">34-34-11-34</text>`), nil, nil), 2)
	require.NotEmpty(t, find("x", []byte(`<path class="34-34-11-34" d="M20"/>`), nil, nil))
}
