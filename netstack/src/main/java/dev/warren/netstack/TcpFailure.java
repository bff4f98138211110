package dev.warren.netstack;

/** Why a connection ended otherwise than by both sides closing it. */
public enum TcpFailure {
  /** Nobody listens there (RST answered the SYN). */
  REFUSED,
  /** The other side reset it. */
  RESET,
  /** No answer in time: to the SYN, to data, or to keepalives. */
  TIMED_OUT,
  /**
   * ICMP says that the host, its network or its protocol cannot be reached, or there is no route.
   */
  UNREACHABLE,
  /** No local port or no room for a further connection was left. */
  NO_ROOM,
  /** This side gave it up, or the stack was closed. */
  ABORTED
}
