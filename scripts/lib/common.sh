# Shared by the scripts in this folder; sourced, never run. Every script sets `root` (the project's folder) before.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those that source this

# Where the judges live: outside the clone, so that every clone and every continuous-integration run finds them.
judges_dir=${STATE_MANAGER_JUDGES:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/state-manager-judges}

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# usage FILE: prints the comment block at the top of a script, which is its documentation.
usage() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$1"; }

have() { command -v "$1" >/dev/null 2>&1; }

is_root() { [ "$(id -u)" = 0 ]; }

# Refreshes apt's lists once in this run; a fresh machine has none.
apt_update() {
    [ -n "${apt_updated:-}" ] || apt-get update -qq
    apt_updated=yes
}

# need COMMAND=PACKAGE…: installs the packages of the commands that are missing (as root), or names them in one line.
need() {
    local pair missing=()
    for pair in "$@"; do
        have "${pair%%=*}" || missing+=("${pair#*=}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    is_root || die "missing, please install as root: apt-get install ${missing[*]}"
    have apt-get || die "missing, and there is no apt-get to install it with: ${missing[*]}"
    say "installing: ${missing[*]}"
    apt_update
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
        </dev/null >/dev/null || die "apt-get could not install: ${missing[*]}"
}

# The Debian mirror that this machine's own apt uses (no host is named anywhere in the project).
debian_mirror() {
    targets() {
        # shellcheck disable=SC2016 # the names belong to apt
        apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | head -n 1
    }
    local mirror
    mirror=$(targets)
    if [ -z "$mirror" ] && is_root; then
        apt_update
        mirror=$(targets)
    fi
    [ -n "$mirror" ] || die "apt knows no Debian mirror (its lists may be empty: apt-get update)"
    printf '%s\n' "${mirror%/}"
}

# java_major HOME: the feature number of a Java home, or nothing.
java_major() {
    [ -x "$1/bin/java" ] || return 0
    "$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1
}

# What it takes to build and test: a JDK 17 or newer, Maven.
need_build_tools() {
    need javac=openjdk-17-jdk-headless mvn=maven
    # Maven runs on the JDK of JAVA_HOME, or on that of the javac at hand; a JRE beside it must not win.
    if [ -z "${JAVA_HOME:-}" ] || [ ! -x "${JAVA_HOME}/bin/javac" ]; then
        JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
        export JAVA_HOME
    fi
}
