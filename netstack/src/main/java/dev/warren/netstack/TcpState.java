package dev.warren.netstack;

/** The states of a connection (RFC 9293 §3.3.2), under its names. */
public enum TcpState {
  CLOSED,
  SYN_SENT,
  SYN_RECEIVED,
  ESTABLISHED,
  FIN_WAIT_1,
  FIN_WAIT_2,
  CLOSE_WAIT,
  CLOSING,
  LAST_ACK,
  TIME_WAIT;

  /** Whether data of the other side is still taken. */
  boolean receives() {
    return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
  }

  /** Whether data of this side, or its FIN, may be under way. */
  boolean sends() {
    return this == ESTABLISHED
        || this == CLOSE_WAIT
        || this == FIN_WAIT_1
        || this == CLOSING
        || this == LAST_ACK;
  }
}
