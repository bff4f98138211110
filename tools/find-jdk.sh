# shellcheck shell=sh disable=SC2034
# Sourced by ./warren and others. Sets JDK to the home of a JDK 25 or later, or fails.
# Reads each JDK's `release` file instead of starting it, and forks nothing. For any POSIX shell.

# jdk_major HOME: sets MAJOR to that JDK's major version, or 0.
jdk_major() {
  MAJOR=0
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r jdk_line; do
    case $jdk_line in
      JAVA_VERSION=*)
        jdk_line=${jdk_line#JAVA_VERSION=}
        jdk_line=${jdk_line#\"}
        MAJOR=${jdk_line%%[!0-9]*}
        MAJOR=${MAJOR:-0}
        return 0
        ;;
    esac
  done <"$1/release"
  return 1
}

# try_jdk HOME: takes it if it is new enough.
try_jdk() {
  jdk_major "$1" && [ "$MAJOR" -ge 25 ] || return 1
  JDK=$1
}

# The user's own choice first, then wherever JDKs are usually installed.
find_jdk() {
  [ -z "${JAVA_HOME:-}" ] || ! try_jdk "$JAVA_HOME" || return 0
  jdk_ifs=$IFS
  IFS=:
  # shellcheck disable=SC2086 # PATH is a list.
  set -- $PATH
  IFS=$jdk_ifs
  for jdk_place; do
    [ ! -x "$jdk_place/java" ] || ! try_jdk "$jdk_place/.." || return 0
  done
  for jdk_place in /usr/lib/jvm/* "${HOME:-/root}"/.sdkman/candidates/java/* \
    "${HOME:-/root}"/.jdks/* /opt/java/* /opt/jdk* /usr/java/*; do
    ! try_jdk "$jdk_place" || return 0
  done
  # A `java` on the PATH that is a link into some other place.
  jdk_place=$(command -v java) && jdk_place=$(readlink -f "$jdk_place") &&
    try_jdk "${jdk_place%/bin/java}"
}
