package power

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"

	"github.com/stmcginnis/gofish"
	"github.com/stmcginnis/gofish/schemas"

	"github.com/openstack-eris/eris/inventory"
)

type redfish struct {
	at             *inventory.Power
	user, password string
	client         *http.Client
}

// openRedfish reads the password and the certificates to verify with.
func openRedfish(p *inventory.Power, dial Dial) (Driver, error) {
	password, err := readPassword(p.PasswordFile)
	if err != nil {
		return nil, err
	}
	secure := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: p.Insecure} //nolint:gosec // as the inventory says, which the plan tells
	if p.CAFile != "" {
		text, err := os.ReadFile(p.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read certificates of the BMC: %w", err)
		}
		secure.RootCAs = x509.NewCertPool()
		if !secure.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("read certificates of the BMC: %s has none in PEM", p.CAFile)
		}
	}
	return &redfish{at: p, user: p.User, password: password, client: &http.Client{
		Timeout: httpsWithin,
		// It is spoken to directly, whatever proxy the environment names.
		Transport: &http.Transport{DialContext: dial, TLSClientConfig: secure, TLSHandshakeTimeout: httpsWithin, DisableKeepAlives: true},
		// Whoever it points to would be given the password.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Status implements Driver.
func (d *redfish) Status(ctx context.Context) (State, error) {
	state := Unknown
	err := d.session(ctx, func(system *schemas.ComputerSystem) error {
		switch system.PowerState {
		case schemas.OnPowerState:
			state = On
		case schemas.OffPowerState:
			state = Off
		default: // on its way, or it does not say
			return fmt.Errorf("its PowerState is %q", system.PowerState)
		}
		return nil
	})
	if err != nil {
		return Unknown, fmt.Errorf("read power at %s: %w", d.at.Place(), short(err))
	}
	return state, nil
}

// Do implements Driver.
func (d *redfish) Do(ctx context.Context, action Action) error {
	resets, known := map[Action][]schemas.ResetType{
		TurnOn: {schemas.OnResetType, schemas.ForceOnResetType}, TurnOff: {schemas.ForceOffResetType},
		Cycle: {schemas.PowerCycleResetType}, Reset: {schemas.ForceRestartResetType},
	}[action]
	if !known {
		return fmt.Errorf("power %s at %s: no such action", action, d.at.Place())
	}
	err := d.session(ctx, func(system *schemas.ComputerSystem) error {
		reset := resets[0]
		if allowed, err := system.GetSupportedResetTypes(); err == nil && len(allowed) > 0 {
			at := slices.IndexFunc(resets, func(r schemas.ResetType) bool { return slices.Contains(allowed, r) })
			if at < 0 {
				return fmt.Errorf("it takes none of %v, only %v", resets, allowed)
			}
			reset = resets[at]
		}
		_, err := system.Reset(reset)
		return sent(err, status)
	})
	if err != nil {
		return fmt.Errorf("power %s at %s: %w", action, d.at.Place(), short(err))
	}
	return nil
}

// session logs in, reads the system, lets do, and logs out: a session that is left
// counts against the few that a controller has.
func (d *redfish) session(ctx context.Context, do func(system *schemas.ComputerSystem) error) error {
	c, err := gofish.ConnectContext(ctx, gofish.ClientConfig{
		Endpoint: d.at.URL, Username: d.user, Password: d.password, HTTPClient: d.client, NoModifyTransport: true,
	})
	if err != nil {
		return fmt.Errorf("log in as %s: %w", d.user, err)
	}
	defer c.WithContext(context.WithoutCancel(ctx)).Logout() // within the client's time
	system, err := schemas.GetComputerSystem(c, "/redfish/v1/Systems/"+url.PathEscape(d.at.Machine))
	if err != nil {
		return err
	}
	return do(system)
}

// status is the HTTP status of a Redfish service's error; 0 where it is none.
func status(err error) int {
	if answer, is := errors.AsType[*schemas.Error](err); is {
		return answer.HTTPReturnedStatusCode
	}
	return 0
}
