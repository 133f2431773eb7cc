# Runs a PostgreSQL server in the folder $2 with the programs in $1, says
# "ready", and stops it when standard input ends.
data="$2/data"
trap 'rm -rf "$2"' EXIT
"$1/initdb" -D "$data" -A trust -U neuralrepo -E UTF8 --locale=C --no-sync >&2 || exit 1
"$1/pg_ctl" -D "$data" -l "$2/log" -w -o "-k '$2' -c listen_addresses='' -c max_connections=200 \
	-c fsync=off -c synchronous_commit=off -c full_page_writes=off" start >&2 || { cat "$2/log" >&2; exit 1; }
echo ready
cat >/dev/null
"$1/pg_ctl" -D "$data" -m immediate stop >&2
