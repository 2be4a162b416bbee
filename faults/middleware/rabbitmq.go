package middleware

import (
	"errors"
	"strconv"

	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/script"
	"github.com/openstack-eris/eris/inventory"
)

// rabbitmq are the steps of a fault of RabbitMQ whose scripts begin with its name,
// but for the undo of what looks on only; common is what they share.
func rabbitmq(target faults.Target, fault, common string, args ...string) (faults.Scripts, error) {
	unit, err := target.Unit()
	if err != nil {
		return faults.Scripts{}, err
	}
	if target.Service.Port == 0 {
		return faults.Scripts{}, errors.New("check rabbitmq." + fault + ": the inventory gives the service no port")
	}
	own := "rabbitmq_" + fault
	return faults.Scripts{
		Args:        append([]string{unit, strconv.Itoa(target.Service.Port)}, args...),
		Tools:       append([]string{"systemctl", "rabbitmqctl", "timeout", "ss", "sed", "grep", "tr", "cut", "sort", "wc", "head"}, inventory.ProbeTools(target.Service)...),
		Preflight:   common + text("rabbitmq_running.sh", own+"_preflight.sh"),
		Fingerprint: common + text(own+"_fingerprint.sh"),
		Inject:      common + text(own+"_inject.sh"),
		Observe:     common + text(own+"_observe.sh"),
		Healthy:     script.Active() + inventory.ProbeScript(target.Node, target.Service),
		Resources:   []string{"rabbitmq:" + unit},
	}, nil
}
