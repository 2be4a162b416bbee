package record_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
)

func TestOneLine(t *testing.T) {
	fernet := "gAAAAABmQk7yZt3Yv9Qw1Xs2Dc4Rf5Tg6Yh7Uj8Ik9Ol0Pq1Ws2Ed"
	for text, want := range map[string]string{
		// What says what went wrong stays.
		"Post \"http://10.0.0.1:5000/v3/auth/tokens\": dial tcp 10.0.0.1:5000: connect: connection refused": "Post \"http://10.0.0.1:5000/v3/auth/tokens\": dial tcp 10.0.0.1:5000: connect: connection refused",
		"issue token: context deadline exceeded":                                                            "issue token: context deadline exceeded",
		"keystone.issue_token: status 503":                                                                  "keystone.issue_token: status 503",
		"get token: http://10.0.0.1/v3: EOF":                                                                "get token: http://10.0.0.1/v3: EOF",
		"basic authentication is wanted":                                                                    "basic authentication is wanted",
		"a key: 7 of 9":                                                                                     "a key: 7 of 9",
		"ssh -p 22 and scp -P 22, docker run -p8080":                                                        "ssh -p 22 and scp -P 22, docker run -p8080",
		"sudo: nova : PWD=/var/lib/nova ; USER=root":                                                        "sudo: nova : PWD=/var/lib/nova ; USER=root",
		"Duplicate entry 'x' for key 'PRIMARY'":                                                             "Duplicate entry 'x' for key 'PRIMARY'",
		`{"itemNotFound": {"message": "Instance x could not be found", "code": 404}}`:                       `{"itemNotFound": {"message": "Instance x could not be found", "code": 404}}`,
		"bypass: true, passed: 3, compass: north, by_passed: 4, --bypass on":                                "bypass: true, passed: 3, compass: north, by_passed: 4, --bypass on",
		// Secrets do not, whatever they are written as.
		"X-Auth-Token: " + fernet: "X-Auth-Token: REDACTED",
		"X-Auth-Token: abcdef":    "X-Auth-Token: REDACTED",
		"x-subject-token=1f2e3d4c5b6a79881f2e3d4c5b6a7988 is no good":      "x-subject-token=REDACTED is no good",
		"map[Accept:[text] X-Auth-Token:[abc def]] was sent":               "map[Accept:[text] X-Auth-Token:REDACTED] was sent",
		`{"auth": {"password": {"user": {"password": "p\"w d"}}}, "x": 1}`: `{"auth": {"password": {"user": {"password": REDACTED}}}, "x": 1}`,
		`"{\"password\":\"swordfish\",\"x\":1}"`:                           `"{\"password\":REDACTED,\"x\":1}"`,
		`{"server": {"adminPass": "Xy7", "id": "a"}}`:                      `{"server": {"adminPass": REDACTED, "id": "a"}}`,
		"password: swordfish":                                              "password: REDACTED",
		"OS_PASSWORD=swordfish openstack":                                  "OS_PASSWORD=REDACTED openstack",
		"openstack --os-password swordfish server list":                    "openstack --os-password REDACTED server list",
		"DB_PASS: swordfish and pass=swordfish, x_pass_2: swordfish":       "DB_PASS: REDACTED and pass=REDACTED, x_pass_2: REDACTED",
		"tool --db-pass swordfish":                                         "tool --db-pass REDACTED",
		"token: 1f2e3d4c5b6a79881f2e3d4c5b6a7988":                          "token: REDACTED",
		"http://10.0.0.1:6080/vnc_auto.html?path=%3Ftoken%3Dab12-cd3":      "http://10.0.0.1:6080/vnc_auto.html?path=%3Ftoken%3DREDACTED",
		"http://10.0.0.1/o?temp_url_sig=ab12&temp_url_expires=3":           "http://10.0.0.1/o?temp_url_sig=REDACTED&temp_url_expires=3",
		"mysql+pymysql://nova:p@ss@10.0.0.1/nova is away":                  "mysql+pymysql://REDACTED@10.0.0.1/nova is away",
		"https://ghost@host/x":                                             "https://REDACTED@host/x",
		"GET /v2.0/tokens/1f2e3d4c5b6a: 404":                               "GET /v2.0/tokens/REDACTED: 404",
		"Authorization: Bearer ab12.cd34-ef":                               "Authorization: REDACTED",
		"sent Bearer ab12.cd34-ef56":                                       "sent Bearer REDACTED",
		"it said " + fernet + " is no token":                               "it said REDACTED is no token",
		"Set-Cookie: session=ab; path=/\nServer: x":                        "Set-Cookie: REDACTED Server: x",
		"key -----BEGIN RSA PRIVATE KEY-----\nMIIE\n":                      "key REDACTED",
		"COMMAND=/usr/bin/mysql -uroot -pS3cret -P 3306 nova":              "COMMAND=/usr/bin/mysql -uroot -pREDACTED -P REDACTED nova",
		"mysqldump -p12345 nova":                                           "mysqldump -pREDACTED nova",
		"ipmitool -I lanplus -U admin -P Secret chassis":                   "ipmitool -I lanplus -U admin -P REDACTED chassis",
		"ipmitool -U admin -P'Sec ret' chassis":                            "ipmitool -U admin -PREDACTED chassis",
		"sshpass -p geheim ssh root@ctl-1":                                 "sshpass -p REDACTED ssh root@ctl-1",
		"MYSQL_PWD=S3cret mysql -uroot":                                    "MYSQL_PWD=REDACTED mysql -uroot",
		"DRIVER=x;UID=sa;pwd=S3cret;":                                      "DRIVER=x;UID=sa;pwd=REDACTED;",
		"[client.nova] key = AQBkZ29lZmZyZXkgd2FzIGhlcmUgdG9kYXk0Cg==":     "[client.nova] key = REDACTED",
		"{\"key\": \"AQBkZ29lZmZyZXkgd2FzIGhlcmUgdG9kYXk0Cg==\"}":          "{\"key\": \"REDACTED\"}",
		"found AQBkZ29lZmZyZXkgd2FzIGhlcmUgdG9kYXk0Cg== there":             "found REDACTED there",
		"tool [--os-password, hunter2a, -phunter2b, \"--token\", hunter2c, -u, \"admin:hunter2d\", --key, hunter2e]": "tool [--os-password, REDACTED, -pREDACTED, \"--token\", REDACTED, -u, \"admin:REDACTED\", --key, REDACTED]",
		"curl http://10.0.0.1/o?a=b&sig=hunter2 && export PW=hunter2; x":                                             "curl http://10.0.0.1/o?a=b&sig=REDACTED && export PW=REDACTED; x",
		"echo hunter2 | sudo -S id; echo -n 'hunter2' | LANG=C sudo -u nova -S id":                                   "echo REDACTED | sudo -S id; echo -n REDACTED | LANG=C sudo -u nova -S id",
		"<password>hunter2</password><user>ann</user>":                                                               "<password>REDACTED</password><user>ann</user>",
		"pw: hunter2, the password hunter2, Password is hunter2":                                                     "pw: REDACTED, the password REDACTED, Password is REDACTED",
		"secret_key_base 0123456789abcdef0123, TOKEN_8f14e45fceea167a5a36dedd4bea":                                   "secret_key_base REDACTED, TOKEN_REDACTED",
		"snmpwalk community public123":                                                                               "snmpwalk community REDACTED",
		"password 3 of 4 is wrong, the password is missing, community of 3":                                          "password 3 of 4 is wrong, the password is missing, community of 3",
		// A terminal obeys nothing of it.
		"\x1b[31mred\x1b[0m \x1b]0;title\x07and\x00\r\n\tblue\u202e\u200b \xff": "red and blue ?",
		"token=\x1b[1mab12": "token=REDACTED",
		"":                  "",
	} {
		require.Equal(t, want, record.OneLine(text, 500), text)
	}
}

func TestOneLineIsCutBetweenCharacters(t *testing.T) {
	for most := 4; most < 40; most++ {
		got := record.OneLine(strings.Repeat("Zürich ", 50), most)
		require.LessOrEqual(t, len(got), most)
		require.True(t, utf8.ValidString(got), got)
		require.True(t, strings.HasSuffix(got, "…"))
	}
}

// Half a secret at the end of what is read is not known as one.
func TestOneLineReadsNoHalfASecret(t *testing.T) {
	for fill := 1990; fill < 2060; fill++ {
		text := strings.Repeat("password=x ", fill/11+1)[:fill] + " http://user:mellon@host/"
		require.NotContains(t, record.OneLine(text, 1<<20), "mell")
	}
}

func FuzzOneLine(f *testing.F) {
	f.Add("password: \"x\x1b[31m", 20)
	f.Fuzz(func(t *testing.T, text string, most int) {
		most = max(4, min(most, 1000))
		got := record.OneLine(text, most)
		require.LessOrEqual(t, len(got), most)
		require.True(t, utf8.ValidString(got))
		require.NotContains(t, got, "\x1b")
		require.NotContains(t, got, "\n")
	})
}
