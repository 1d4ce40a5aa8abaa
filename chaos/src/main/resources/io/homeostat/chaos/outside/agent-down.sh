# Stops the agent for a while, and lets it go on; needs nobody once it has begun.
#
#   stop|guard PID START SECONDS DIRECTORY
#
# `stop` stops it and lets it go on; `guard`, which is told to wait a little longer, only lets it go on: one of the two is enough.
# START is what /proc says of when the process began, so that another one of the same number is left alone.

what=$1 pid=$2 start=$3 seconds=$4 directory=$5

field() { # N of /proc/PID/stat, counted from the state of the process
  sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f "$1"
}

is_it() { [ "$(field 20)" = "$start" ]; }

if [ "$what" = stop ] && is_it; then
  kill -STOP "$pid"
  tries=0
  while [ "$tries" -lt 100 ]; do
    case $(field 1) in
      [Tt]) : >"$directory/stopped"; break ;;
    esac
    tries=$((tries + 1))
    sleep 0.01
  done
fi
sleep "$seconds"
if is_it; then kill -CONT "$pid"; fi
if [ "$what" = stop ]; then : >"$directory/over"; fi
