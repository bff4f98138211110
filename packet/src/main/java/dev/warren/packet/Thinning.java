package dev.warren.packet;

import dev.warren.packet.owner.Immutable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * How much a {@link UdpPort} lets in of each kind of message that is no transport data. Transport
 * data always comes in.
 *
 * <p><b>Shape:</b> a share for each kind, above 0 and at most 1; which messages of a kind are let
 * in is left to chance.
 *
 * <p><b>Source:</b> whitepaper §5.4 for types and lengths. This is all that a port knows of the
 * protocol.
 */
@Immutable
public final class Thinning {
  /** Initiations that show no cookie: their mac2 is zero. */
  public static final int INITIATION = 0;

  /** Initiations with a mac2, whether it is right or not. */
  public static final int INITIATION_WITH_COOKIE = 1;

  /** Responses, with or without a cookie. */
  public static final int RESPONSE = 2;

  /** Cookie replies, and whatever is no message at all. */
  public static final int OTHER = 3;

  /** How many kinds there are. */
  public static final int KINDS = 4;

  /** Not a kind: never thinned. */
  public static final int TRANSPORT_DATA = 4;

  /** Everything comes in. */
  public static final Thinning NONE = new Thinning(1, 1, 1, 1);

  /** The type is the first 32 bits, as everywhere in the protocol. */
  public static final int TYPE_BYTES = 4;

  /** Type of a handshake initiation. */
  public static final int TYPE_INITIATION = 1;

  /** Type of a handshake response. */
  public static final int TYPE_RESPONSE = 2;

  /** Type of transport data. */
  public static final int TYPE_TRANSPORT_DATA = 4;

  /** Where an initiation's mac2 begins. */
  public static final int MAC2_OFFSET = 132;

  /** Bytes of an initiation's mac2, which ends it. */
  public static final int MAC2_BYTES = 16;

  private static final ValueLayout.OfInt INT_LE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final double[] shares;

  /** One share for each kind, in the order of their numbers. */
  public Thinning(double... shares) {
    if (shares.length != KINDS) {
      throw new IllegalArgumentException(shares.length + " shares");
    }
    for (double share : shares) {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException("share " + share);
      }
    }
    this.shares = shares.clone();
  }

  /** What part of a kind comes in. */
  public double share(int kind) {
    return shares[kind];
  }

  /** Whether everything comes in. */
  public boolean isNone() {
    for (double share : shares) {
      if (share < 1) {
        return false;
      }
    }
    return true;
  }

  /** Of which kind a datagram is, or {@link #TRANSPORT_DATA}. */
  public static int kind(MemorySegment memory, long offset, int length) {
    int type = length < TYPE_BYTES ? 0 : memory.get(INT_LE, offset);
    return switch (type) {
      case TYPE_TRANSPORT_DATA -> TRANSPORT_DATA;
      case TYPE_RESPONSE -> RESPONSE;
      case TYPE_INITIATION -> {
        if (length < MAC2_OFFSET + MAC2_BYTES) {
          yield OTHER;
        }
        long mac2 = memory.get(LONG, offset + MAC2_OFFSET);
        long rest = memory.get(LONG, offset + MAC2_OFFSET + Long.BYTES);
        yield (mac2 | rest) == 0 ? INITIATION : INITIATION_WITH_COOKIE;
      }
      default -> OTHER;
    };
  }
}
