#!/usr/bin/env bash
# Makes an OCI archive of the native program, without a daemon, a registry or a base image:
#   packaging/image.sh out/daxproxy artifacts/daxproxy-image.tar
# What the program needs of this machine goes with it: the C library, OpenSSL, the certificates of authorities, and the time zones that
# schedules may name. The same input gives the same bytes. Load it with `podman load -i` or `skopeo copy oci-archive:...`.
set -euo pipefail

program=${1:?name the native program, as in: packaging/image.sh out/daxproxy artifacts/daxproxy-image.tar}
archive=${2:?name the archive to write}
certificates=/etc/ssl/certs/ca-certificates.crt
if [ ! -r "$certificates" ]; then
    echo "$certificates is missing, install ca-certificates" >&2
    exit 1
fi

zones=/usr/share/zoneinfo
if [ ! -r "$zones/Etc/UTC" ]; then
    echo "$zones is missing, install tzdata" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root layout=$work/layout
mkdir -p "$root"/{data,tmp,etc/ssl/certs,usr/local/bin} "$layout"/blobs/sha256
install -m 755 "$program" "$root/usr/local/bin/daxproxy"
install -m 644 "$certificates" "$root$certificates"

# One copy of each zone; leap seconds and the second copy of all zones are for programs that ask for them.
mkdir -p "$root$zones"
tar -C "$zones" --exclude=./posix --exclude=./right --exclude=./localtime -cf - . | tar -C "$root$zones" --no-same-owner -xf -
echo 'daxproxy:x:1654:1654::/data:/usr/local/bin/daxproxy' > "$root/etc/passwd"
echo 'daxproxy:x:1654:' > "$root/etc/group"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"

# Each library where the program's loader looks for it. OpenSSL is loaded by name when TLS is first used, and so are those that look up
# hosts.
copy_library() {
    mkdir -p "$root$(dirname "$1")"
    install -m 755 "$(readlink -f "$1")" "$root$1"
}
libraries_of() { ldd "$1" | grep -oE '/[^ )]+'; }
found() { ldconfig -p | awk -v name="$1" '$1 == name && /x86-64|AArch64/ && !seen++ { print $NF }'; }
for library in $(libraries_of "$program"); do
    copy_library "$library"
done
for name in libssl.so.3 libcrypto.so.3 libnss_dns.so.2 libnss_files.so.2 libresolv.so.2; do
    library=$(found "$name")
    if [ -z "$library" ]; then
        echo "$name is missing, install openssl 3 and the C library's name services" >&2
        exit 1
    fi

    copy_library "$library"
    for needed in $(libraries_of "$library"); do
        copy_library "$needed"
    done
done

# Same names, times and owners in every run; only /data and /tmp are for the user.
tar_of() { tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=gnu -C "$1" "${@:2}"; }
tar_of "$root" --exclude=./data --exclude=./tmp -cf "$work/layer.tar" .
tar --sort=name --mtime=@0 --owner=1654 --group=1654 --numeric-owner --format=gnu -C "$root" -rf "$work/layer.tar" ./data
chmod 1777 "$root/tmp"
tar_of "$root" -rf "$work/layer.tar" ./tmp
layer_id=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
gzip -n -9 "$work/layer.tar"

blob() { # file, media type: stores it, and writes its descriptor
    local digest
    digest=$(sha256sum "$1" | cut -d' ' -f1)
    local size
    size=$(stat -c %s "$1")
    mv "$1" "$layout/blobs/sha256/$digest"
    printf '{"mediaType":"%s","digest":"sha256:%s","size":%s}' "$2" "$digest" "$size"
}

case $(uname -m) in x86_64) architecture=amd64 ;; aarch64) architecture=arm64 ;; *) architecture=$(uname -m) ;; esac
layer=$(blob "$work/layer.tar.gz" application/vnd.oci.image.layer.v1.tar+gzip)
cat > "$work/config" <<JSON
{"architecture":"$architecture","os":"linux","config":{"User":"1654:1654","Env":["PATH=/usr/local/bin","DAXPROXY__Backend__DataFolder=/data"],
"Entrypoint":["/usr/local/bin/daxproxy"],"ExposedPorts":{"8000/tcp":{},"8001/tcp":{},"8111/tcp":{}},"Volumes":{"/data":{}},"WorkingDir":"/data",
"StopSignal":"SIGTERM","Healthcheck":{"Test":["CMD","/usr/local/bin/daxproxy","healthcheck"],"Interval":10000000000,"Timeout":6000000000},
"Labels":{"org.opencontainers.image.title":"DaxProxy","org.opencontainers.image.licenses":"Apache-2.0"}},
"rootfs":{"type":"layers","diff_ids":["sha256:$layer_id"]},"history":[{"comment":"packaging/image.sh"}]}
JSON
config=$(blob "$work/config" application/vnd.oci.image.config.v1+json)
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}' "$config" "$layer" \
    > "$work/manifest"
manifest=$(blob "$work/manifest" application/vnd.oci.image.manifest.v1+json)
printf '{"schemaVersion":2,"manifests":[%s,"annotations":{"org.opencontainers.image.ref.name":"daxproxy:latest"}}]}' "${manifest%\}}" \
    > "$layout/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' > "$layout/oci-layout"
mkdir -p "$(dirname "$archive")"
tar_of "$layout" -cf "$archive" .
echo "$archive: $(($(stat -c %s "$archive") / 1000)) KB"
