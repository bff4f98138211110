package dev.warren.cli.quick;

import dev.warren.cli.daemon.EndpointNames;
import dev.warren.cli.names.EndpointResolver;
import dev.warren.cli.names.ServiceNames;
import dev.warren.cli.uapi.UapiConnection;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.config.AllowedIp;
import dev.warren.config.Configuration;
import dev.warren.config.EndpointName;
import dev.warren.config.InterfaceConfig;
import dev.warren.config.PeerConfig;
import dev.warren.config.Values;
import dev.warren.packet.IpAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Steps through the configuration socket of the interface, each shown as the {@code wg} command
 * that does the same.
 *
 * <p><b>Source:</b> wireguard.com "Cross-platform Userspace Implementation".
 */
final class WireGuardSteps {
  private WireGuardSteps() {}

  /** Makes a change over a connection. */
  private interface Change {
    void write(UapiConnection connection);
  }

  static Step setMark(String name, int mark) {
    String number = Integer.toUnsignedString(mark);
    return new Step(
        "wg set " + name + " fwmark " + number,
        host -> set(name, connection -> connection.line("fwmark", number)));
  }

  /** Has the interface know its key, its port and its peers; all or nothing. */
  static Step configure(ConfigFile file, Configuration configuration) {
    String name = file.name();
    return new Step(
        "wg addconf " + name + " <(wg-quick strip " + name + ")",
        host -> {
          EndpointLookup lookup =
              new EndpointLookup(
                  new EndpointResolver(new ServiceNames(), new UapiSockets().zones()),
                  host.environment());
          Map<PeerConfig, String> endpoints = new LinkedHashMap<>();
          for (PeerConfig peer : configuration.peers()) {
            EndpointName endpoint = peer.endpoint();
            if (endpoint != null) {
              String where = file.path() + ":" + peer.line();
              endpoints.put(peer, lookup.find(endpoint, where));
            }
          }
          set(name, connection -> write(connection, configuration, endpoints));
        });
  }

  private static void set(String name, Change change) throws StepFailure {
    try (UapiConnection connection = new UapiSockets().connect(name)) {
      connection.line("set", "1");
      change.write(connection);
      connection.end();
      int errno = connection.answer();
      if (errno != 0) {
        throw new UapiException(-errno);
      }
    } catch (UapiException e) {
      throw new StepFailure(1, "cannot configure " + name + ": " + e.reason());
    }
  }

  private static void write(
      UapiConnection connection, Configuration configuration, Map<PeerConfig, String> endpoints) {
    InterfaceConfig device = configuration.device();
    if (device.privateKey() != null) {
      connection.line("private_key", device.privateKey().revealHex());
    }
    if (device.listenPort() != null) {
      connection.line("listen_port", "" + device.listenPort());
    }
    if (device.fwmark() != null) {
      connection.line("fwmark", Integer.toUnsignedString(device.fwmark()));
    }
    for (PeerConfig peer : configuration.peers()) {
      connection.line("public_key", peer.publicKey().toHex());
      if (peer.presharedKey() != null) {
        connection.line("preshared_key", peer.presharedKey().revealHex());
      }
      String endpoint = endpoints.get(peer);
      if (endpoint != null) {
        connection.line("endpoint", endpoint);
      }
      if (peer.persistentKeepalive() != null) {
        connection.line("persistent_keepalive_interval", "" + peer.persistentKeepalive());
      }
      if (peer.replaceAllowedIps()) {
        connection.line("replace_allowed_ips", "true");
      }
      for (AllowedIp each : peer.allowedIps()) {
        connection.line("allowed_ip", (each.remove() ? "-" : "") + each.prefix());
      }
    }
  }

  /** The endpoints that the file has by name. */
  static EndpointNames endpointNames(Configuration configuration) {
    Map<String, EndpointNames.Name> names = new LinkedHashMap<>();
    for (PeerConfig peer : configuration.peers()) {
      EndpointName endpoint = peer.endpoint();
      String key = peer.publicKey().toString();
      if (endpoint == null) {
        continue;
      }
      int port = Values.endpointPort(endpoint.service(), new ServiceNames());
      if (port <= 0 || !isName(endpoint.host())) {
        names.remove(key); // The last one of a peer counts.
      } else {
        names.put(key, new EndpointNames.Name(endpoint.host(), port));
      }
    }
    return new EndpointNames(names);
  }

  private static boolean isName(String host) {
    char last = host.isEmpty() ? '0' : host.charAt(host.length() - 1);
    // A name's last label is never a number; what ends in one is an old form of an address.
    boolean number = last >= '0' && last <= '9' && host.indexOf('.') >= 0;
    return IpAddress.parse(host) == null
        && host.indexOf(':') < 0
        && host.indexOf(' ') < 0
        && !host.isEmpty()
        && !host.equals("*")
        && !number;
  }
}
