#!/bin/sh
# Brings what the tests need beside Python: Java 17 and Maven for a real Kafka, Chromium for the pages; and what is named,
# as `tools.sh nginx`, for the benches.
# On Debian as root by itself; elsewhere it says what is missing.

PATH="$PATH:/usr/sbin"
named="$*"

missing() {
    command -v java >/dev/null || echo java
    command -v mvn >/dev/null || echo mvn
    command -v openssl >/dev/null || echo openssl
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
        echo chromium
    for program in $named; do
        command -v "$program" >/dev/null || echo "$program"
    done
}

if [ -n "$(missing)" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    packages=""
    for program in $(missing); do
        case $program in
            java) packages="$packages default-jre-headless" ;;
            mvn) packages="$packages maven" ;;
            *) packages="$packages $program" ;;
        esac
    done
    echo "Installing$packages …" >&2
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 # in runlevel 1 nothing that is installed is started
    apt-get update -qq >&2 && apt-get install -qq --yes --no-install-recommends $packages >/dev/null
fi

if [ -n "$(missing)" ]; then
    echo "The tests need, and this machine lacks: $(missing | tr '\n' ' ')(Java 17 or newer, Maven, Chromium, and for the benches nginx)." >&2
    exit 1
fi
