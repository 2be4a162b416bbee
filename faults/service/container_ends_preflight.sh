if [ "$(ask '{{.HostConfig.AutoRemove}}')" = true ]; then
	echo "$name is removed as soon as it ends (--rm), and nothing could start it again"
	wrong=1
fi
