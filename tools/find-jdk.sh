# Sourced by ./warren and .ci/run. Sets JDK to the home of a JDK 25 or later, or fails.
# Reads each JDK's `release` file instead of starting it, and forks nothing.

# jdk_major HOME: sets MAJOR to that JDK's major version, or 0.
jdk_major() {
  local line
  MAJOR=0
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        line=${line#JAVA_VERSION=}
        line=${line//\"/}
        line=${line%%[!0-9]*}
        MAJOR=${line:-0}
        return 0
        ;;
    esac
  done <"$1/release"
  return 1
}

# The user's own choice first, then wherever JDKs are usually installed.
find_jdk() {
  local home folder
  local -a path
  if [ -n "${JAVA_HOME:-}" ] && jdk_major "$JAVA_HOME" && [ "$MAJOR" -ge 25 ]; then
    JDK=$JAVA_HOME
    return 0
  fi
  IFS=: read -ra path <<<"$PATH"
  for folder in "${path[@]}"; do
    if [ -x "$folder/java" ] && jdk_major "$folder/.." && [ "$MAJOR" -ge 25 ]; then
      JDK=$folder/..
      return 0
    fi
  done
  for home in /usr/lib/jvm/* "${HOME:-/root}"/.sdkman/candidates/java/* \
    "${HOME:-/root}"/.jdks/* /opt/java/* /opt/jdk* /usr/java/*; do
    if jdk_major "$home" && [ "$MAJOR" -ge 25 ]; then
      JDK=$home
      return 0
    fi
  done
  # A `java` on the PATH that is a link into some other place.
  if home=$(command -v java) && home=$(readlink -f "$home") && jdk_major "${home%/bin/java}" &&
    [ "$MAJOR" -ge 25 ]; then
    JDK=${home%/bin/java}
    return 0
  fi
  return 1
}
