package dev.warren.embed.port;

import dev.warren.packet.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Our addresses as the JDK's, and back.
 *
 * <p><b>Owner:</b> any thread.
 */
public final class Addresses {
  private Addresses() {}

  /** Ours of the JDK's; a zone is lost. */
  public static IpAddress of(InetAddress address) {
    byte[] bytes = address.getAddress();
    long high = 0;
    long low = 0;
    for (byte b : bytes) {
      high = high << 8 | low >>> 56;
      low = low << 8 | (b & 0xff);
    }
    return bytes.length == 4 ? IpAddress.v4((int) low) : IpAddress.v6(high, low);
  }

  /** The JDK's of ours. */
  public static InetAddress of(IpAddress address) {
    byte[] bytes = new byte[address.isV6() ? 16 : 4];
    long low = address.low();
    long high = address.high();
    for (int i = bytes.length - 1; i >= 0; i--) {
      bytes[i] = (byte) low;
      low = low >>> 8 | high << 56;
      high >>>= 8;
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
