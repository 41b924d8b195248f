# A versitygw of one's own on a free port of this machine; sourced after manager.sh.
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # judges_dir is common.sh's; the s3_ variables are for those that source this

s3_access=statemanager s3_secret=not-a-secret-of-anybody s3_bucket=bucket s3_pid=

# s3_start DIR: serves the folder DIR; sets s3_endpoint. Its objects outlive it, as a real store's do a machine.
s3_start() {
    local port
    port=$(free_port 0)
    s3_endpoint=http://127.0.0.1:$port
    mkdir -p "$1/$s3_bucket"
    "$judges_dir/bin/versitygw" --quiet --port "127.0.0.1:$port" --access "$s3_access" --secret "$s3_secret" posix "$1" \
        >"$1.log" 2>&1 </dev/null &
    s3_pid=$!
    wait_for 30 "versitygw" curl -s -o /dev/null "$s3_endpoint/"
}

s3_stop() {
    [ -z "$s3_pid" ] || kill "$s3_pid" 2>/dev/null || true
    s3_pid=
}
