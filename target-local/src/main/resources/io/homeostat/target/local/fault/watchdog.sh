# Does something to one process and undoes it: when its time is up, when nobody renews it, when it is told to end.
#
#   watchdog.sh MODE PID TICKS UNTIL COUNT PLACE [CONTROL-GROUP…]
#
# Runs in a directory of its own, as the leader of its own session. The file `beat` says until when it is renewed, as UNTIL does:
# in hundredths of a second since the boot, so that nobody's clock plays a part. Who wants it undone writes 0, or deletes it.
# When one of those that it started to do it is gone, what is left is not what was wanted, and it undoes that, too.
# Called a second time with the same words when nobody renews it, it undoes what a watchdog that was killed left behind.
# MODE is pause (SIGSTOP), cpu (COUNT is WORKERS@PERCENT: so many loops, busy so much of the time), memory (COUNT MiB held), io (COUNT loops that write and sync), filedescriptors
# (the processes of PID's group may open COUNT more each: soft limits only) or disk (PLACE is filled but for COUNT MiB).

mode=$1 pid=$2 ticks=$3 until=$4 count=$5 place=$6
shift 6

# So much each of those that write has on the disk.
written=16

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

hundredths() {
    read -r up rest </proc/uptime
    echo $((${up%.*} * 100 + 1${up#*.} - 100))
}

# Within the limits of the process that it is done to.
join() {
    for group; do
        echo 0 >"$group/cgroup.procs" || exit 1
    done
}

# The processes of the group that PID leads.
members() {
    for each in /proc/[0-9]*; do
        read -r line 2>/dev/null <"$each/stat" || continue
        set -- ${line##*) }
        [ "$3" = "$pid" ] && echo "${each#/proc/}"
    done
}

soft() {
    while read -r first second third limit rest; do
        [ "$first $second" = 'Max open' ] && echo "$limit"
    done 2>/dev/null <"/proc/$1/limits"
}

# What each may have besides what it has: numbers are given from the lowest free one on.
lower() {
    for each in $(members); do
        last=$(ls "/proc/$each/fd" | sort -n | tail -1)
        less=$((${last:-2} + 1 + count))
        was=$(soft "$each")
        [ -n "$was" ] && [ "$less" -lt "$was" ] || continue
        # Before it is done: whoever undoes it finds it here.
        echo "$less $was" >>limits
        prlimit --pid "$each" --nofile="$less:"
    done
}

# Children of theirs have inherited it. What somebody else set meanwhile stays.
restore() {
    for each in $(members); do
        is=$(soft "$each")
        while read -r less was; do
            [ "$is" = "$less" ] && prlimit --pid "$each" --nofile="$was:" && break
        done <limits
    done
}

fill() {
    available=$(df -Pk "$place" | { read -r head; read -r device size used free rest; echo "$free"; })
    # Only what this one made is ever deleted; the name is its own.
    [ $((available - count * 1024)) -gt 0 ] &&
        head -c $(((available - count * 1024) * 1024)) /dev/zero >"$place/.homeostat-fills-$pid-$ticks"
}

# Those that do it all live. What ended was waited for by then: sleeping waits for every child.
works() {
    for worker in $workers; do
        kill -0 "$worker" || return 1
    done
}

undo() {
    trap '' HUP INT TERM
    # Those that this one started are ended before what they made is cleared away.
    for each in /proc/[0-9]*; do
        read -r line <"$each/stat" || continue
        set -- ${line##*) }
        [ "$4" != $$ ] || [ "${each#/proc/}" = $$ ] || kill -KILL "${each#/proc/}"
    done 2>/dev/null
    case $mode in
        pause) same && kill -CONT "-$pid" ;;
        filedescriptors) [ ! -e limits ] || restore ;;
        disk) rm -f "$place/.homeostat-fills-$pid-$ticks" ;;
        io) rm -f io.* ;;
    esac
    echo undone >over
    # Its own session is this script and what it started.
    kill -KILL 0
}

trap undo HUP INT TERM
exec 2>/dev/null
same && ! due || undo

workers=
case $mode in
    pause)
        kill -STOP "-$pid"
        ;;
    cpu)
        more=${count%@*} load=${count#*@}
        while [ "$more" -gt 0 ]; do
            (
                join "$@"
                while kill -0 $$; do
                    if [ "$load" -ge 100 ]; then
                        i=0
                        while [ $i -lt 20000 ]; do i=$((i + 1)); done
                    else
                        # Of each second, by the kernel's clock: busy, then idle.
                        busy=$load idle=$((100 - load))
                        end=$(($(hundredths) + busy))
                        while [ "$(hundredths)" -lt "$end" ]; do
                            i=0
                            while [ $i -lt 2000 ]; do i=$((i + 1)); done
                        done
                        [ "$idle" -ge 10 ] || idle=0$idle
                        sleep "0.$idle"
                    fi
                done
            ) &
            workers="$workers $!"
            more=$((more - 1))
        done
        ;;
    memory)
        # A line without an end is held by tail until there is nothing more to come.
        {
            join "$@"
            head -c $((count * 1048576)) /dev/zero
            while kill -0 $$; do sleep 0.2; done
        } | {
            join "$@"
            exec tail >/dev/null
        } &
        workers=$!
        ;;
    io)
        while [ "$count" -gt 0 ]; do
            (
                join "$@"
                while kill -0 $$; do
                    dd if=/dev/zero of="io.$count" bs=1M count=$written conv=fsync
                    echo "$written" >"io.$count.done"
                    dd if="io.$count" of=/dev/null bs=1M
                done
            ) &
            workers="$workers $!"
            count=$((count - 1))
        done
        ;;
    filedescriptors)
        lower
        ;;
    disk)
        fill &
        ;;
esac
echo begun >begun
while same && ! due && works; do
    sleep 0.1
done
undo
