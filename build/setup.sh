# What ./run and ./test share: finding out what this machine has and building.

# Ends the script where there is no .NET SDK.
require_dotnet() {
    if ! command -v dotnet >/dev/null; then
        echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2
        exit 1
    fi
}

# Builds a project. On a terminal, a live display shows how far it is; what fails is printed everywhere.
build() {
    echo "Building ..."
    dotnet msbuild "$1" -restore -nologo -verbosity:quiet -terminalLogger:auto
}

# Includes publishing and its tests in the build where their packages can be restored, unless WithPublishing is set already.
include_publishing() {
    if [[ -n ${WithPublishing-} ]]; then
        return
    fi
    if dotnet restore MeetWebhooks.AppHost -p:WithPublishing=true -verbosity:quiet >/dev/null 2>&1; then
        export WithPublishing=true
    else
        echo "Leaving out publishing and its tests: their packages can't be restored."
    fi
}

# Installs the browser, the Redis and the proxies that some tests drive, where this machine is Debian's and may be changed.
# A test that lacks its tool all the same is skipped and says so.
install_test_tools() {
    local missing=() program
    for program in chromium redis-server nginx haproxy caddy apache2; do
        command -v "$program" >/dev/null || missing+=("$program")
    done
    # The package apache2 would add a service to the program.
    missing=("${missing[@]/#apache2/apache2-bin}")
    if ((${#missing[@]} == 0 || EUID != 0)) || ! command -v apt-get >/dev/null; then
        return
    fi
    echo "Installing ${missing[*]} …"
    install_without_services "${missing[@]}"
}

# Installs packages whose services start neither now nor with the machine: the tests run the programs themselves.
install_without_services() (
    # Debian asks this program whether a service may be started; 101 is no.
    policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
    fi
    apt-get update >/dev/null 2>&1 || true
    for package; do
        if ! apt-get install --yes --no-install-recommends "$package" >/dev/null 2>&1; then
            echo "Could not install $package; its tests are skipped." >&2
        elif command -v systemctl >/dev/null; then
            systemctl disable "$package" >/dev/null 2>&1 || true
        fi
    done
)

# Installs the npm packages that some tests drive.
install_test_packages() {
    local folder=MeetWebhooks.Tests/Clients
    if [[ -d $folder/node_modules ]] || ! command -v npm >/dev/null; then
        return
    fi
    echo "Installing the packages of $folder ..."
    npm install --prefix "$folder" --no-package-lock --no-audit --no-fund --loglevel=error >/dev/null \
        || echo "Could not install the packages of $folder; their tests are skipped." >&2
}

# Prints how many tests of the AppHost ran, and the closing line, from the runner's results.
print_summary() {
    local tests
    tests=$(grep -oE '<test [^>]*>' "$1" || true)
    echo "$(grep 'type="MeetWebhooks\.Tests\.AppHost' <<<"$tests" | grep -cvE 'result="Skip"') tests of the AppHost ran."
    echo "$(count Pass "$tests") passed, $(count Fail "$tests") failed, $(count Skip "$tests") skipped"
}

count() {
    grep -c "result=\"$1\"" <<<"$2" || true
}
