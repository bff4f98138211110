package dev.warren.config;

import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads single values, for files and for command lines, exactly as {@code wg} does.
 *
 * <p><b>Errors:</b> {@link Value.Bad}.
 *
 * <p><b>Source:</b> wireguard-tools' {@code config.c}; glibc's getaddrinfo for ports.
 */
public final class Values {
  static final String KEY_EXPECTED = "44 characters of base64, as `wg genkey' writes them";
  private static final String PORT_EXPECTED =
      "a port from 0 to 65535, or the name of a UDP service";
  private static final String ENDPOINT_EXPECTED = "HOST:PORT or [IPV6]:PORT";
  private static final String PREFIX_EXPECTED =
      "prefixes with commas between them, such as 10.0.0.2/32, fd00::/64";

  private Values() {}

  /** Reads a public key. */
  public static Value<PublicKey> publicKey(String text) {
    PublicKey key = PublicKey.parseBase64(text);
    return key == null ? Values.<PublicKey>badKey(text) : new Value.Good<>(key);
  }

  /** Reads a private or preshared key. */
  public static Value<Secret> secret(String text) {
    Secret key = Secret.parseBase64(text);
    return key == null ? Values.<Secret>badKey(text) : new Value.Good<>(key);
  }

  private static <T> Value.Bad<T> badKey(String text) {
    String what = text.length() == 44 ? "not a key" : "not a key: " + text.length() + " characters";
    return new Value.Bad<>(
        0, what, KEY_EXPECTED, "Key is not the correct length or format: `" + text + "'");
  }

  /** Reads a port, by number or by name. */
  public static Value<Integer> port(String text, Services services) {
    if (text.isEmpty()) {
      return new Value.Bad<>(0, "no port", PORT_EXPECTED, "Unable to parse empty port");
    }
    if (text.equals("*")) {
      // To getaddrinfo a star is nothing, and it was asked for no host either.
      return new Value.Bad<>(
          0, "not a port", PORT_EXPECTED, "Name or service not known: `" + text + "'");
    }
    int port = CNumbers.port(text);
    if (port < 0) {
      port = services.udpPort(text);
    }
    return port < 0
        ? new Value.Bad<>(
            0,
            "not a port",
            PORT_EXPECTED,
            "Servname not supported for ai_socktype: `" + text + "'")
        : new Value.Good<>(port);
  }

  /** Reads the port of an endpoint, by number or by name; -1 for none. */
  public static int endpointPort(String service, Services services) {
    if (service.equals("*")) {
      return 0;
    }
    int port = CNumbers.port(service);
    return port < 0 ? services.udpPort(service) : port;
  }

  /** Reads a mark: {@code off}, decimal, or hexadecimal after {@code 0x}. */
  public static Value<Integer> fwmark(String text) {
    if (CNumbers.sameIgnoringCase(text, "off")) {
      return new Value.Good<>(0);
    }
    boolean hex = text.length() > 2 && text.startsWith("0x");
    long mark = CNumbers.digits(text, hex ? 2 : 0, hex ? 16 : 10);
    if (mark < 0 || mark > 0xffff_ffffL) {
      return new Value.Bad<>(
          0,
          "not a mark",
          "off, or a number up to 0xffffffff",
          "Fwmark is neither 0/off nor 0-0xffffffff: `" + text + "'");
    }
    return new Value.Good<>((int) mark);
  }

  /** Reads an interval in seconds, or {@code off}. */
  public static Value<Integer> persistentKeepalive(String text) {
    if (CNumbers.sameIgnoringCase(text, "off")) {
      return new Value.Good<>(0);
    }
    long seconds = CNumbers.digits(text, 0, 10);
    if (seconds < 0 || seconds > 0xffff) {
      return new Value.Bad<>(
          0,
          "not an interval",
          "off, or seconds from 0 to 65535",
          "Persistent keepalive interval is neither 0/off nor 1-65535: `" + text + "'");
    }
    return new Value.Good<>((int) seconds);
  }

  /** Reads where a peer is, without asking who has that name. */
  public static Value<EndpointName> endpoint(String text) {
    if (text.isEmpty()) {
      return new Value.Bad<>(0, "no endpoint", ENDPOINT_EXPECTED, "Unable to parse empty endpoint");
    }
    int hostEnd;
    int serviceStart;
    if (text.charAt(0) == '[') {
      hostEnd = text.indexOf(']');
      if (hostEnd < 0) {
        return new Value.Bad<>(
            0,
            "no bracket at the end of the address",
            ENDPOINT_EXPECTED,
            "Unable to find matching brace of endpoint: `" + text + "'");
      }
      serviceStart =
          text.startsWith(":", hostEnd + 1) && text.length() > hostEnd + 2 ? hostEnd + 2 : -1;
    } else {
      hostEnd = text.lastIndexOf(':');
      serviceStart = hostEnd >= 0 && hostEnd + 1 < text.length() ? hostEnd + 1 : -1;
    }
    if (serviceStart < 0) {
      return new Value.Bad<>(
          text.length(),
          "no port",
          ENDPOINT_EXPECTED,
          "Unable to find port of endpoint: `" + text + "'");
    }
    String host = text.substring(text.charAt(0) == '[' ? 1 : 0, hostEnd);
    return new Value.Good<>(new EndpointName(host, text.substring(serviceStart), text));
  }

  /** Reads a list of prefixes, from which white space was taken; nothing is a list of none. */
  public static AllowedIpList allowedIps(String text) {
    List<AllowedIp> prefixes = new ArrayList<>(1);
    List<Value.Bad<AllowedIp>> warnings = new ArrayList<>(0);
    boolean incremental = false;
    int at = 0;
    while (!text.isEmpty()) {
      int comma = text.indexOf(',', at);
      int end = comma < 0 ? text.length() : comma;
      boolean signed = at < end && (text.charAt(at) == '+' || text.charAt(at) == '-');
      boolean remove = signed && text.charAt(at) == '-';
      incremental |= signed;
      String entry = text.substring(signed ? at + 1 : at, end);
      PrefixText parts = PrefixText.parse(entry);
      Value<AllowedIp> read = allowedIp(entry, parts, signed ? at + 1 : at, remove);
      if (read instanceof Value.Bad<AllowedIp> bad) {
        return new AllowedIpList(prefixes, incremental, warnings, bad);
      }
      if (read instanceof Value.Good<AllowedIp> good) {
        prefixes.add(good.value());
        Value.Bad<AllowedIp> warning = hostBits(entry, parts, at, good.value().prefix());
        if (warning != null) {
          warnings.add(warning);
        }
      }
      if (comma < 0) {
        break;
      }
      at = comma + 1;
    }
    return new AllowedIpList(prefixes, incremental, warnings, null);
  }

  private static Value<AllowedIp> allowedIp(
      String entry, PrefixText parts, int at, boolean remove) {
    IpAddress address = parts.address();
    if (address == null) {
      String what = entry.isEmpty() ? "no prefix after a comma" : "not an address";
      return new Value.Bad<>(
          at, what, PREFIX_EXPECTED, "Unable to parse IP address: `" + parts.host() + "'");
    }
    if (parts.length() < 0) {
      return new Value.Bad<>(
          at + parts.lengthAt(),
          "not a prefix length",
          "a number from 0 to " + address.bits(),
          "AllowedIP is not in the correct format: `" + entry + "'");
    }
    return new Value.Good<>(new AllowedIp(new Prefix(address, parts.length()), remove));
  }

  /** A warning when bits of the address lie beyond the prefix. */
  private static Value.@Nullable Bad<AllowedIp> hostBits(
      String entry, PrefixText parts, int at, Prefix prefix) {
    if (prefix.address().equals(parts.address())) {
      return null;
    }
    return new Value.Bad<>(
        at,
        "bits beyond the prefix length, which are ignored",
        prefix.toString(),
        "Warning: AllowedIP has nonzero host part: " + entry);
  }
}
