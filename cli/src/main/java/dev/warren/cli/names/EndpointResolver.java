package dev.warren.cli.names;

import dev.warren.cli.uapi.Zones;
import dev.warren.config.EndpointName;
import dev.warren.config.Services;
import dev.warren.config.Values;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the name of an endpoint into numbers, once; who asks decides whether to ask again.
 *
 * <p>Of several addresses the first one counts, in the system's order. The JDK has an order of its
 * own unless {@link #useSystemOrder} was called before its first look-up.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Source:</b> wireguard-tools' {@code parse_endpoint}; glibc's {@code getaddrinfo}, {@code
 * getnameinfo}.
 */
public final class EndpointResolver {
  private static final String NO_NAME = "Name or service not known";
  private static final String NO_ADDRESS = "No address associated with hostname";
  private static final String NO_RECOVERY = "Non-recoverable failure in name resolution";
  private static final String TRY_AGAIN = "Temporary failure in name resolution";
  private static final String NO_SERVICE = "Servname not supported for ai_socktype";

  private final Services services;
  private final Zones zones;

  /** The words of the last failure, for one without words. */
  private String lastReason = TRY_AGAIN;

  /** A resolver that takes services and zones from these. */
  public EndpointResolver(Services services, Zones zones) {
    this.services = services;
    this.zones = zones;
  }

  /** Has the JDK keep the system's order of addresses; for the beginning of a program. */
  public static void useSystemOrder() {
    if (System.getProperty("java.net.preferIPv6Addresses") == null) {
      System.setProperty("java.net.preferIPv6Addresses", "system");
    }
  }

  /** Looks a name up; may block for as long as the system's resolver does. */
  public Resolution resolve(EndpointName name) {
    int port = Values.endpointPort(name.service(), services);
    if (port < 0) {
      return new Resolution.Failed(NO_SERVICE, false);
    }
    String host = name.host();
    if (host.equals("*")) {
      return found(IpAddress.v6(0, 1), port, "");
    }
    IpAddress v4 = NumericHost.parseV4(host);
    if (v4 != null) {
      return found(v4, port, "");
    }
    if (host.indexOf(':') >= 0) {
      int percent = host.indexOf('%');
      IpAddress v6 = IpAddress.parse(percent < 0 ? host : host.substring(0, percent));
      return v6 == null
          ? new Resolution.Failed(NO_NAME, true)
          : found(v6, port, percent < 0 ? "" : host.substring(percent + 1));
    }
    return host.isEmpty() ? new Resolution.Failed(NO_NAME, true) : lookUp(host, port);
  }

  private Resolution lookUp(String host, int port) {
    Fresh.answers();
    try {
      byte[] bytes = InetAddress.getByName(host).getAddress();
      return found(address(bytes), port, "");
    } catch (UnknownHostException e) {
      String message = e.getMessage();
      int colon = message == null ? -1 : message.indexOf(": ");
      if (message != null && colon >= 0) {
        lastReason = message.substring(colon + 2);
      }
      boolean permanent =
          lastReason.equals(NO_NAME)
              || lastReason.equals(NO_ADDRESS)
              || lastReason.equals(NO_RECOVERY);
      return new Resolution.Failed(lastReason, permanent);
    }
  }

  /** All addresses of a host, in the system's order; none when it has none or cannot be asked. */
  public static List<IpAddress> addresses(String host) {
    Fresh.answers();
    List<IpAddress> addresses = new ArrayList<>();
    try {
      for (InetAddress found : InetAddress.getAllByName(host)) {
        addresses.add(address(found.getAddress()));
      }
    } catch (UnknownHostException e) {
      // None.
    }
    return addresses;
  }

  private static IpAddress address(byte[] bytes) {
    long high = 0;
    long low = 0;
    for (byte b : bytes) {
      high = high << 8 | low >>> 56;
      low = low << 8 | (b & 0xff);
    }
    return bytes.length == 4 ? IpAddress.v4((int) low) : IpAddress.v6(high, low);
  }

  private Resolution found(IpAddress address, int port, String zone) {
    int scope = 0;
    String shown = "";
    if (!zone.isEmpty()) {
      scope = address.isLinkLocalV6() ? zones.index(zone) : 0;
      if (scope == 0) {
        scope = number(zone);
      }
      if (scope < 0) {
        return new Resolution.Failed(NO_NAME, true);
      }
      shown = scope == 0 ? "" : "%" + zones.shown(address, Integer.toString(scope));
    }
    Endpoint endpoint = new Endpoint(address, port, scope, null, 0);
    String text = address.isV6() ? "[" + address + shown + "]:" + port : address + ":" + port;
    return new Resolution.Found(endpoint, text);
  }

  /**
   * Has the JDK ask the system each time: its own memory keeps even a failure for ten seconds. The
   * system may remember for itself, and knows how long an answer holds.
   */
  private static final class Fresh {
    static {
      Security.setProperty("networkaddress.cache.ttl", "0");
      Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    static void answers() {}
  }

  private static int number(String zone) {
    try {
      return Integer.parseUnsignedInt(zone);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
