package dev.warren.protocol.uapi;

import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Numeric endpoints as text: {@code 192.0.2.1:51820}, {@code [2001:db8::1]:51820}, {@code
 * [fe80::1%eth0]:51820}.
 *
 * <p><b>Errors:</b> null for anything else.
 *
 * <p><b>Source:</b> RFC 3986 §3.2.2, RFC 4007 §11 (zones).
 */
public final class EndpointText {
  private EndpointText() {}

  /** Parses an endpoint; a zone is a number or a name that {@code interfaceIndex} knows. */
  public static @Nullable Endpoint parse(String text, ToIntFunction<String> interfaceIndex) {
    int colon = text.lastIndexOf(':');
    int port = colon < 0 ? -1 : number(text.substring(colon + 1), 0xffff);
    if (port < 0) {
      return null;
    }
    String host = text.substring(0, colon);
    if (!host.startsWith("[")) {
      IpAddress address = IpAddress.parse(host);
      return address == null || address.isV6() ? null : new Endpoint(address, port);
    }
    if (!host.endsWith("]")) {
      return null;
    }
    host = host.substring(1, host.length() - 1);
    int percent = host.indexOf('%');
    int scope = percent < 0 ? 0 : scope(host.substring(percent + 1), interfaceIndex);
    IpAddress address = IpAddress.parse(percent < 0 ? host : host.substring(0, percent));
    return address == null || !address.isV6() || scope < 0
        ? null
        : new Endpoint(address, port, scope, null, 0);
  }

  private static int scope(String zone, ToIntFunction<String> interfaceIndex) {
    int number = number(zone, Integer.MAX_VALUE);
    if (number >= 0) {
      return number;
    }
    int index = zone.isEmpty() ? 0 : interfaceIndex.applyAsInt(zone);
    return index > 0 ? index : -1;
  }

  private static int number(String text, int max) {
    long number = text.isEmpty() ? -1 : 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + (c - '0');
      if (number > max) {
        return -1;
      }
    }
    return (int) number;
  }
}
