package dev.warren.netstack;

/** What became of a packet that came in. One counter each. */
public enum Fate {
  /** A transport took it. */
  DELIVERED,
  /** A fragment, kept until the others come. */
  FRAGMENT_HELD,
  /** A fragment that was here already. */
  FRAGMENT_REPEATED,
  /** Neither IPv4 nor IPv6, or shorter than it says. */
  MALFORMED,
  /** The IPv4 header's checksum is wrong. */
  BAD_HEADER_CHECKSUM,
  /** IPv4 options that are cut short, or a source route. */
  BAD_OPTIONS,
  /** A source that no packet from the network may have: loopback, a group, our own. */
  BAD_SOURCE,
  /** Not for one of our addresses. */
  NOT_OURS,
  /** IPv6 extension headers that are cut short, out of order, too many, or must be refused. */
  BAD_EXTENSION,
  /** A fragment that cannot belong to any packet. */
  BAD_FRAGMENT,
  /** A fragment that overlaps others: the whole packet is given up. */
  FRAGMENT_OVERLAP,
  /** A fragment of a packet that was given up. */
  FRAGMENT_OF_DEAD,
  /** A transport protocol that is not spoken here. */
  UNKNOWN_PROTOCOL,
  /** The transport's checksum is wrong, or a TCP header is damaged. */
  BAD_CHECKSUM,
  /** An ICMP message or a UDP datagram that is shorter than it says. */
  BAD_PAYLOAD,
  /** An ICMP message that means nothing to a host like this. */
  ICMP_IGNORED,
  /** An ICMP error or an echo reply about what we did not send. */
  ICMP_STRAY,
  /** An answer was due, but the queue of answers is full. */
  REPLIES_FULL,
  /** A datagram to a port that nobody has. */
  PORT_CLOSED,
  /** A datagram to a socket whose queue is full. */
  SOCKET_FULL
}
