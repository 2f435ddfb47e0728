#!/bin/sh
# Fetches the vendored files anew, in the versions below, and writes vendored.toml. Needs npm and network.
# console.css, console.js, live.js and mark.svg are the project's own and stay as they are.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
list="$here/vendored.toml"

css=1.22.0 theme=1.15.0 inter=5.3.0 aksel=8.16.2 idiomorph=0.8.0

take() { # package version
    (cd "$work" && npm pack --silent "$1@$2" >/dev/null && mkdir -p "$1" && tar xzf ./*.tgz -C "$1" --strip-components 1 && rm ./*.tgz)
}

row() { # file package version licence from
    cat >>"$list" <<ROW

[[file]]
file = "$1"
package = "$2"
version = "$3"
licence = "$4"
from = "$5"
sha256 = "$(sha256sum "$here/$1" | cut -d' ' -f1)"
ROW
}

echo "# Files from others that the console serves, written by renew.sh. A test compares them with this list." >"$list"

take @digdir/designsystemet-css "$css"
cp "$work/@digdir/designsystemet-css/dist/src/index.css" "$here/designsystemet.css"
cp "$work/@digdir/designsystemet-css/LICENSE" "$here/LICENSE-designsystemet.txt"
row designsystemet.css @digdir/designsystemet-css "$css" MIT dist/src/index.css

(cd "$work" && cp "$here/designsystemet.config.json" . &&
    npx --yes "@digdir/designsystemet@$theme" tokens create --clean >/dev/null &&
    npx --yes "@digdir/designsystemet@$theme" tokens build --out-dir theme >/dev/null)
cp "$work/theme/bindeledd.css" "$here/bindeledd-theme.css"
row bindeledd-theme.css @digdir/designsystemet "$theme" MIT "built from designsystemet.config.json"

take @fontsource-variable/inter "$inter"
for part in latin latin-ext; do
    cp "$work/@fontsource-variable/inter/files/inter-$part-wght-normal.woff2" "$here/"
    row "inter-$part-wght-normal.woff2" @fontsource-variable/inter "$inter" OFL-1.1 "files/inter-$part-wght-normal.woff2"
done
cp "$work/@fontsource-variable/inter/LICENSE" "$here/LICENSE-inter.txt"

take idiomorph "$idiomorph"
cp "$work/idiomorph/dist/idiomorph.min.js" "$here/"
cp "$work/idiomorph/LICENSE" "$here/LICENSE-idiomorph.txt"
row idiomorph.min.js idiomorph "$idiomorph" 0BSD dist/idiomorph.min.js

take @navikt/aksel-icons "$aksel"
{
    printf '<svg xmlns="http://www.w3.org/2000/svg">'
    # The icons are those that src/icon.rs names.
    for icon in $(sed -n '/^icons! {/,/^}/p' "$here/../src/icon.rs" | sed '1d;$d'); do
        printf '<symbol id="%s" viewBox="0 0 24 24">' "$icon"
        sed -e 's/<svg[^>]*>//' -e 's/<\/svg>//' "$work/@navikt/aksel-icons/dist/svg/$icon.svg" | tr -d '\n'
        printf '</symbol>\n'
    done
    printf '</svg>\n'
} >"$here/icons.svg"
row icons.svg @navikt/aksel-icons "$aksel" MIT "dist/svg, one symbol an icon"
