# Does something to one process and undoes it: when its time is up, when nobody renews it, when it is told to end.
#
#   watchdog.sh MODE PID TICKS UNTIL COUNT [CONTROL-GROUP…]
#
# Runs in a directory of its own, as the leader of its own session. The file `beat` says until when it is renewed, as UNTIL does:
# in hundredths of a second since the boot, so that nobody's clock plays a part. Who wants it undone writes 0, or deletes it.
# MODE is pause (SIGSTOP), cpu (COUNT busy loops) or memory (COUNT MiB held).

mode=$1 pid=$2 ticks=$3 until=$4 count=$5
shift 5

# The process that is meant is still there: a pid alone comes back. Field 22 of stat; the second field may hold anything.
same() {
    read -r stat 2>/dev/null <"/proc/$pid/stat" || return 1
    set -- ${stat##*) }
    [ "${20}" = "$ticks" ] && [ "$1" != Z ]
}

due() {
    read -r up rest </proc/uptime
    now=$((${up%.*} * 100 + 1${up#*.} - 100))
    read -r beat 2>/dev/null <beat || return 0
    [ "$now" -ge "$until" ] || [ "$now" -ge "$beat" ]
}

# Within the limits of the process that it is done to.
join() {
    for group; do
        echo 0 >"$group/cgroup.procs" || exit 1
    done
}

undo() {
    trap '' HUP INT TERM
    case $mode in
        pause) same && kill -CONT "-$pid" ;;
    esac
    echo undone >over
    # Its own session is this script and what it started.
    kill -KILL 0
}

trap undo HUP INT TERM
exec 2>/dev/null
same && ! due || undo

case $mode in
    pause)
        kill -STOP "-$pid"
        ;;
    cpu)
        while [ "$count" -gt 0 ]; do
            (
                join "$@"
                while kill -0 $$; do
                    i=0
                    while [ $i -lt 20000 ]; do i=$((i + 1)); done
                done
            ) &
            count=$((count - 1))
        done
        ;;
    memory)
        # A line without an end is held by tail until there is nothing more to come.
        (
            join "$@"
            {
                head -c $((count * 1048576)) /dev/zero
                while kill -0 $$; do sleep 0.2; done
            } | tail >/dev/null
        ) &
        ;;
esac
echo begun >begun
while same && ! due; do
    sleep 0.1
done
undo
