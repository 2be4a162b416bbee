# A container that its engine removes when it ends nothing could start again.
if [ "$(service_says '{{.HostConfig.AutoRemove}}')" = true ] && [ -z "$(name=$service && starts run)" ]; then
	echo "$service is removed as soon as it ends (--rm), and nothing could start it again"
	exit 1
fi
