# Keeps the lock of Python's logging Python's own in a server of real threads.
#
# oslo.log takes everybody who has imported eventlet, as oslo.messaging and others
# do, for one who serves by it. Its setup (_fix_eventlet_logging in oslo_log/log.py)
# then gives logging a lock of eventlet's, which can wake a waiter in its own
# thread only. Two threads that first ask for a logger at the same time, as the
# health checks do that pile up while a cold node loads its services, end in
# "greenlet.error: cannot switch to a different thread", whoever wants the lock next
# waits for good, and the worker hangs with its unit active and its port open.
#
# The lock that it replaces is right wherever threads are real.
try:
    import oslo_log.log
except ImportError:
    pass
else:
    oslo_log.log._fix_eventlet_logging = lambda: None
    print("native_locks: logging keeps the lock of Python's threads", flush=True)
