#!/usr/bin/python3
"""Swift's replicators and updaters, pass after pass, in one process.

As daemons of their own they would take five times the memory and start five
interpreters, to sleep nearly all of the time. What a pass does is theirs."""
import eventlet
from swift.account.replicator import AccountReplicator
from swift.common import utils
from swift.container.replicator import ContainerReplicator
from swift.container.updater import ContainerUpdater
from swift.obj.replicator import ObjectReplicator
from swift.obj.updater import ObjectUpdater

PAUSE = 20  # seconds between two passes

eventlet.hubs.use_hub(utils.get_hub())
utils.eventlet_monkey_patch()
passes = []
for klass, kind, section in (
        (AccountReplicator, "account", "account-replicator"),
        (ContainerReplicator, "container", "container-replicator"),
        (ContainerUpdater, "container", "container-updater"),
        (ObjectReplicator, "object", "object-replicator"),
        (ObjectUpdater, "object", "object-updater")):
    conf = utils.readconf("/etc/swift/%s-server.conf" % kind, section)
    logger = utils.get_logger(conf, "swift-" + section, log_route=section)
    passes.append((klass(conf, logger), logger))
while True:
    for daemon, logger in passes:
        try:
            daemon.run_once()
        except (Exception, eventlet.Timeout):
            logger.exception("a pass failed")
    eventlet.sleep(PAUSE)
