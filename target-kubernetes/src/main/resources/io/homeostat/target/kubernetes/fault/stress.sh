# Stress inside a container, by its own shell and what every image with a shell has. Nothing of it stays when this one ends.
#
#   stress.sh MODE COUNT LASTS SILENCE PLACE LIMIT
#
# MODE is cpu (COUNT is WORKERS@PERCENT: so many loops, busy so much of the time), memory (COUNT MiB held; LIMIT is 0 where the
# container has a limit, otherwise so many containers share a quarter of what the node has left), io (COUNT loops that write, sync
# and read 16 MiB) or disk (PLACE is filled but for COUNT MiB; its file system has to be one of about LIMIT MiB, or, where LIMIT is
# negative, is taken to be one of so many however large it is).
#
# Each line on its input is a sign of life, and is answered with what was taken so far: `cpu` in hundredths of a second, `memory`
# in KiB, `disk` in MiB that are left; `io` comes by itself, in MiB. It ends with the line `end`, with the end of its input, when
# nothing came for SILENCE seconds, LASTS hundredths of a second after it began, and when one of those that it started is gone.
# It says `begun` once it has begun, `no` and why when it cannot, `over` when nothing is left. Files have no name any more by the
# time that anything is in them, so whatever becomes of this shell, nothing stays of them either.

mode=$1 count=$2 lasts=$3 silence=$4 place=$5 limit=$6
# Nothing is said there, but it stays open: runtimes that see it closed close the input, too.
exec 5>&2 2>/dev/null
trap '' PIPE

no() {
    echo "no $*"
    over
}

# Hundredths of a second since the boot, into $now.
now() {
    read -r up rest </proc/uptime
    now=$((${up%.*} * 100 + 1${up#*.} - 100))
}

# Ends this shell when its time is up or nobody wants it any more. It looks once a second, and at the very end.
guard() {
    trap 'exit 0' TERM
    trap 'left=$silence' USR1
    left=$silence
    kill -USR1 $$
    now
    while [ "$now" -lt "$until" ] && [ "$left" -gt 0 ] && kill -0 $$; do
        part=$((until - now))
        if [ "$part" -ge 100 ]; then
            sleep 1
        else
            [ "$part" -ge 10 ] || part=0$part
            sleep "0.$part"
        fi
        left=$((left - 1))
        now
    done
    kill -TERM $$
}

# Of each second busy for so many hundredths.
burn() {
    trap 'exit 0' TERM
    while kill -0 $$; do
        now
        end=$((now + load))
        while [ "$now" -lt "$end" ]; do
            i=0
            while [ $i -lt 2000 ]; do i=$((i + 1)); done
            now
        done
        [ "$load" -ge 100 ] || sleep "0.$idle"
    done
}

# As long as nobody reads what it has read, dd holds it.
hold() {
    dd if=/dev/zero bs="$1M" count=1 | {
        trap 'exit 0' TERM
        while kill -0 $$; do sleep 1; done
    } &
}

# A file without a name, open as descriptor 4. Until it is open it has one of its own.
unnamed() {
    true >"$place/.homeostat-$$-$count" || return 1
    exec 4<>"$place/.homeostat-$$-$count"
    rm -f "$place/.homeostat-$$-$count"
}

write() {
    trap 'exit 0' TERM
    unnamed || exit 1
    while kill -0 $$; do
        dd if=/dev/zero of=/proc/self/fd/4 bs=1M count=16 conv=fsync && dd if=/proc/self/fd/4 of=/dev/null bs=1M || exit 1
        echo 'io 16'
    done
}

# The file system of a path, as one line: its device, KiB in all, used and free.
filesystem() {
    df -Pk "$1" | tail -n 1
}

# A directory that can be written to and is on a disk.
scratch() {
    for place in "${TMPDIR:-/tmp}" /var/tmp .; do
        set -- $(filesystem "$place")
        [ "$1" != tmpfs ] && true >"$place/.homeostat-$$" && rm "$place/.homeostat-$$" && return
    done
    no 'has no directory on a disk that can be written to: neither /tmp nor /var/tmp nor its working directory'
}

# MiB, into $left.
left() {
    set -- $(filesystem "$place")
    left=$(($4 / 1024))
    # The older a cluster, the less it holds a volume in memory to its limit.
    [ "$limit" -ge 0 ] || [ $((0 - limit - $3 / 1024)) -ge "$left" ] || left=$((0 - limit - $3 / 1024))
}

fill() {
    set -- $(filesystem "$place") $(filesystem /etc/hosts)
    [ $# -ge 12 ] || no "cannot tell how full $place is"
    # What the kubelet mounts into every container is on the disk of the node.
    [ "$1 $2" != "$7 $8" ] || no "has no file system of its own at $place: filling it would fill the disk of the node"
    # A directory of a store that others use, too, shows all of that store.
    [ "$limit" -lt 0 ] || [ "$2" -le $((limit * 1024 * 11 / 10)) ] ||
        no "has at $place a file system of $(($2 / 1024)) MiB for a volume of $limit MiB: filling it would fill what others use, too"
    left
    [ "$left" -gt "$count" ] || no "has only $left MiB left at $place as it is"
    unnamed || no "may not write to $place"
    dd if=/dev/zero bs=1M count=$((left - count)) >&4 &
}

# What the children of this shell have taken: $ticks, $kibibytes; who they are, and how many.
scan() {
    ticks=0 kibibytes=0 alive=0 children=
    for each in /proc/[0-9]*; do
        read -r line <"$each/stat" || continue
        set -- ${line##*) }
        [ "$2" = $$ ] && [ "$1" != Z ] || continue
        alive=$((alive + 1)) children="$children ${each#/proc/}" ticks=$((ticks + ${12} + ${13}))
        while read -r key value rest; do
            [ "$key" != VmRSS: ] || kibibytes=$((kibibytes + value))
        done <"$each/status"
    done
}

# Each of those that it started ends once what it waits for has: none is left to anybody else.
over() {
    trap '' HUP INT TERM
    scan
    kill -TERM $children
    wait
    echo over
    exit 0
}

now
until=$((now + lasts))
ready=
trap 'ready=1' USR1
trap over HUP INT TERM
guard &
guard=$!
while [ -z "$ready" ] && kill -0 $guard; do
    sleep 0.1 || sleep 1
done

wanted=1
case $mode in
    cpu)
        load=${count#*@} idle=$((100 - ${count#*@}))
        [ "$idle" -ge 10 ] || idle=0$idle
        [ "$load" -ge 100 ] || sleep 0.01 || no 'has a sleep that knows whole seconds only: leave out the load'
        more=${count%@*} wanted=$((1 + ${count%@*}))
        while [ "$more" -gt 0 ]; do
            burn &
            more=$((more - 1))
        done
        ;;
    memory)
        if [ "$limit" -gt 0 ]; then
            while read -r key available rest; do
                [ "$key" != MemAvailable: ] || break
            done </proc/meminfo
            part=$((available / 4 / limit / 1024))
            [ "$part" -ge "$count" ] ||
                no "has no memory limit, and $count MiB are more than its part, $part MiB, of a quarter of what its node has left; give it one, or take less"
        fi
        while [ "$count" -gt 0 ]; do
            part=$count
            [ "$part" -le 256 ] || part=256
            hold "$part"
            count=$((count - part)) wanted=$((wanted + 2))
        done
        ;;
    io)
        scratch
        wanted=$((1 + count))
        while [ "$count" -gt 0 ]; do
            write &
            count=$((count - 1))
        done
        ;;
    disk)
        fill
        ;;
esac

echo begun
while read -r line && [ "$line" != end ]; do
    kill -USR1 $guard
    scan
    [ "$alive" -ge "$wanted" ] || break
    case $mode in
        cpu) echo "cpu $ticks" ;;
        memory) echo "memory $kibibytes" ;;
        disk) left && echo "disk $left" ;;
    esac
done
over
