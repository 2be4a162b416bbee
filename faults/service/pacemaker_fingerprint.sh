# pacemaker_fingerprint.sh RESOURCE ID ...: what the cluster has of it. Of a clone,
# that it runs here, whichever role it has; of what there is only once, that it runs
# somewhere: where, is the cluster's matter, and it may stay where it went.
look >&2 || exit 1
echo "Node=$here"
echo "Resource=$tag"
if [ "$tag" = clone ]; then
	echo "RunsHere=${at:+yes}"
else
	echo "Runs=${anywhere:+yes}"
fi
for rule in $(rules); do
	echo "Constraint=$rule"
done
echo "$(failures)" | sed 's/^/Failures=/'
