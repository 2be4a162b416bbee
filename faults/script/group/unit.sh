# The unit $service: whether it runs, where its processes are, and what starts it again.
service_state() { # active, or what it is instead
	systemctl show "$service" -p ActiveState --value
}
service_group() { # the control group of its processes, nothing where there are none
	systemctl show "$service" -p ControlGroup --value
}
service_scope() { # the unit of systemd whose settings limit that group, and the section that they are in
	echo "$service Service"
}
service_main() { # the process with which its group ends, and has to be free; nothing where systemd sees to that
	true
}
service_again() { # starts it, without waiting
	systemctl reset-failed "$service" 2>/dev/null || true
	systemctl start --no-block "$service"
}
service_processes() {
	within "$(service_group)"
}
