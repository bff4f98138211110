package dev.warren.embed.proxy.socks;

import dev.warren.embed.proxy.relay.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * An address and a port in a SOCKS message.
 *
 * <p><b>Shape:</b> a type; 4 bytes for type 1 (IPv4), 16 for type 4 (IPv6), or a length and a name
 * for type 3; two bytes of port, the higher first.
 *
 * <p><b>Source:</b> RFC 1928 sections 4, 5 and 7.
 */
final class SocksAddress {
  static final int IPV4 = 1;
  static final int NAME = 3;
  static final int IPV6 = 4;

  private SocksAddress() {}

  /** Reads one; a name is left unresolved. */
  static InetSocketAddress read(DataInputStream in) throws IOException {
    return switch (in.readUnsignedByte()) {
      case IPV4 -> numeric(in, 4);
      case IPV6 -> numeric(in, 16);
      case NAME -> named(in);
      default -> throw new SocksRefused(SocksReply.ADDRESS_TYPE_NOT_SUPPORTED, Refusal.UNSUPPORTED);
    };
  }

  private static InetSocketAddress numeric(DataInputStream in, int bytes) throws IOException {
    byte[] address = new byte[bytes];
    in.readFully(address);
    return new InetSocketAddress(InetAddress.getByAddress(address), in.readUnsignedShort());
  }

  private static InetSocketAddress named(DataInputStream in) throws IOException {
    byte[] name = new byte[in.readUnsignedByte()];
    in.readFully(name);
    int port = in.readUnsignedShort();
    boolean odd = name.length == 0;
    for (byte each : name) {
      odd |= each <= ' ' || each == 0x7f || each == '/' || each == '@';
    }
    if (odd) {
      throw new SocksRefused(SocksReply.FAILURE, Refusal.BAD_REQUEST);
    }
    return InetSocketAddress.createUnresolved(new String(name, StandardCharsets.US_ASCII), port);
  }

  /** One that is resolved, as bytes. */
  static byte[] bytes(InetSocketAddress address) {
    byte[] raw = address.getAddress().getAddress();
    ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length + 3);
    out.write(raw.length == 4 ? IPV4 : IPV6);
    out.writeBytes(raw);
    out.write(address.getPort() >> 8);
    out.write(address.getPort());
    return out.toByteArray();
  }
}
