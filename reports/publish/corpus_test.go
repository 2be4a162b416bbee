package publish

import (
	"bytes"
	"html"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// What clouds and programs say, with a place for what is not to be told.
func carriers() map[string][]string {
	return map[string][]string{
		"host": {
			"dial tcp: lookup % on resolver: no such host", "Unable to establish connection to https://%:5000/v3/auth/tokens", "ssh root@% reboot",
			"AMQP server on %:5671 is unreachable: timed out. Trying again in 1 seconds.", "no route to host (%)", "Connection to % closed.",
			"ERROR nova.compute.manager [None req-1 - -] Instance lost on '%'", `{"host": "%", "binary": "nova-compute"}`, "ping -c 1 %", "mail admin@%, please",
			"certificate is valid for %, not for localhost", "transport_url=rabbit://nova:REDACTED@%:5672/", "curl --resolve %:443:127.0.0.1 x", "/var/log/%/keystone.log", "%",
			"MySQL server has gone away (%).", "host=%;port=3306", "nc -zv % 22",
			"HTTPSConnectionPool(host='%', port=5000): Max retries exceeded", "Access denied for user 'nova'@'%' (using password: YES)", "x509: certificate is valid for *.%, not for localhost",
			"Could not resolve hostname %: Name or service not known", "Host '%' is not mapped to any cell", "subject=CN=%, O=x",
		},
		"address": {
			"dial tcp %:5000: connect: connection refused", "no route to %", "host=%;", "db:%", "e:%", "add:% via", "(%)", "on %, %.", "'%'", "http://%/v3", "%/24", "from % port 22",
			"rabbit@%", "src=%->dst",
		},
		"word": {
			"mysql -u nova -p% nova", "mysqldump -p% --all-databases", "mariadb -uroot '-p%'", "sshpass -p % ssh ctl-1", "ipmitool -I lanplus -U admin -P % power off", "OS_PASSWORD=% openstack server list",
			"DB_PASS=%", "export KEYSTONE_DB_PASS='%'", "NOVA_DB_PWD: %", "db_password = %", `{"password": "%"}`, "https://ann:%@api/v3", "mysql+pymysql://nova:%@db/nova",
			"X-Auth-Token: %", "--os-password % server list", "Authorization: Basic %", "?token=%&a=b", "X-Auth-Key: %", "mysql+pymysql://nova:a/%@db/nova", "nova:%@ctl-1:5672", "curl -u admin:% x", "IDENTIFIED BY '%'", "wsrep_sst_auth=sst:%",
			"auth password -> %", "redis-cli -a % ping", "requirepass %", "rabbitmqctl change_password nova %", "psk=%", "OS_TOKEN %", "secret_key=%", "aws_secret_access_key = %", "admin_pass=%", "PGPASSWORD=% psql",
			"<password>%</password>", "pw: %", "the password % was refused", "command: [mysql, --password, %, nova]", "echo % | sudo -S id", "GET /o?a=b&sig=%",
		},
		"shape": {"% was refused", "invalid key %.", "git clone https://x/%", "'%'", "user data: %", "key is %, and"},
	}
}

// secrets draws what is not to be told.
func secrets(kind string, t *rapid.T) string {
	from := func(pattern string) string { return rapid.StringMatching(pattern).Draw(t, kind) }
	switch kind {
	case "host":
		return from(`(ctl|kvm|db|rabbit|api|vm)(-?[0-9]{1,2})?\.([a-z][a-z0-9]{1,6}(-[a-z0-9]{1,3})?\.){0,2}(com|org|net|de|local|lan|internal|corp|example|io|cloud|eu|it|at)`)
	case "address":
		octet := `(25[0-4]|1[0-9][0-9]|[1-9][0-9]|[1-9])`
		return from(`(` + octet + `\.` + octet + `\.` + octet + `\.` + octet + `|fd[0-9a-f]{2}:[1-9a-f]{4}::[1-9a-f]{4}|2001:db8(:[1-9a-f]{1,4}){6}|fd[0-9a-f]{2}(:[1-9a-f][0-9a-f]{0,3}){0,5}::)`)
	case "word":
		return from(`[A-Za-z][A-Za-z0-9]{5,10}[0-9][A-Za-z0-9]{3,6}`)
	}
	return from(`(AKIA|ASIA)[A-Z0-9]{16}|gh[ps]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_]{20}|gAAAAAB[A-Za-z0-9_]{60}|eyJhbGciOi[A-Za-z0-9]{10}\.eyJ[A-Za-z0-9]{12}\.[A-Za-z0-9]{16}|hvs\.[A-Za-z0-9]{24}|xoxb-[0-9]{12}|\$6\$[a-z]{8}\$[A-Za-z0-9]{30}`)
}

// carried draws a text with something that is not to be told in it.
func carried(t *rapid.T) (text, secret string) {
	all := carriers()
	kind := rapid.SampledFrom([]string{"host", "address", "word", "shape"}).Draw(t, "kind")
	secret = secrets(kind, t)
	return strings.ReplaceAll(rapid.SampledFrom(all[kind]).Draw(t, "carrier"), "%", secret), secret
}

// What is not to be told is taken out, whatever it stands in; whoever looks finds it where
// it was not, and nothing where it was.
func TestWhatIsNotToBeToldIsTakenOutOfEveryTextAndFoundInIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, secret := carried(t)
		if len(look("a.html", 1, text, nil)) == 0 {
			t.Fatalf("nothing was found in %q", text)
		}
		var h reports.Hiding
		told := h.Text(text)
		if strings.Contains(told, secret) {
			t.Fatalf("%q became %q", text, told)
		}
		if found := look("a.html", 1, told, nil); len(found) > 0 {
			t.Fatalf("%q became %q, in which there is %v", text, told, found)
		}
	})
}

// The words of Eris, and of what it is about, stay as they are.
func TestWhatIsToBeToldStays(t *testing.T) {
	for _, text := range []string{
		"service.kill of keystone@ctl-2: keystone is dead, 4 processes gone", "oslo.messaging impl_rabbit.py:640, keystone.service, haproxy.cfg and /etc/nova/nova.conf",
		"loadgen/open.go:12 nova.boot_server galera.non_primary api.up", "keystone 2:22.0.2-0+deb12u6, kernel 6.1.0-48-amd64", "availability of tokens ≥ 99.5 %",
		"std::vector and Foo::Bar, Net::SSH2, Add::Route, md5::hash", "docker run -p 80:80 -u nova, image:tag, ctl-1:5672", "OS_TOKEN is missing",
		"token: connection refused", "python3.11 -m venv, mkdir -p /srv/a, nc -p 8080", "objectives, i.e. the limits, e.g. 3", "server.id is wrong", "eris run a.yaml -i lab --seed 7",
		"system-lvm2\\x2dpvscan.slice libc.so.6 run.sh", "2026-11-21T09:30:00Z 10:00:01.250",
	} {
		var h reports.Hiding
		require.Equal(t, text, h.Text(text))
		require.Empty(t, look("a.html", 1, text, nil), text)
	}
}

// What a service says of a secret without telling it stays, and is no leak: it must not keep
// the pages of all runs from being published.
func TestProseAboutSecretsStaysAndIsNoLeak(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "of") }
		text := draw("", "get ", "Invalid ", "container ", "keystone.", "revoke nova_") + draw("token", "tokens", "secret", "credential", "credentials") + ": " +
			draw("401", "404", "not found", "connection refused", "unavailable", "missing, again", "keystone.middleware: denied", "(none)", "EOF; retrying") + draw("", " (HTTP 503)", "; 3 times")
		var h reports.Hiding
		told := h.Text(text)
		if !strings.Contains(text, "(none)") && told != text {
			t.Fatalf("%q became %q", text, told)
		}
		if found := look("a.html", 1, told, nil); len(found) > 0 {
			t.Fatalf("%q: %v", told, found)
		}
	})
}

// A page of a run whose errors, log lines and command have it tells nothing of it.
func TestAPageTellsNothingOfWhatFreeTextsHave(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) [2]string {
		text, secret := carried(t)
		return [2]string{text, secret}
	})
	var all []string // texts
	var secrets []string
	for n := range 240 {
		one := draw.Example(n)
		all, secrets = append(all, one[0]), append(secrets, one[1])
	}
	rec := example.Passing()
	rec.Failures = func(string) (said []record.Failure, err error) {
		for n, class := range []string{"http_5xx", "timeout", "connect"} {
			said = append(said, record.Failure{Class: class, Operation: all[n], Text: all[10+n], At: 31e9, Count: 3})
		}
		return said, nil
	}
	rec.Events = append(rec.Events, record.Event{Logged: &record.Logged{Node: "ctl-1", Lines: []record.LoggedExcerpt{
		{Source: "/var/log/keystone/keystone.log", Fault: "kill", Service: "keystone", Lines: all},
	}, Silent: all[:40]}})
	rec.Meta.Command = append([]string{"eris", "run"}, all[:60]...)
	var page bytes.Buffer
	require.NoError(t, reports.NewHiddenView(kpi.Compute(rec, kpi.Settings{}), &reports.Hiding{}).WriteHTML(&page))
	text := html.UnescapeString(page.String())
	for n, secret := range secrets {
		require.NotContains(t, text, secret, "the record has %q", all[n])
	}
	require.Empty(t, find("a.html", page.Bytes(), nil, nil))
}
