ALLOWED_HOSTS = ["*"]
OPENSTACK_HOST = "{{.VIP}}"
OPENSTACK_KEYSTONE_URL = "http://{{.VIP}}:5000/v3"
OPENSTACK_KEYSTONE_MULTIDOMAIN_SUPPORT = False
# one key for all nodes: a session made by one is read by another
SECRET_KEY = "{{hex "horizon" "session" 24}}"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
LOGGING = {"version": 1, "disable_existing_loggers": False}
