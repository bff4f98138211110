package dev.warren.packet;

import dev.warren.packet.owner.Immutable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a peer's datagrams come from: a remote address and port, and the local address and
 * interface that they came to, so that answers leave the same way (the "sticky source").
 *
 * <p><b>Shape:</b> addresses are {@link IpAddress}; the port 0..65535; {@code scopeId} is the zone
 * of a link-local IPv6 address or 0; {@code source} is null and {@code sourceInterface} 0 while the
 * kernel shall choose.
 *
 * <p><b>Source:</b> protocol reference, "Sticky source"; RFC 3542 (packet info), RFC 4007 (zones).
 */
@Immutable
public final class Endpoint {
  private final IpAddress address;
  private final int port;
  private final int scopeId;
  private final @Nullable IpAddress source;
  private final int sourceInterface;

  /** An endpoint with a sticky source. */
  public Endpoint(
      IpAddress address, int port, int scopeId, @Nullable IpAddress source, int sourceInterface) {
    this.address = address;
    this.port = port;
    this.scopeId = scopeId;
    this.source = source;
    this.sourceInterface = sourceInterface;
  }

  /** An endpoint without zone or sticky source. */
  public Endpoint(IpAddress address, int port) {
    this(address, port, 0, null, 0);
  }

  /** The remote address. */
  public IpAddress address() {
    return address;
  }

  /** The remote UDP port. */
  public int port() {
    return port;
  }

  /** The zone (interface index) of a link-local address, or 0. */
  public int scopeId() {
    return scopeId;
  }

  /** The local address to send from, or null for the kernel's choice. */
  public @Nullable IpAddress source() {
    return source;
  }

  /** The local interface to send by, or 0 for the kernel's choice. */
  public int sourceInterface() {
    return sourceInterface;
  }

  /** Whether an answer has a fixed way out. */
  public boolean isSticky() {
    return source != null || sourceInterface != 0;
  }

  /** The same remote end, leaving the way out to the kernel. */
  public Endpoint withoutSource() {
    return isSticky() ? new Endpoint(address, port, scopeId, null, 0) : this;
  }

  /** Whether both mean the same remote address, zone and port. */
  public boolean sameRemote(Endpoint other) {
    return port == other.port && scopeId == other.scopeId && address.equals(other.address);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o == this
        || (o instanceof Endpoint e
            && sameRemote(e)
            && sourceInterface == e.sourceInterface
            && Objects.equals(source, e.source));
  }

  @Override
  public int hashCode() {
    return (address.hashCode() * 31 + port) * 31 + scopeId;
  }

  /** The remote end as {@code wg} writes it: {@code 192.0.2.1:51820}, {@code [fe80::1%2]:51820}. */
  @Override
  public String toString() {
    if (!address.isV6()) {
      return address + ":" + port;
    }
    return "[" + address + (scopeId == 0 ? "" : "%" + scopeId) + "]:" + port;
  }
}
