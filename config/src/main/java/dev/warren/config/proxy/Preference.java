package dev.warren.config.proxy;

/** Which of a host's addresses is tried first: {@code ResolveStrategy}. */
public enum Preference {
  /** As the tunnel has it: those of a family that it has an address of. */
  AUTO,
  /** IPv4. */
  IPV4,
  /** IPv6. */
  IPV6
}
