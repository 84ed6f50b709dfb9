#!/usr/bin/env bash
# An ordinary CPython 3.14 below a folder that may not be moved afterwards: no root, no compiler, no chroot.
#
#   python.sh FOLDER   then   FOLDER/bin/python3.14 -m venv ...
#
# The machine's own one serves where there is one that is new enough. Else Debian's next release has it: its packages are
# downloaded with apt (state of its own, signatures checked with the machine's keyring), unpacked, and the interpreter is
# started with the loader and the libraries that came with it. What it starts keeps the libraries of the machine.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: python.sh FOLDER" >&2; exit 2; }
mkdir -p "$1/bin"
folder=$(cd "$1" && pwd -P)
python=$folder/bin/python3.14
suite=forky

# serves <python>: new enough for Home Assistant, and able to load what it needs.
serves() {
  "$1" -c 'import bz2, ctypes, lzma, sqlite3, ssl, sys, zlib; sys.exit(sys.version_info < (3, 14, 2))' 2>/dev/null
}

serves "$python" && exit 0
if own=$(command -v python3.14) && serves "$own" && "$own" -c 'import ensurepip, venv' 2>/dev/null; then
  # Not a link: an interpreter looks for its library beside itself.
  printf '#!/bin/sh\nexec "%s" "$@"\n' "$own" >"$python"
  chmod +x "$python"
  exit 0
fi

# The mirror that the machine uses, whichever way it is written down.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null |
  grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 || true)
[ -n "$mirror" ] || { echo "There is no Debian mirror in the sources of apt: install Python 3.14.2 or newer." >&2; exit 1; }

apt=$folder/apt
root=$folder/root
rm -rf "$apt" "$root"
mkdir -p "$apt"/{etc,lists/partial,cache/archives/partial} "$root"
touch "$apt/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/etc/sources.list"
options=(
  -qq -o "Dir::Etc::sourcelist=$apt/etc/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State=$apt"
  -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User= -o Acquire::Languages=none
)
apt-get "${options[@]}" update

# What the interpreter links to, and what binary wheels expect; not what only a whole system needs.
needed=$(apt-cache "${options[@]}" depends --recurse --important python3.14 python3.14-venv libstdc++6 |
  grep '^[a-z0-9]' | sort -u | grep -vxE 'debconf.*|dpkg|perl.*|tar|install-info|sensible-utils|init-system-helpers|gcc-.*-base')
# shellcheck disable=SC2086
(cd "$apt/cache/archives" && apt-get "${options[@]}" download $needed)
for package in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
rm -rf "$apt"

# Some packages still have their files in the old places beside /usr.
for old in bin lib lib64 sbin; do
  [ -d "$root/$old" ] || continue
  cp -a "$root/$old/." "$root/usr/$old/"
  rm -rf "${root:?}/$old"
done

# The interpreter takes the loader and the libraries that came with it, and knows itself by the name it is started with: in a
# virtual environment that is a link to this script.
loader=$(find "$root/usr" -name 'ld-linux-*.so.*' | head -n 1)
cat >"$python" <<END
#!/bin/sh
exec "$loader" --argv0 "\$0" --library-path "$root/usr/lib/$(uname -m)-linux-gnu" "$root/usr/bin/python3.14" "\$@"
END
chmod +x "$python"
# It looks for the standard library beside the folder that it lies in.
ln -sfn root/usr/lib "$folder/lib"
# `ensurepip` of Debian takes the wheel from here, and pip keeps off an interpreter that belongs to apt.
sed -i "s#/usr/share/python-wheels/#$root/usr/share/python-wheels/#g" "$root"/usr/lib/python3.14/_sysconfigdata*.py
rm -f "$root/usr/lib/python3.14/EXTERNALLY-MANAGED"

serves "$python" || { echo "The unpacked interpreter does not start:" >&2; "$python" --version; exit 1; }
