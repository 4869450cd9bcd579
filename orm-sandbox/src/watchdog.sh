# Guards one sandbox: runs its server and, when the program that started this script ends in
# whatever way, kills the server and removes the directory.
#
#   $1        the directory of the sandbox
#   $2 ...    the server's command
#
# Standard input is a pipe of which only that program holds the other end: its end of file is
# the program's end. Standard output is a pipe too, handed to the server alone: its end of
# file is the server's end. Standard error is the log, whose lock says that we are here; the
# server opens the log anew and so does not hold the lock.

directory=$1
shift
server=
status=0

start_server() {
    "$@" </dev/null 3>&1 >>"$directory/log" 2>&1 &
    server=$!
    echo "$server" >"$directory/pid"
    exec >/dev/null
}

end_server() {
    [ -n "$server" ] || return
    kill -KILL "$server" 2>/dev/null
    wait "$server"
    status=$?
    server=
}

# A signal ends the loop below, because it interrupts `read`.
trap : HUP INT TERM

while read -r command; do
    case $command in
        start) start_server "$@" ;;
        kill) end_server ;;
        leave) end_server; exit ;;
    esac
done

end_server
rm -rf "$directory"
exit "$status"
