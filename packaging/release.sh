#!/usr/bin/env bash
# Makes what a release consists of, in artifacts/release: the native program of this machine and its symbols, the portable program, the
# tool and the testing library as packages, one for npm, the image, a bill of materials, and the checksums of all. The same commit gives the
# same bytes on the same machine.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ContinuousIntegrationBuild=true

version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
runtime=$(dotnet --info | awk '$1 == "RID:" { print $2 }' | sed -E 's/^[a-z0-9.]+-(musl-)?(x64|arm64)$/linux-\1\2/')
out=artifacts/release
rm -rf "$out"
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pack() { # folder, archive: names in order, and the time of the commit
    tar --sort=name --mtime="@$(git log -1 --format=%ct)" --owner=0 --group=0 --numeric-owner -C "$1" -c . | gzip -n -9 > "$2"
}

dotnet publish src/DaxProxy -c Release -r "$runtime" -o "$work/native"
cp LICENSE NOTICE "$work/native"
pack "$work/native" "$out/daxproxy-$version-$runtime.tar.gz"

# Names for the offsets that the program logs (docs/operations/logs.md).
mkdir "$work/symbols"
cp "src/DaxProxy/bin/Release/net10.0/$runtime/native/daxproxy.dbg" "$work/symbols"
pack "$work/symbols" "$out/daxproxy-$version-$runtime-symbols.tar.gz"
dotnet publish src/DaxProxy -c Release -o "$work/portable"
cp LICENSE NOTICE "$work/portable"
pack "$work/portable" "$out/daxproxy-$version-portable.tar.gz"
dotnet pack src/DaxProxy -c Release -o "$out"
dotnet pack src/DaxProxy.Testing -c Release -o "$out"
packaging/image.sh "$work/native/daxproxy" "$out/daxproxy-$version-image.tar"
if command -v npm > /dev/null; then
    packaging/npm.sh "$work/native/daxproxy" "$out"
else
    echo "no npm here: no package for it"
fi

# CycloneDX: what the program is made of, from the lock that restore leaves.
python3 packaging/sbom.py src/DaxProxy/obj/project.assets.json "$version" > "$out/daxproxy-$version.cdx.json"
(cd "$out" && sha256sum -- * > SHA256SUMS)
ls -l "$out"
