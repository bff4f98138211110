package dev.warren.protocol;

/** Why a packet went no further. One counter each; never an exception. */
public enum DropReason {
  // Datagrams.
  /** No known type, reserved bytes set, or a length that the type does not have. */
  MALFORMED_MESSAGE,
  /** The device has no private key, so nobody can talk to it. */
  NO_IDENTITY,
  /** A handshake message's mac1 is wrong: the sender does not know our public key. */
  INVALID_MAC1,
  /** Under load and without a valid mac2: a cookie reply was sent. */
  COOKIE_REQUIRED,
  /** Under load, and the source used up its handshakes. */
  RATE_LIMITED,
  /** The queue of handshakes to process is full: the newest is dropped. */
  HANDSHAKE_QUEUE_FULL,
  /** About how many of a flood the kernel was told to keep out; see {@link HandshakeFlood}. */
  THINNED,
  /** An initiation that does not decrypt. */
  INVALID_INITIATION,
  /** An initiation by a key that is no peer's. */
  UNKNOWN_PEER,
  /** An initiation whose timestamp is not later than the last: a replay. */
  REPLAYED_INITIATION,
  /** An initiation within 20 ms of the one before. */
  INITIATION_FLOOD,
  /** A response that answers nothing of ours or does not decrypt. */
  INVALID_RESPONSE,
  /** A cookie reply that answers nothing of ours or does not decrypt. */
  INVALID_COOKIE_REPLY,
  /** Transport data for a receiver index that we did not give out, or no longer keep. */
  UNKNOWN_INDEX,
  /** Transport data for a keypair that is too old or has counted too far. */
  EXPIRED_KEYPAIR,
  /** Transport data whose tag is wrong. */
  FORGED_DATA,
  /** Transport data whose counter was seen or lies behind the window. */
  REPLAYED_DATA,
  /** An inner packet that is no IP packet or whose length is wrong. */
  MALFORMED_INNER,
  /** An inner packet whose source is not routed to the peer it came from. */
  DISHONEST_SOURCE,
  /** RFC 6040: congestion was marked on a packet that cannot carry the mark. */
  INVALID_ECN,

  // Packets from the interface.
  /** A packet from the interface that is no IP packet. */
  MALFORMED_OUTBOUND,
  /** No peer's allowed IPs hold the destination. */
  NO_ROUTE,
  /** The peer has no endpoint yet. */
  NO_ENDPOINT,
  /** The oldest of too many packets that wait for a handshake. */
  STAGED_OVERFLOW,
  /** Packets that waited for a handshake that never came, or for a peer that was removed. */
  STAGED_PURGED,
  /** The cipher refused to seal. */
  SEAL_FAILED,
  /** The system did not take the datagram. */
  SEND_FAILED,
  /** The interface did not take the packet. */
  WRITE_FAILED,
}
