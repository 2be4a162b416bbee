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
tags=lab,guest,page,openstackclient,libvirt,openstack,healing,runtimes

vet() { go vet ./... && go vet -tags "$tags" ./...; }

step_vet() { single vet vet; }

step_lint() { single lint go tool -modfile=tools/go.mod golangci-lint run --allow-parallel-runners; }

# drawn is the word that draws a tenth of the cases of the suites of faults beside the core
# case of each kind; with --full all of them are run.
drawn() {
	if [[ " ${steps[*]} " == *" full "* ]]; then echo all; else date +%Y%m%d; fi
}

# suites are the folders of the suites that each kind of fault goes through on a simulated
# node.
suites() { grep -rlE --include='*_test.go' '^func Test[A-Za-z0-9_]*OnASimulatedNode\(' . | xargs -r -n 1 dirname | sort -u; }

# step_test runs all tests under the race detector, which makes them take eight times as
# much of the processors, and so of what each kind of fault must stand on a simulated node
# a sample there, of a third of the kinds, and all of it without.
step_test() {
	local sample folders
	if ! has gcc; then
		echo "skip the race detector: it needs gcc"
		count 0 0 1
		tests -shuffle=on ./...
		return
	fi
	sample=$(drawn)
	echo "   faults on simulated nodes under the race detector: ERIS_TEST_SAMPLE=$sample, which draws a third of the kinds and a tenth of their cases (all: all)"
	CGO_ENABLED=1 ERIS_TEST_SAMPLE=$sample tests -race -shuffle=on -timeout 20m ./... # a package is held to that; cmd/eris takes eight minutes on two cores
	mapfile -t folders < <(suites)
	if [ ${#folders[@]} -gt 0 ] && [ "$sample" != all ]; then
		echo "   faults on simulated nodes without it: all"
		ERIS_TEST_SAMPLE= tests -shuffle=on -timeout 20m -run OnASimulatedNode "${folders[@]}"
	fi
}

# tagged TAG prints `folder Test` for every test behind a build tag.
tagged() {
	local file
	grep -rlE --include='*_test.go' "^//go:build (.*[ (])?$1([ )]|\$)" . | sort | while read -r file; do
		sed -nE 's/^func (Test[A-Za-z0-9_]*)\(t .*/\1/p' "$file" | sed "s|^|$(dirname "$file") |"
	done
}

# tagged_tests TAG STEP runs them, a package at a time, or names every one that
# cannot run and why.
tagged_tests() {
	local tag=$1 why folder test folders limit=60m
	[ "$tag" != openstack ] || limit=3h # the whole library is run there
	why=$(lacks "$2" | tr '\n' ' ')
	[[ $2 != node && $2 != guest && $2 != libvirt && $2 != full ]] || [ "$(id -u)" -eq 0 ] || why="root $why"
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

# step_node runs, of what every kind of fault must stand, its core case and a
# tenth of the rest, which the day draws; with --full it runs all of it.
step_node() {
	local sample
	sample=$(drawn)
	echo "   faults on real nodes: ERIS_TEST_SAMPLE=$sample, which draws a tenth of the cases beside the core case of each kind (all: all)"
	ERIS_TEST_SAMPLE=$sample on_labs lab node "${ERIS_TEST_LAB:-check}" "${ERIS_TEST_BARE_LAB:-bare}"
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

step_bench() {
	hold machine
	single bench go run ./testenv/bench -quick && cat "$work/bench.log"
	release
}
