/**
 * Runs and tends one node of a Redis Cluster; `sh`, `awk` and `redis-cli` are all it needs.
 *
 * `start` runs the server, and beside it a loop of `tend`. `tend` introduces the node anew to nodes of its own cluster whose
 * addresses changed, by their names; and, at the first node alone and until the cluster was complete once, forms it step by
 * step: every round does what is still missing, so that it may be interrupted anywhere. It takes empty nodes only, and once
 * the cluster was complete it adds nothing more. `leave` hands the slots of a master to its replica before the pod goes.
 * `ready` succeeds when the node has its part in a complete cluster.
 *
 * Environment: `NODES`, host:port of all six, masters first; `POD_NAME`, which ends in the number of this one;
 * `REDISCLI_AUTH`; `FORMED`, a file on the volume that says that the cluster was complete.
 */
export const redisClusterScript = `set -eu

say() {
  echo "cluster: $*"
}

# The word of a number, from 0.
word() {
  shift "$(($1 + 1))"
  echo "$1"
}

# A command at host:port. Fails when the server is away or loading, or refuses.
ask() {
  at=$1
  shift
  timeout 3 redis-cli -e -h "\${at%:*}" -p "\${at##*:}" "$@"
}

# The same, for what changes something: why it failed is told.
change() {
  if ! answer=$(ask "$@" 2>&1); then
    say "$*: $answer"
    return 1
  fi
}

# Whether the lines of CLUSTER NODES have one of which an awk condition holds.
any_node() {
  echo "$nodes" | awk -v id="\${2-}" "$1 { found = 1 } END { exit !found }"
}

# Introduces another node by the address that it has now.
meet() {
  address=$(ask "$1" config get cluster-announce-ip 2>/dev/null | tail -n 1) && [ -n "$address" ] || return 0
  change "$own" cluster meet "$address" "\${1##*:}" || true
}

# Nodes of this cluster are known by their ids, whatever their addresses are; others are left alone.
reunite() {
  for node in $NODES; do
    id=$(ask "$node" cluster myid 2>/dev/null) || continue
    if any_node '$1 == id && $3 !~ /myself/' "$id"; then meet "$node"; fi
  done
}

# An address that a replica heard of by gossip reaches its list of nodes, and not the connection to its master.
follow() {
  master=$(echo "$nodes" | awk '$3 ~ /myself,slave/ { print $4 }')
  address=$(echo "$nodes" | awk -v id="$master" '$1 == id { sub(/:[0-9]+@.*/, "", $2); print $2 }')
  followed=$(ask "$own" info replication | tr -d '\\r' | sed -n 's/^master_host://p')
  if [ -n "$address" ] && [ "$followed" != "$address" ]; then change "$own" cluster replicate "$master" || true; fi
}

is_complete() {
  [ "$(echo "$nodes" | awk '$3 ~ /slave/' | wc -l)" -ge 3 ] && ask "$own" cluster info | grep -q '^cluster_slots_assigned:16384'
}

form() {
  if is_complete; then
    : >"$FORMED"
    say formed
    return 0
  fi
  ids=
  strangers=
  for node in $NODES; do
    id=$(ask "$node" cluster myid 2>/dev/null) || return 0
    ids="$ids $id"
    if any_node '$1 == id' "$id"; then continue; fi
    if ! ask "$node" cluster info | grep -q '^cluster_known_nodes:1.$' || [ "$(ask "$node" dbsize)" != 0 ]; then
      say "$node is not empty, so nothing is formed with it"
      return 0
    fi
    strangers="$strangers $node"
  done
  if [ -n "$strangers" ]; then
    for node in $strangers; do meet "$node"; done
    return 0
  fi
  master=0
  for slots in '0 5460' '5461 10922' '10923 16383'; do
    # shellcheck disable=SC2086
    if ! any_node '$1 == id && NF > 8' "$(word $master $ids)"; then
      change "$(word $master $NODES)" cluster addslotsrange $slots || return 0
    fi
    master=$((master + 1))
  done
  for replica in 3 4 5; do
    # shellcheck disable=SC2086
    if ! any_node '$1 == id && $3 ~ /slave/' "$(word $replica $ids)"; then
      change "$(word $replica $NODES)" cluster replicate "$(word $((replica - 3)) $ids)" || return 0
    fi
  done
}

tend() {
  nodes=$(ask "$own" cluster nodes 2>/dev/null) || return 0
  if any_node '$3 !~ /myself/ && ($8 != "connected" || $3 ~ /fail|noaddr/)'; then reunite; fi
  follow
  if [ "$index" = 0 ] && [ ! -e "$FORMED" ]; then form; fi
}

is_master() {
  [ "$(ask "$own" role | head -n 1)" = master ]
}

leave() {
  is_master || return 0
  replica=$(ask "$own" cluster replicas "$(ask "$own" cluster myid)" |
    awk '$3 !~ /fail/ && $8 == "connected" { sub(/@.*/, "", $2); print $2; exit }')
  [ -n "$replica" ] && change "$replica" cluster failover || return 0
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    is_master || return 0
    sleep 1
  done
}

# Tells what is missing: Kubernetes shows it in the event of the failed probe.
ready() {
  state=$(ask "$own" cluster info | grep -e ^cluster_state: -e ^cluster_slots_assigned: | tr -d '\\r' | tr '\\n' ' ')
  link=$(ask "$own" info replication | grep -e ^role:master -e ^master_link_status: | tr -d '\\r')
  echo "$state$link"
  case "$state$link" in
    *cluster_state:ok*cluster_slots_assigned:16384*role:master | *cluster_state:ok*cluster_slots_assigned:16384*status:up) ;;
    *) return 1 ;;
  esac
}

index=\${POD_NAME##*-}
# shellcheck disable=SC2086
own=$(word "$index" $NODES)
own=127.0.0.1:\${own##*:}

case $1 in
  start)
    shift
    (while sleep 3; do sh "$0" tend || true; done) &
    exec "$@"
    ;;
  tend) tend ;;
  leave) leave ;;
  ready) ready ;;
esac
`;
