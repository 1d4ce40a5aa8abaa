#!/bin/sh
# Keeps the gate of a directory running, with nobody's help: supervise.sh DIR [--take-over]
# With --take-over it begins with a gate that takes over from the one that runs.
#
# One of these lives per directory; the kernel gives the lock back however it ends. The command is read
# anew for each start, one argument a line, so that an upgrade needs no new supervisor.
dir=$1
first=${2:-}
exec 9>"$dir/supervisor.lock"
# Where the one before has just been ended, a part of it may hold the lock for a moment longer.
left=100
until flock -n 9; do
    left=$((left - 1))
    [ -n "$first" ] && [ "$left" -gt 0 ] || exit 0
    sleep 0.1 9>&-
done

# Prints "PID START-TICKS BOOT-ID" of a live process.
identity() {
    pid=$1
    IFS= read -r stat 2>/dev/null <"/proc/$pid/stat" || return 1
    set -- ${stat##*) }
    [ "$1" != Z ] || return 1
    read -r boot </proc/sys/kernel/random/boot_id
    echo "$pid ${20} $boot"
}

# A gate that outlived the supervisor before this one.
gate_lives() {
    IFS= read -r noted 2>/dev/null <"$dir/gate.pid" && [ "$(identity "${noted%% *}")" = "$noted" ]
}

say() {
    echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) supervisor: $*" >>"$dir/gate.log"
}

seconds() {
    read -r up rest </proc/uptime
    echo "${up%%.*}"
}

identity $$ >"$dir/supervisor.pid.new" && mv "$dir/supervisor.pid.new" "$dir/supervisor.pid"
quick=0
# A directory that was removed, without asking, takes gate and supervisor with it.
while [ -r "$dir/command" ] && [ ! -e "$dir/stop" ]; do
    if [ -z "$first" ] && gate_lives; then
        sleep 0.2 9>&-
        continue
    fi
    if [ "$(wc -c 2>/dev/null <"$dir/gate.log" || echo 0)" -gt 1048576 ]; then
        mv "$dir/gate.log" "$dir/gate.log.1"
    fi
    set --
    while IFS= read -r argument; do
        set -- "$@" "$argument"
    done <"$dir/command"
    if [ -n "$first" ]; then
        set -- "$@" "$first"
        first=
    fi
    began=$(seconds)
    "$@" </dev/null >>"$dir/gate.log" 2>&1 9>&-
    code=$?
    [ "$code" -ne 0 ] || break
    # The gate that was to be taken over from goes on, and is watched.
    [ "$code" -ne 4 ] || continue
    lived=$(($(seconds) - began))
    say "the gate ended with $code after $lived s"
    # Killed once, it is back at once; what dies again and again is given more and more rest.
    if [ "$lived" -ge 10 ]; then
        quick=0
    else
        quick=$((quick + 1))
    fi
    if [ "$quick" -gt 5 ]; then
        sleep $((quick < 15 ? quick - 5 : 10)) 9>&-
    fi
done
