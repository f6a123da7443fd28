# Shared by scripts/demo and scripts/test: what they need, and how it gets here. Sourced, not run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# One place for build output, shared by every checkout and by CI: Bevy takes tens of minutes to build.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/windvane-target}"
[ -d "$HOME/.cargo/bin" ] && export PATH="$HOME/.cargo/bin:$PATH"

say() { printf '\033[1m%s\033[0m\n' "$*"; }

# need_packages PACKAGE...: installs the Debian packages that are missing, and only those.
need_packages() {
    local missing=() package
    if ! command -v dpkg-query >/dev/null; then
        say "Not a Debian system: install the equivalents of: $*"
        say "(Fedora: dnf, Arch: pacman; on Windows and macOS only Rust is needed to run Windvane,"
        say "and mosquitto on the PATH to run its tests.)"
        return
    fi
    for package in "$@"; do
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" != installed ]; then
            missing+=("$package")
        fi
    done
    [ ${#missing[@]} -eq 0 ] && return
    say "Installing: ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo)
        if ! command -v sudo >/dev/null; then
            say "Not root and no sudo here. As root: apt-get install ${missing[*]}"
            exit 1
        fi
    fi
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null
}

need_rust() {
    if ! command -v cargo >/dev/null; then
        say "Rust is missing. Install it from https://rustup.rs, then run this again."
        exit 1
    fi
}

# A C compiler links the program and builds ring; the rest is loaded when a window opens.
BUILD_PACKAGES=(gcc libc6-dev)
# Mesa's llvmpipe is the Vulkan driver where there is no GPU.
RUN_PACKAGES=(libvulkan1 mesa-vulkan-drivers libx11-6 libx11-xcb1 libxcursor1 libxi6 libxrandr2
    libxkbcommon0 libxkbcommon-x11-0 libwayland-client0)
