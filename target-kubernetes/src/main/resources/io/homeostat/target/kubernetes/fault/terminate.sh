# Tells the first process of a container to end. From inside of it the kernel lets through only what that process handles.
#
# It says `begun` when the process is about to be told, and `no` and why when it would not hear it.

# An init such as tini blocks SIGTERM and takes it when it asks for it; the kernel keeps what is blocked, too.
heard=0
while read -r key mask rest; do
    case $key in
        SigBlk: | SigCgt:) heard=$((heard | 0x${mask#????????})) ;;
    esac
done 2>/dev/null </proc/1/status

# SIGTERM is bit 14.
if [ $((heard & 0x4000)) = 0 ]; then
    echo 'no has a first process that does not handle SIGTERM, and nothing stronger reaches it from inside: use kill or terminate without `container`, which delete the pod'
elif kill -0 1 2>/dev/null; then
    echo begun
    kill -TERM 1
else
    echo 'no has a first process of another user, which its shell may not signal: use kill or terminate without `container`, which delete the pod'
fi
