package dev.warren.cli.quick;

import dev.warren.cli.daemon.EndpointNames;
import dev.warren.cli.names.EndpointResolver;
import dev.warren.cli.names.ServiceNames;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.cli.wg.Change;
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

  static Step setMark(String name, int mark) {
    Change change = new Change();
    change.fwmark(mark);
    return new Step(
        "wg set " + name + " fwmark " + Integer.toUnsignedString(mark), host -> send(change, name));
  }

  /** Has the interface know its key, its port and its peers; all or nothing. */
  static Step configure(ConfigFile file, Configuration configuration) {
    String name = file.name();
    return new Step(
        "wg addconf " + name + " <(wg-quick strip " + file.path() + ")",
        host -> {
          EndpointLookup lookup =
              new EndpointLookup(
                  new EndpointResolver(new ServiceNames(), new UapiSockets().zones()),
                  host.environment());
          InterfaceConfig device = configuration.device();
          Change change = new Change();
          change.privateKey(device.privateKey());
          change.listenPort(device.listenPort());
          change.fwmark(device.fwmark());
          for (PeerConfig peer : configuration.peers()) {
            EndpointName endpoint = peer.endpoint();
            String where = file.path() + ":" + peer.line();
            change.peer(peer, endpoint == null ? null : lookup.find(endpoint, where));
          }
          send(change, name);
        });
  }

  private static void send(Change change, String name) throws StepFailure {
    try {
      change.send(new UapiSockets(), name);
    } catch (UapiException e) {
      throw new StepFailure(1, "cannot configure " + name + ": " + e.reason());
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
