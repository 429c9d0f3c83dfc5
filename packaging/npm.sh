#!/usr/bin/env bash
# Makes a package of the native program for npm: `npx ./daxproxy-0.1.0.tgz serve` runs it. Nothing but the program is in it, so it is for
# this kind of machine. Needs npm, no registry.
set -euo pipefail
program=$(realpath "${1:?usage: npm.sh PROGRAM FOLDER}")
out=$(realpath "${2:?usage: npm.sh PROGRAM FOLDER}")
cd "$(dirname "$0")/.."
version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
install -m 755 "$program" "$work/daxproxy"
cp README.md LICENSE NOTICE "$work"
cat > "$work/package.json" << JSON
{
  "name": "daxproxy",
  "version": "$version",
  "description": "A caching proxy for Amazon DynamoDB with a local engine; speaks DynamoDB's JSON API and the DAX protocol.",
  "license": "Apache-2.0",
  "bin": { "daxproxy": "daxproxy" },
  "files": ["daxproxy", "NOTICE"],
  "os": ["linux"],
  "cpu": ["$(node -p process.arch)"]
}
JSON
(cd "$work" && npm pack --silent --pack-destination "$out")
