# Shared by run, test and the scripts: where things are, and how a build is made once.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
configuration=${CONFIGURATION:-Release}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

say() { printf '%s\n' "$*" >&2; }

need_dotnet() {
  command -v dotnet >/dev/null || { say "the .NET 10 SDK is needed: https://dot.net"; exit 2; }
}

# A project's built assembly: dll src/RemoteStore.Silo
dll() { echo "$root/$1/bin/$configuration/net10.0/$(basename "$1").dll"; }

build() { # build PROJECT...
  need_dotnet
  local project
  for project in "$@"; do
    dotnet build "$root/$project" -c "$configuration" -v quiet --nologo -clp:NoSummary >&2
  done
}

# Free TCP ports on loopback, below those that systems give outgoing connections: free_ports COUNT
free_ports() {
  local count=$1 port found=()
  while [ ${#found[@]} -lt "$count" ]; do
    port=$((24000 + RANDOM % 8000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && [[ " ${found[*]-} " != *" $port "* ]]; then found+=("$port"); fi
  done
  echo "${found[@]}"
}

# Waits until a file holds a line, or its writer has gone: wait_for_line FILE TEXT PID SECONDS
wait_for_line() {
  local file=$1 text=$2 pid=$3 limit=$((SECONDS + $4))
  until grep -qF -- "$text" "$file" 2>/dev/null; do
    if ! kill -0 "$pid" 2>/dev/null || [ $SECONDS -ge $limit ]; then
      say "no '$text' in the output of process $pid:"; cat "$file" >&2 || true
      return 1
    fi
    sleep 0.1
  done
}
