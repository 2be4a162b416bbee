"""Nova's driver of the lab: a server is a network namespace on this node.

What the network sees is real: Neutron wires the port, DHCP gives the address,
the metadata service the identity, the security group decides what passes. A
guest has no kernel and no disk of its own, so everything about disks is as in
Nova's fake driver, and a guest that is moved starts anew where it arrives.

The driver keeps nothing in memory: a guest is what its files and its cgroup
say, so a restart of nova-compute finds what is there.
"""

import io
import json

from eventlet import timeout as eventlet_timeout
from oslo_concurrency import processutils
from oslo_log import log as logging

from nova.compute import power_state
from nova.compute import task_states
import nova.conf
from nova import exception
from nova.image import glance
from nova.virt import driver
from nova.virt.eris_lab import guests
from nova.virt import fake
from nova.virt import hardware

CONF = nova.conf.CONF
LOG = logging.getLogger(__name__)

HELPER = "/usr/lib/eris-lab/guest"
STATES = {"running": power_state.RUNNING, "paused": power_state.PAUSED, "off": power_state.SHUTDOWN}


class LabDriver(fake.MediumFakeDriver):
    """Capacities are the flavours' words; what a guest may use is bounded on the node."""

    capabilities = dict(fake.FakeDriver.capabilities, supports_remote_managed_ports=False,
                        supports_attach_interface=True, supports_evacuate=True)
    vcpus = 32
    memory_mb = 32768
    local_gb = 1000

    # the fake driver makes these up
    get_diagnostics = driver.ComputeDriver.get_diagnostics
    get_instance_diagnostics = driver.ComputeDriver.get_instance_diagnostics
    get_vnc_console = driver.ComputeDriver.get_vnc_console
    get_spice_console = driver.ComputeDriver.get_spice_console
    get_rdp_console = driver.ComputeDriver.get_rdp_console
    get_serial_console = driver.ComputeDriver.get_serial_console
    get_mks_console = driver.ComputeDriver.get_mks_console

    def _guest(self, verb, instance, spec=None):
        processutils.execute("sudo", "-n", HELPER, verb, instance.uuid,
                             process_input=None if spec is None else json.dumps(spec))

    def _ensure(self, instance, interfaces):
        spec = {"hostname": (instance.hostname or "guest").split(".")[0].lower(),
                "vcpus": instance.flavor.vcpus, "memory_mb": instance.flavor.memory_mb, "interfaces": interfaces}
        try:
            self._guest("ensure", instance, spec)
        except processutils.ProcessExecutionError as e:
            # the one that Nova's start survives when a port is not bound
            LOG.error("cannot plug: %s", e.stderr.strip(), instance=instance)
            raise exception.VirtualInterfacePlugException(e.stderr.strip())

    def _boot(self, instance, network_info, power_on=True, wait=False):
        """Plug the guest in and start it; with wait, once Neutron has wired it."""
        vifs = list(network_info or [])
        wanted = []
        if wait and power_on and CONF.vif_plugging_timeout:
            wanted = [("network-vif-plugged", vif["id"]) for vif in vifs if vif.get("active", True) is False]
        try:
            with self.virtapi.wait_for_instance_event(
                    instance, wanted, deadline=CONF.vif_plugging_timeout, error_callback=self._wiring_failed):
                self._ensure(instance, [guests.interface(vif) for vif in vifs])
        except eventlet_timeout.Timeout:
            LOG.warning("Neutron has not wired %s in %d s", wanted, CONF.vif_plugging_timeout, instance=instance)
            if CONF.vif_plugging_is_fatal:
                self._guest("remove", instance)
                raise exception.VirtualInterfaceCreateException()
        except exception.VirtualInterfaceCreateException:
            self._guest("remove", instance)
            raise
        if power_on:
            self._guest("start", instance)

    def _wiring_failed(self, event_name, instance):
        LOG.error("Neutron could not wire: %s", event_name, instance=instance)
        if CONF.vif_plugging_is_fatal:
            raise exception.VirtualInterfaceCreateException()

    # What is there.

    def list_instance_uuids(self):
        return guests.list_all()

    def list_instances(self):
        return self.list_instance_uuids()

    def instance_exists(self, instance):
        return guests.read_state(instance.uuid) is not None

    def get_num_instances(self):
        return len(self.list_instance_uuids())

    def get_info(self, instance, use_cache=True):
        state = guests.read_state(instance.uuid)
        if state is None:
            raise exception.InstanceNotFound(instance_id=instance.uuid)
        return hardware.InstanceInfo(state=STATES[state])

    def get_console_output(self, context, instance):
        return (guests.read_file("console.log", instance.uuid) or "")[-guests.CONSOLE_TAIL:]

    # Coming and going.

    def spawn(self, context, instance, image_meta, injected_files, admin_password, allocations,
              network_info=None, block_device_info=None, power_on=True, accel_info=None):
        self._boot(instance, network_info, power_on, wait=True)

    def destroy(self, context, instance, network_info, block_device_info=None,
                destroy_disks=True, destroy_secrets=True):
        self._guest("remove", instance)

    def cleanup(self, context, instance, network_info, block_device_info=None, destroy_disks=True,
                migrate_data=None, destroy_vifs=True, destroy_secrets=True):
        self._guest("remove", instance)

    def plug_vifs(self, instance, network_info):
        self._ensure(instance, [guests.interface(vif) for vif in network_info])

    def unplug_vifs(self, instance, network_info):
        if guests.interfaces(instance.uuid) is not None:
            self._ensure(instance, [])

    def attach_interface(self, context, instance, image_meta, vif):
        there = guests.interfaces(instance.uuid)
        if there is None or any(nic["port"] == vif["id"] for nic in there):
            raise exception.InterfaceAttachFailed(instance_uuid=instance.uuid)
        self._ensure(instance, there + [guests.interface(vif)])

    def detach_interface(self, context, instance, vif):
        there = guests.interfaces(instance.uuid)
        if there is None or all(nic["port"] != vif["id"] for nic in there):
            raise exception.InterfaceDetachFailed(instance_uuid=instance.uuid)
        self._ensure(instance, [nic for nic in there if nic["port"] != vif["id"]])

    # On and off.

    def power_on(self, context, instance, network_info, block_device_info=None, accel_info=None):
        self._boot(instance, network_info)

    def power_off(self, instance, timeout=0, retry_interval=0):
        self._guest("stop", instance)

    def reboot(self, context, instance, network_info, reboot_type, block_device_info=None,
               bad_volumes_callback=None, accel_info=None):
        self._guest("stop", instance)
        self._boot(instance, network_info)

    def resume_state_on_host_boot(self, context, instance, network_info, block_device_info=None):
        if guests.read_state(instance.uuid) in (None, "off"):
            self._boot(instance, network_info)

    def pause(self, instance):
        self._guest("freeze", instance)

    def unpause(self, instance):
        self._guest("thaw", instance)

    def suspend(self, context, instance):
        # there is no memory image of a guest: off, with its place kept
        self._guest("stop", instance)

    def resume(self, context, instance, network_info, block_device_info=None):
        self._boot(instance, network_info)

    def rescue(self, context, instance, network_info, image_meta, rescue_password, block_device_info):
        self.reboot(context, instance, network_info, "HARD")

    def unrescue(self, context, instance):
        self._guest("stop", instance)
        self._guest("start", instance)

    # Images.

    def snapshot(self, context, instance, image_id, update_task_state):
        """A guest has no disk: its image says which guest it is of."""
        spec = guests.read_file("spec.json", instance.uuid)
        if spec is None:
            raise exception.InstanceNotRunning(instance_id=instance.uuid)
        update_task_state(task_state=task_states.IMAGE_PENDING_UPLOAD)
        update_task_state(task_state=task_states.IMAGE_UPLOADING, expected_state=task_states.IMAGE_PENDING_UPLOAD)
        api = glance.API()
        image = api.get(context, image_id)
        api.update(context, image_id, {"status": "active", "name": image["name"], "disk_format": "raw",
                                       "container_format": "bare", "properties": {}},
                   io.BytesIO(spec.encode()), purge_props=False)

    # To another host.

    def migrate_disk_and_power_off(self, context, instance, dest, flavor, network_info,
                                   block_device_info=None, timeout=0, retry_interval=0):
        self._guest("stop", instance)
        self._ensure(instance, [])
        return ""

    def finish_migration(self, context, migration, instance, disk_info, network_info, image_meta,
                         resize_instance, allocations, block_device_info=None, power_on=True):
        self._boot(instance, network_info, power_on)

    def finish_revert_migration(self, context, instance, network_info, migration,
                                block_device_info=None, power_on=True):
        self._boot(instance, network_info, power_on)

    def confirm_migration(self, context, migration, instance, network_info):
        if migration.source_compute != migration.dest_compute:
            self._guest("remove", instance)

    def pre_live_migration(self, context, instance, block_device_info, network_info, disk_info, migrate_data):
        self._ensure(instance, [guests.interface(vif) for vif in network_info])
        return migrate_data

    def post_live_migration(self, context, instance, block_device_info, migrate_data=None):
        self._guest("stop", instance)

    def post_live_migration_at_source(self, context, instance, network_info):
        self._guest("remove", instance)

    def post_live_migration_at_destination(self, context, instance, network_info,
                                           block_migration=False, block_device_info=None):
        self._boot(instance, network_info)

    def rollback_live_migration_at_destination(self, context, instance, network_info, block_device_info,
                                               destroy_disks=True, migrate_data=None):
        self._guest("remove", instance)
