package dev.warren.embed.proxy.socks;

import dev.warren.embed.proxy.relay.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What a SOCKS request is answered.
 *
 * <p><b>Shape:</b> version, code, 0, then an address as {@link SocksAddress} writes it.
 *
 * <p><b>Source:</b> RFC 1928 section 6.
 */
enum SocksReply {
  SUCCEEDED(0),
  FAILURE(1),
  NOT_ALLOWED(2),
  NETWORK_UNREACHABLE(3),
  HOST_UNREACHABLE(4),
  CONNECTION_REFUSED(5),
  TTL_EXPIRED(6),
  COMMAND_NOT_SUPPORTED(7),
  ADDRESS_TYPE_NOT_SUPPORTED(8);

  private static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

  private final int code;

  SocksReply(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The reply where there is no address to tell. */
  byte[] bytes() {
    return bytes(NOWHERE);
  }

  /** The reply with the address that is used. */
  byte[] bytes(InetSocketAddress bound) {
    byte[] address = SocksAddress.bytes(bound);
    byte[] reply = new byte[3 + address.length];
    reply[0] = SocksService.VERSION;
    reply[1] = (byte) code;
    System.arraycopy(address, 0, reply, 3, address.length);
    return reply;
  }

  static SocksReply of(Refusal why) {
    return switch (why) {
      case UNAUTHENTICATED, STRANGER -> NOT_ALLOWED;
      case NETWORK_UNREACHABLE -> NETWORK_UNREACHABLE;
      case UNKNOWN_HOST, HOST_UNREACHABLE -> HOST_UNREACHABLE;
      case REFUSED -> CONNECTION_REFUSED;
      case TIMED_OUT -> TTL_EXPIRED;
      case UNSUPPORTED -> COMMAND_NOT_SUPPORTED;
      case FULL, BAD_REQUEST, TOO_SLOW, BAD_ANSWER, FRAGMENT, TOO_LARGE, FAILED -> FAILURE;
    };
  }
}
