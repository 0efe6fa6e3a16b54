#!/bin/sh
# Set a bundle up on bare Debians, without a network, as root and as a user, in a path with blanks and 汉字.
#
#   sudo deploy/try_bare.sh BUNDLE.tar [SUITE…]      # bookworm trixie by default; MIRROR=… for another mirror
#
# Needs mmdebstrap and unshare. For each it prints how long it took, how large it became, and what the program says.
set -eu
bundle=$(realpath "$1")
shift
[ $# -gt 0 ] || set -- bookworm trixie
for suite; do
    root=$(mktemp -d)
    trap 'rm -rf --one-file-system "$root"' EXIT
    mmdebstrap --quiet --variant=apt --include=python3,python3-venv,ca-certificates,tzdata,passwd,util-linux "$suite" "$root" ${MIRROR:-}
    cp "$bundle" "$root/bundle.tar"
    chroot "$root" useradd --create-home user
    for who in root user; do
        echo "== $suite, $who"
        unshare --net chroot "$root" su "$who" -s /bin/sh -c '
            set -eu
            unset PYTHONDONTWRITEBYTECODE
            mkdir -p "$HOME/收稿 程序" && cd "$HOME/收稿 程序"
            tar xf /bundle.tar --strip-components=1
            began=$(date +%s)
            python3 run.py setup
            python3 --version
            echo "$(( $(date +%s) - began )) s, $(du -sm .venv | cut -f1) MB"
            mkdir -p in/new in/cur in/tmp
            .venv/bin/shougao --version
            .venv/bin/shougao config check
            SHOUGAO_MAILBOX=maildir:in SHOUGAO_RELAY=maildir:out .venv/bin/shougao poll
            SHOUGAO_MAILBOX=maildir:in SHOUGAO_RELAY=maildir:out .venv/bin/shougao doctor --json |
                python3 -c "import json, sys; print(*{(one[\"level\"], one[\"subject\"]) for one in json.load(sys.stdin) if one[\"level\"] != \"ok\"})"
        '
    done
    rm -rf --one-file-system "$root"
done
