package dev.warren.linux;

import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.owner.Confined;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints seen before, so that a datagram of a known sender allocates nothing.
 *
 * <p><b>Shape:</b> direct-mapped by the remote address and port: a newcomer takes the place of
 * whoever had it. That costs an allocation and nothing else, so a flood of forged senders does no
 * more harm than to be noticed by the garbage collector.
 *
 * <p><b>Owner:</b> the device's thread.
 */
@Confined("device")
final class EndpointCache {
  private static final int INDEX_BITS = 11;

  private final @Nullable Endpoint[] entries = new Endpoint[1 << INDEX_BITS];

  /** The endpoint of an IPv4 sender; {@code source} 0 means no local address is known. */
  Endpoint v4(int address, int port, int source, int sourceInterface) {
    long low = address & 0xffffffffL;
    int index = index(0, low, port);
    Endpoint known = entries[index];
    if (known != null
        && !known.address().isV6()
        && known.address().low() == low
        && known.port() == port
        && known.sourceInterface() == sourceInterface
        && sameV4(known.source(), source)) {
      return known;
    }
    IpAddress local = source == 0 ? null : IpAddress.v4(source);
    Endpoint made = new Endpoint(IpAddress.v4(address), port, 0, local, sourceInterface);
    entries[index] = made;
    return made;
  }

  /** The endpoint of an IPv6 sender; a {@code source} of zeros means no local address is known. */
  Endpoint v6(
      long high,
      long low,
      int port,
      int scopeId,
      long sourceHigh,
      long sourceLow,
      int sourceInterface) {
    int index = index(high, low, port);
    Endpoint known = entries[index];
    if (known != null
        && known.address().isV6()
        && known.address().high() == high
        && known.address().low() == low
        && known.port() == port
        && known.scopeId() == scopeId
        && known.sourceInterface() == sourceInterface
        && sameV6(known.source(), sourceHigh, sourceLow)) {
      return known;
    }
    IpAddress local = (sourceHigh | sourceLow) == 0 ? null : IpAddress.v6(sourceHigh, sourceLow);
    Endpoint made = new Endpoint(IpAddress.v6(high, low), port, scopeId, local, sourceInterface);
    entries[index] = made;
    return made;
  }

  private static boolean sameV4(@Nullable IpAddress known, int source) {
    return known == null ? source == 0 : known.low() == (source & 0xffffffffL);
  }

  private static boolean sameV6(@Nullable IpAddress known, long high, long low) {
    return known == null ? (high | low) == 0 : known.high() == high && known.low() == low;
  }

  private static int index(long high, long low, int port) {
    long mixed = (high ^ Long.rotateLeft(low, 17) ^ port) * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> (Long.SIZE - INDEX_BITS));
  }
}
