#!/bin/sh
# Build the container image from a bundle, with buildah, and look whether the program runs in it.
#
#   deploy/build_image.sh BUNDLE.tar [OUT.tar]     # OUT: an OCI archive, for `podman load` or `docker load`
#
# Without a registry (REGISTRY= empty) the base is made by debootstrap from Debian's own packages; EXTRAS=… as in
# the Containerfile; MIRROR=… for another mirror of Debian. Needs root, buildah and, for the base, debootstrap.
set -eu
bundle=$(realpath "$1")
out=$(realpath -m "${2:-shougao-image.tar}")
project=$(dirname "$(dirname "$(realpath "$0")")")
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
export STORAGE_DRIVER="${STORAGE_DRIVER:-vfs}" BUILDAH_ISOLATION="${BUILDAH_ISOLATION:-chroot}"

base=debian:13-slim
if [ -z "${REGISTRY:-}" ]; then
    debootstrap --variant=minbase --include=ca-certificates trixie "$work/base" \
        "${MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap.log" || { tail "$work/debootstrap.log"; exit 1; }
    rm -rf "$work"/base/var/lib/apt/lists/* "$work"/base/var/cache/apt/archives/*.deb
    container=$(buildah from scratch)
    buildah copy --quiet "$container" "$work/base" / >/dev/null
    base=localhost/shougao-base
    buildah commit --quiet --rm "$container" "$base" >/dev/null
    rm -rf --one-file-system "$work/base"
fi

mkdir "$work/context"
ln "$bundle" "$work/context/bundle.tar" 2>/dev/null || cp "$bundle" "$work/context/bundle.tar"
buildah bud --layers=false --pull=never --file "$project/deploy/Containerfile" \
    --build-arg BASE="$base" --build-arg BUNDLE=bundle.tar --build-arg EXTRAS="${EXTRAS-postgresql}" \
    --tag shougao "$work/context"

container=$(buildah from --pull=never localhost/shougao)
buildah run --user shougao "$container" -- /opt/shougao/.venv/bin/shougao --version
buildah run --user shougao "$container" -- /opt/shougao/.venv/bin/shougao --config /opt/shougao/config.toml config check
buildah rm "$container" >/dev/null

rm -f "$out"
buildah push --quiet localhost/shougao "oci-archive:$out:shougao"
echo "$out: $(du -m "$out" | cut -f1) MB"
