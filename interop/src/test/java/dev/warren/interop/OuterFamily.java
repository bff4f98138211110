package dev.warren.interop;

/** The address family of the link that carries the tunnel. */
enum OuterFamily {
  IPV4,
  IPV6
}
