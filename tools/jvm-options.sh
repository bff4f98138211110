# shellcheck shell=sh disable=SC2034
# Sourced by ./warren and tools/make-cache: the JVM takes no ahead-of-time cache that was made with
# other options or modules than it runs with.
#
# Serial collector and a small heap, since packets live in memory outside it; it grows with the
# number of peers (100,000 take about 150 MB). No attach and no perf files: keys are in this process.
# Native calls only from the two rooms that need them.
jvm_options='-XX:+UseSerialGC -Xms16m -Xmn8m -Xmx1g -XX:-UsePerfData -XX:+DisableAttachMechanism
  --enable-native-access=dev.warren.linux,dev.warren.crypto --sun-misc-unsafe-memory-access=deny'
