package dev.warren.protocol;

import dev.warren.packet.owner.Immutable;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * Every constant and layout of the wire.
 *
 * <p><b>Shape:</b> all integers are little-endian. The type is read as 32 bits, which covers the
 * three reserved zero bytes.
 *
 * <pre>
 * initiation (148)   type=1 | sender 4 | ephemeral 8..40 | static+tag 40..88
 *                    | timestamp+tag 88..116 | mac1 116..132 | mac2 132..148
 * response (92)      type=2 | sender 4 | receiver 8 | ephemeral 12..44 | empty+tag 44..60
 *                    | mac1 60..76 | mac2 76..92
 * cookie reply (64)  type=3 | receiver 4 | nonce 8..32 | cookie+tag 32..64
 * transport data     type=4 | receiver 4 | counter 8..16 | packet, padded, +tag 16..
 * </pre>
 *
 * <p><b>Source:</b> whitepaper §5.4 (messages), §6 (times and limits).
 */
@Immutable
public final class Messages {
  static final ValueLayout.OfInt INT_LE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG_LE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Type of a handshake initiation. */
  public static final int TYPE_INITIATION = 1;

  /** Type of a handshake response. */
  public static final int TYPE_RESPONSE = 2;

  /** Type of a cookie reply. */
  public static final int TYPE_COOKIE_REPLY = 3;

  /** Type of transport data. */
  public static final int TYPE_TRANSPORT_DATA = 4;

  /** Bytes of a handshake initiation. */
  public static final int INITIATION_BYTES = 148;

  /** Bytes of a handshake response. */
  public static final int RESPONSE_BYTES = 92;

  /** Bytes of a cookie reply. */
  public static final int COOKIE_REPLY_BYTES = 64;

  /** Bytes of transport data before the packet. */
  public static final int DATA_HEADER_BYTES = 16;

  /** Bytes of an authentication tag. */
  public static final int TAG_BYTES = 16;

  /** Bytes that transport data adds to a padded packet; also the size of a keepalive. */
  public static final int DATA_OVERHEAD_BYTES = DATA_HEADER_BYTES + TAG_BYTES;

  /** Inner packets are padded to a multiple of this. */
  static final int PADDING_MULTIPLE = 16;

  static final int TYPE_OFFSET = 0;
  static final int SENDER_OFFSET = 4;

  static final int INITIATION_EPHEMERAL_OFFSET = 8;
  static final int INITIATION_STATIC_OFFSET = 40;
  static final int INITIATION_TIMESTAMP_OFFSET = 88;
  static final int INITIATION_MAC1_OFFSET = 116;

  static final int RESPONSE_RECEIVER_OFFSET = 8;
  static final int RESPONSE_EPHEMERAL_OFFSET = 12;
  static final int RESPONSE_EMPTY_OFFSET = 44;
  static final int RESPONSE_MAC1_OFFSET = 60;

  static final int COOKIE_RECEIVER_OFFSET = 4;
  static final int COOKIE_NONCE_OFFSET = 8;
  static final int COOKIE_NONCE_BYTES = 24;
  static final int COOKIE_COOKIE_OFFSET = 32;

  static final int DATA_RECEIVER_OFFSET = 4;
  static final int DATA_COUNTER_OFFSET = 8;

  static final int MAC_BYTES = 16;
  static final int TIMESTAMP_BYTES = 12;

  /** TOS of handshake messages: AF41, no ECN. Source: kernel behaviour. */
  static final int HANDSHAKE_TOS = 0x88;

  // Times and limits, whitepaper §6.1. Times are nanoseconds.
  static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  static final long REKEY_AFTER_MESSAGES = 1L << 60;

  /** 2^64 - 2^13 - 1, to be compared as unsigned. */
  static final long REJECT_AFTER_MESSAGES = -(1L << 13) - 1;

  static final long REKEY_AFTER_TIME = 120 * SECOND;
  static final long REJECT_AFTER_TIME = 180 * SECOND;
  static final long REKEY_ATTEMPT_TIME = 90 * SECOND;
  static final long REKEY_TIMEOUT = 5 * SECOND;
  static final long KEEPALIVE_TIMEOUT = 10 * SECOND;
  static final long REKEY_TIMEOUT_JITTER_MAX = TimeUnit.MILLISECONDS.toNanos(333);
  static final int MAX_TIMER_HANDSHAKES = (int) (REKEY_ATTEMPT_TIME / REKEY_TIMEOUT);

  /** An initiator whose keypair is older renews it when it receives: 180 - 10 - 5 s. */
  static final long REKEY_ON_RECEIVE_TIME = REJECT_AFTER_TIME - KEEPALIVE_TIMEOUT - REKEY_TIMEOUT;

  static final long COOKIE_SECRET_MAX_AGE = 120 * SECOND;
  static final long COOKIE_SECRET_LATENCY = 5 * SECOND;

  /** Initiations of one peer must be this far apart: 50 a second. */
  static final long INITIATION_INTERVAL = SECOND / 50;

  static final int MAX_STAGED_PACKETS = 128;
  static final int MAX_QUEUED_HANDSHAKES = 4096;

  /** This many queued handshakes mean being under load ... */
  static final int UNDER_LOAD_HANDSHAKES = MAX_QUEUED_HANDSHAKES / 8;

  /** ... for this long after. */
  static final long UNDER_LOAD_STICKY = SECOND;

  static final int MAX_PEERS = 1 << 20;

  private Messages() {}

  /** Reads 32 bits, little-endian. */
  static int getInt(byte[] message, int offset) {
    return (message[offset] & 0xff)
        | (message[offset + 1] & 0xff) << 8
        | (message[offset + 2] & 0xff) << 16
        | (message[offset + 3] & 0xff) << 24;
  }

  /** Writes 32 bits, little-endian. */
  static void putInt(byte[] message, int offset, int value) {
    message[offset] = (byte) value;
    message[offset + 1] = (byte) (value >>> 8);
    message[offset + 2] = (byte) (value >>> 16);
    message[offset + 3] = (byte) (value >>> 24);
  }
}
