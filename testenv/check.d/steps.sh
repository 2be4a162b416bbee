# The steps of testenv/check, one function each. A step prints what failed in
# full and what passed in short, and counts with `count` or through tally.
# Sourced by testenv/check.

# single NAME CMD… is a step that counts as one; its output is shown if it fails.
single() {
	local name=$1 log=$work/$1.log
	shift
	if run "$@" >"$log" 2>&1; then
		count 1 0 0
		return 0
	fi
	cat "$log"
	echo "FAIL $name: $*"
	count 0 1 0
	return 1
}

# tests ARG… is `go test ARG…`, counted.
tests() {
	[ -x "$work/tally" ] || run go build -o "$work/tally" ./testenv/tally || {
		echo "FAIL tests: testenv/tally does not build"
		count 0 1 0
		return
	}
	run "$work/tally" -counts "$counts" go test -json "$@"
	local status=$?
	if [ "$status" -gt 1 ]; then
		echo "FAIL tests: not counted (exit status $status)"
		count 0 1 0
	fi
}

unformatted() { gofmt -d . && [ -z "$(gofmt -l .)" ]; }

step_format() { single format unformatted; }

# tags are those that tests stand behind; each has a step that runs them.
tags=lab,guest,page,openstackclient,libvirt,ovn,sinks,openstack,healing,runtimes

vet() { go vet ./... && go vet -tags "$tags" ./...; }

step_vet() { single vet vet; }

step_lint() { single lint go tool -modfile=tools/go.mod golangci-lint run --allow-parallel-runners; }

# drawn is the word that draws a tenth of the cases of the suites of faults beside the core
# case of each kind, and which of the slow packages go under the race detector; with --full
# all are run.
drawn() {
	if [[ " ${steps[*]} " == *" full "* ]]; then echo all; else date +%Y%m%d; fi
}

# slow are the folders of the tests that take most of the time: the suites that each kind
# of fault goes through on a simulated node, and what is named in check.d/slow.
slow() {
	{
		grep -rlE --include='*_test.go' '^func Test[A-Za-z0-9_]*OnASimulatedNode\(' . | xargs -r -n 1 dirname
		while read -r folder; do
			[ ! -d "$folder" ] || echo "$folder"
		done <testenv/check.d/slow
	} | sort -u
}

# a_fifth prints every fifth of the lines on stdin, on each of five days another one.
a_fifth() { awk -v day="$(($(date +%s) / 86400))" '(NR + day) % 5 == 0'; }

# step_test runs all tests. The race detector has them take eight times as much of the
# processors, so that of the slow packages a fifth goes under it, which the day draws, and
# all of them without it, more at once since they mostly wait.
step_test() {
	local sample folders raced packages
	packages=$(go list -f '{{.Dir}}' ./...) || {
		echo "FAIL tests: the packages cannot be listed"
		count 0 1 0
		return
	}
	if ! has gcc; then
		echo "skip the race detector: it needs gcc"
		count 0 0 1
		tests -shuffle=on ./...
		return
	fi
	sample=$(drawn)
	mapfile -t folders < <(slow)
	if [ "$sample" = all ] || [ ${#folders[@]} -eq 0 ]; then
		CGO_ENABLED=1 ERIS_TEST_SAMPLE=$sample tests -race -shuffle=on -timeout 60m ./...
		return
	fi
	mapfile -t raced < <(printf '%s\n' "${folders[@]}" | a_fifth)
	echo "   of the slow packages all without the race detector, and with it those of the day: ${raced[*]:-none}"
	echo "   of what each kind of fault must stand, its core case and a tenth of the rest: ERIS_TEST_SAMPLE=$sample (all: all)"
	ERIS_TEST_SAMPLE=$sample tests -shuffle=on -timeout 20m -p $((2 * $(nproc))) -parallel $((3 * $(nproc))) "${folders[@]}"
	mapfile -t -O ${#raced[@]} raced < <(
		echo "$packages" | sed "s|^$PWD|.|" | grep -vxFf <(printf '%s\n' "${folders[@]}")
	)
	[ ${#raced[@]} -eq 0 ] || CGO_ENABLED=1 ERIS_TEST_SAMPLE=$sample tests -race -shuffle=on -timeout 20m "${raced[@]}"
}

# tagged TAG prints `folder Test` for every test behind a build tag.
tagged() {
	local file
	grep -rlE --include='*_test.go' "^//go:build (.*[ (])?$1([ )]|\$)" . | sort | while read -r file; do
		sed -nE 's/^func (Test[A-Za-z0-9_]*)\(t .*/\1/p' "$file" | sed "s|^|$(dirname "$file") |"
	done
}

# memory prints how many MiB of it processes can have.
memory() { awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo; }

# tagged_tests TAG STEP runs them, a package at a time, or names every one that
# cannot run and why.
tagged_tests() {
	local tag=$1 why folder test folders drawn limit=60m
	[ "$tag" != openstack ] || limit=3h # the whole library is run there
	why=$(lacks "$2" | tr '\n' ' ')
	[[ $2 != node && $2 != guest && $2 != libvirt && $2 != full ]] || [ "$(id -u)" -eq 0 ] || why="root $why"
	[ "$tag" != healing ] || [ "$(memory)" -ge "$(sed -n 's/^memory_mib: *//p' testenv/lab/profiles/healing.yaml)" ] || why="more memory $why"
	if [ -z "$(tagged "$tag")" ]; then
		echo "FAIL $2: no test carries the build tag $tag"
		count 0 1 0
		return
	fi
	if [ -n "$why" ]; then
		while read -r folder test; do
			echo "skip $folder $test: needs $why"
			count 0 0 1
		done < <(tagged "$tag")
		return
	fi
	mapfile -t folders < <(tagged "$tag" | cut -d ' ' -f 1 | sort -u)
	if [ "$tag" = lab ] && [ "$(drawn)" != all ]; then
		mapfile -t drawn < <(printf '%s\n' "${folders[@]}" | grep '^\./faults/' | a_fifth)
		echo "   of the families of faults those of the day: ${drawn[*]:-none}"
		mapfile -t -O ${#drawn[@]} drawn < <(printf '%s\n' "${folders[@]}" | grep -v '^\./faults/')
		folders=("${drawn[@]}")
	fi
	for folder in "${folders[@]}"; do
		tests -tags "$tag" -count=1 -timeout "$limit" -run "^($(tagged "$tag" | sed -n "s|^$folder ||p" | paste -sd '|'))\$" "$folder"
	done
}

# labs_down NAME… takes down labs that the tests share, also those of an earlier run.
labs_down() {
	local name
	[ $# -gt 0 ] || return 0
	[ -x "$work/eris" ] || go build -o "$work/eris" ./cmd/eris || return
	for name in "$@"; do
		"$work/eris" lab down --name "$name" >"$work/down.log" 2>&1 && continue
		cat "$work/down.log"
		echo "testenv/check: the lab called $name is not down"
	done
}

# on_labs TAG STEP NAME… runs the tests behind a tag on the labs that they share,
# which they make, and takes these down.
on_labs() {
	local tag=$1 step=$2
	shift 2
	hold machine
	if [ "$(id -u)" -eq 0 ] && [ -z "$(lacks "$step")" ]; then
		labs_down "$@"
		labs=("$@")
	fi
	tagged_tests "$tag" "$step"
	labs_down "${labs[@]}"
	labs=()
	release
}

# step_node runs the families of faults of the day, a fifth of them, and of what each of
# their kinds must stand its core case and a tenth of the rest; with --full all of it.
step_node() {
	local sample
	sample=$(drawn)
	echo "   faults on real nodes: ERIS_TEST_SAMPLE=$sample, which draws a tenth of the cases beside the core case of each kind (all: all)"
	ERIS_TEST_SAMPLE=$sample on_labs lab node "${ERIS_TEST_LAB:-check}" "${ERIS_TEST_BARE_LAB:-bare}" trial halfway beside # the last three testenv/lab makes and takes down itself
}

step_full() { ERIS_TEST_SAMPLE=all on_labs openstack full "${ERIS_TEST_FULL_LAB:-full}"; }

# step_healing has a lab of its own, of the profile healing.
step_healing() { on_labs healing full "${ERIS_TEST_HEALING_LAB:-healing}"; }

# step_runtimes has a small one, of the profile runtimes.
step_runtimes() { ERIS_TEST_SAMPLE=all on_labs runtimes node "${ERIS_TEST_RUNTIMES_LAB:-runtimes}"; }

step_guest() {
	hold machine
	tagged_tests guest guest
	release
}

step_page() {
	hold machine
	tagged_tests page page
	release
}

step_client() { tagged_tests openstackclient client; }

step_libvirt() { tagged_tests libvirt libvirt; }

# step_ovn reads a real OVN, its databases a cluster.
step_ovn() {
	fetch_ovn
	ERIS_TEST_OVN=$(ovn) tagged_tests ovn ovn
}

# step_sinks writes runs to a real InfluxDB and has a real Prometheus scrape them.
step_sinks() {
	fetch_sinks
	ERIS_TEST_INFLUXD=$(influxd) ERIS_TEST_PROMETHEUS=$(prometheus) ERIS_TEST_NODE_EXPORTER=$(node_exporter) tagged_tests sinks sinks
}

step_bench() {
	hold machine
	single bench go run ./testenv/bench -quick && cat "$work/bench.log"
	release
}
