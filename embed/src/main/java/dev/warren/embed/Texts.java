package dev.warren.embed;

import dev.warren.config.AllowedIp;
import dev.warren.config.AllowedIpList;
import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.EndpointName;
import dev.warren.config.Grammar;
import dev.warren.config.InterfaceAddress;
import dev.warren.config.PeerConfig;
import dev.warren.config.Problem;
import dev.warren.config.Value;
import dev.warren.config.Values;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.util.List;

/**
 * Reads what a program gives as text: whole files, and single values.
 *
 * <p><b>Errors:</b> {@link ConfigurationException} for files, {@link IllegalArgumentException} for
 * values, since those stand in the program; neither quotes a key.
 */
final class Texts {
  private Texts() {}

  static Configuration configuration(String text, String source) throws ConfigurationException {
    return switch (ConfigParser.parse(text, Grammar.WG_QUICK, EndpointNames.NO_SERVICES)) {
      case ConfigResult.Good good -> checked(good.configuration(), source);
      case ConfigResult.Bad bad ->
          throw new ConfigurationException(
              bad.problems().stream()
                  .filter(Problem::isError)
                  .map(problem -> source + ":" + problem)
                  .toList());
    };
  }

  private static Configuration checked(Configuration read, String source)
      throws ConfigurationException {
    for (PeerConfig peer : read.peers()) {
      EndpointName name = peer.endpoint();
      if (name != null && Values.endpointPort(name.service(), EndpointNames.NO_SERVICES) < 0) {
        read.close();
        throw new ConfigurationException(
            source + ":" + peer.line() + ": the endpoint's port is a name; expected a number");
      }
    }
    return read;
  }

  static PublicKey publicKey(String text) {
    return value("public key", Values.publicKey(text));
  }

  static Secret secret(String what, String text) {
    return value(what, Values.secret(text));
  }

  static IpAddress address(String text) {
    IpAddress address = IpAddress.parse(text);
    if (address == null) {
      throw new IllegalArgumentException("not an address: " + text);
    }
    return address;
  }

  static InterfaceAddress interfaceAddress(String text) {
    int slash = text.indexOf('/');
    IpAddress address = address(slash < 0 ? text : text.substring(0, slash));
    Prefix prefix = Prefix.parse(text);
    if (prefix == null) {
      throw new IllegalArgumentException("not a prefix: " + text);
    }
    return new InterfaceAddress(address, prefix.length());
  }

  static PeerConfig peer(PeerSettings settings) {
    PeerConfig.Builder peer = new PeerConfig.Builder();
    peer.publicKey(publicKey(settings.publicKey()));
    String endpoint = settings.endpoint();
    if (endpoint != null) {
      EndpointName name = value("endpoint", Values.endpoint(endpoint));
      if (Values.endpointPort(name.service(), EndpointNames.NO_SERVICES) < 0) {
        throw new IllegalArgumentException("endpoint: not a port: " + endpoint);
      }
      peer.endpoint(name);
    }
    int keepalive = settings.keepaliveSeconds();
    if (keepalive < 0 || keepalive > 0xffff) {
      throw new IllegalArgumentException("keepalive: not from 0 to 65535: " + keepalive);
    }
    peer.persistentKeepalive(keepalive);
    AllowedIpList list = Values.allowedIps(String.join(",", settings.allowedIps()));
    Value.Bad<AllowedIp> bad = list.bad();
    if (bad != null) {
      throw new IllegalArgumentException("allowed IPs: " + bad);
    }
    peer.replaceAllowedIps(true);
    List<AllowedIp> prefixes = list.prefixes();
    prefixes.forEach(peer::allowedIp);
    String preshared = settings.presharedKey();
    if (preshared != null) {
      peer.presharedKey(secret("preshared key", preshared));
    }
    return peer.build();
  }

  private static <T> T value(String what, Value<T> value) {
    return switch (value) {
      case Value.Good<T> good -> good.value();
      case Value.Bad<T> bad -> throw new IllegalArgumentException(what + ": " + bad);
    };
  }
}
