# Building, starting, asking and killing a manager; sourced after common.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154 # root is set by the script that sources this

jar=$root/target/state-manager.jar
archive=$root/target/state-manager.jsa

# Builds the jar where it is missing or older than its sources; gates and tests are the business of scripts/test.
build_jar() {
    need_build_tools
    if [ -s "$jar" ] && [ -z "$(find "$root/pom.xml" "$root/src/main" -newer "$jar" -print -quit)" ]; then
        return
    fi
    say "building target/state-manager.jar (the first time takes some minutes: libraries are fetched)"
    (cd "$root" && mvn -B -q -ntp package -Dquick -Dspotless.apply.skip=true -Dmaven.test.skip=true </dev/null)
    touch "$jar"
}

# Makes the class-data archive where it is missing or older than the jar; without one everything works, but starts slower.
build_archive() {
    if [ ! -s "$archive" ] || [ "$jar" -nt "$archive" ]; then
        "$root/scripts/cds" || warn "no class-data archive: starts are slower"
    fi
}

# java_command: the words that start a manager as all figures do, one a line.
java_command() {
    printf '%s\n' "${JAVA:-java}" "@$root/conf/java.options" "-XX:SharedArchiveFile=$archive" -jar "$jar"
}

# free_port FIRST: a free port of 127.0.0.1: the first one from FIRST on, or any with 0.
free_port() {
    python3 - "$1" <<'PY'
import socket, sys
first = int(sys.argv[1])
for port in range(first, first + 200) if first else [0]:
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(s.getsockname()[1])
        break
PY
}

# control DATA_DIR METHOD PATH [JSON]: asks the manager of a data directory through its socket, which needs no token.
# Prints the answer; fails, with the answer on standard error, where it is no success.
control() {
    local answer status body=()
    [ $# -lt 4 ] || body=(-H 'Content-Type: application/json' --data "$4")
    answer=$(curl -sS --max-time "${CONTROL_TIMEOUT:-600}" --unix-socket "$1/control.sock" -X "$2" "${body[@]}" \
        -w '\n%{http_code}' "http://localhost$3") || return 1
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    if [ "${status:-0}" -ge 400 ]; then
        printf '%s %s: %s %s\n' "$2" "$3" "$status" "$answer" >&2
        return 1
    fi
    printf '%s\n' "$answer"
}

# json EXPRESSION: a value of the JSON on standard input, as a Python expression over d.
json() { python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }

# wait_for SECONDS WHAT COMMAND…: until it succeeds; fails with WHAT after that time.
wait_for() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || {
            warn "$what: not within the time limit"
            return 1
        }
        sleep 0.05
    done
}

# wait_ready DATA_DIR PID [SECONDS]: until the environment is settled and its processes run.
wait_ready() {
    local deadline=$((SECONDS + ${3:-60}))
    until curl -sf --max-time 5 -o /dev/null --unix-socket "$1/control.sock" http://localhost/readyz 2>/dev/null; do
        if ! kill -0 "$2" 2>/dev/null; then
            warn "the manager ended before it was ready"
            return 1
        fi
        if [ "$SECONDS" -ge "$deadline" ]; then
            warn "the manager is not ready after ${3:-60} s: $(control "$1" GET /status 2>&1 | head -c 2000)"
            return 1
        fi
        sleep 0.02
    done
}

# process_pids DATA_DIR: the PIDs of the supervised processes.
process_pids() { control "$1" GET /processes | json '" ".join(str(p["pid"]) for p in d["processes"] if p.get("pid"))'; }

# descendants PID…: these processes and all that descends from them.
descendants() {
    local all=" $* " grown pid parent
    while :; do
        grown=$all
        while read -r pid parent; do
            [[ $all != *" $parent "* || $all == *" $pid "* ]] || all+="$pid "
        done < <(ps -eo pid=,ppid=)
        [ "$grown" != "$all" ] || break
    done
    printf '%s' "$all"
}

# kill_everything PID: SIGKILL to a manager and all that it started, as a machine that loses its power.
kill_everything() {
    local all pid
    all=$(descendants "$1")
    # Without a word of the shell about the job that it has lost.
    # shellcheck disable=SC2086 # words
    {
        # Stopped first, so that nothing is started between the look and the kill.
        kill -STOP $all
        all=$(descendants "$1")
        kill -KILL $all
        for pid in $all; do
            while kill -0 "$pid" && [ "$(ps -o stat= -p "$pid" | cut -c1)" != Z ]; do sleep 0.02; done
        done
        wait "$1"
    } 2>/dev/null || true
}
