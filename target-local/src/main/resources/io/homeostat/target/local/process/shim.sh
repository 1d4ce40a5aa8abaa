# Starts one instance, outlives the agent, and records how the instance ended. Why there is never a second one: Claim.java.
#
#   agent ──► shim: its own session; waits, records, sweeps
#               └──► child: its own session; claims, tells the agent, becomes the program
#
# Runs in the instance's directory and uses relative names only: from a directory that is gone nothing can start.
# Descriptors: 1 the agent's pipe, 2 the instance's log. Shell built-ins only, besides setsid, sh and ln.

# When the kernel started this shell: field 22 of stat. The second field is a name in brackets and may hold anything.
# The redirection is done by this very process, so that /proc/self is it.
look() {
    read -r stat </proc/self/stat
    set -- ${stat##*) }
    ticks=${20}
}

run() {
    # A handler and not '': what a shell ignores stays ignored in the program. For the same reason the child is waited for
    # in the foreground: a shell lets its background jobs ignore INT and QUIT.
    trap : HUP INT QUIT TERM
    # Shells report killed children; that is nothing the program wrote.
    exec 3>&2 2>/dev/null
    look
    setsid sh "$0" child "$$ $ticks" 2>&3
    status=$?
    read -r pid start shim started boot <child || exit 1
    # Somebody else's claim: it is theirs to record.
    [ "$shim $started" = "$$ $ticks" ] || exit 1
    # One small write: there as a whole, or not at all. The second line says that nothing of the group is left.
    echo "$status" >exit
    kill -KILL "-$pid"
    echo swept >>exit
}

child() {
    look
    read -r boot </proc/sys/kernel/random/boot_id
    # A disk may be full: an empty claim would be a revocation.
    echo "$$ $ticks $1 $boot" >"claim.$$" || exit 0
    # The one act that decides: link(2) fails when the name is there.
    ln "claim.$$" child 2>/dev/null || exit 0
    # With the agent gone the pipe is broken; that must not matter.
    trap '' PIPE
    echo "$$ $ticks $boot" 2>/dev/null
    trap - PIPE
    exec 1>&3 2>&3 3>&-
    . ./start
}

# Read to the end before anything runs.
case $1 in
    run) run; exit ;;
    child) child "$2"; exit ;;
esac
