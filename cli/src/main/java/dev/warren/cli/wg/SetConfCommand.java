package dev.warren.cli.wg;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.cli.uapi.UapiException;
import dev.warren.config.ConfigParser;
import dev.warren.config.ConfigResult;
import dev.warren.config.Configuration;
import dev.warren.config.EndpointName;
import dev.warren.config.Grammar;
import dev.warren.config.PeerConfig;
import dev.warren.config.Problem;
import dev.warren.crypto.PublicKey;
import dev.warren.crypto.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code wg setconf}, {@code addconf}, {@code syncconf}: settings in a file.
 *
 * <p><b>Source:</b> wireguard-tools' {@code setconf.c}.
 */
final class SetConfCommand {
  private final WgCommand wg;
  private final Endpoints endpoints;

  /** The endpoint of each peer in numbers. */
  private final ArrayList<@Nullable String> resolved = new ArrayList<>();

  SetConfCommand(WgCommand wg) {
    this.wg = wg;
    this.endpoints = new Endpoints(wg);
  }

  int run(String[] arguments) {
    if (arguments.length != 3) {
      wg.usage(arguments[0], " <interface> <configuration filename>");
      return 1;
    }
    InputFile file = InputFile.read(wg, arguments[2]);
    Configuration configuration = file == null ? null : parse(file.text());
    if (configuration == null) {
      return 1;
    }
    try (configuration) {
      Change change = new Change();
      if (!arguments[0].equals("addconf")) {
        change.replaceEverything();
      }
      change.privateKey(configuration.device().privateKey());
      change.listenPort(configuration.device().listenPort());
      change.fwmark(configuration.device().fwmark());
      String name = WgCommand.interfaceName(arguments[1]);
      Map<String, PeerState> running = new HashMap<>();
      if (arguments[0].equals("syncconf") && !configuration.peers().isEmpty()) {
        if (!synchronize(name, configuration.peers(), change, running)) {
          return 1;
        }
      }
      int index = 0;
      for (PeerConfig peer : configuration.peers()) {
        change.peer(cleared(peer, running), resolved.get(index++));
      }
      change.send(wg.environment.sockets(), name);
      return 0;
    } catch (UapiException e) {
      wg.err.line("Unable to modify interface: " + e.reason());
      return 1;
    }
  }

  /** Reads as the original does: messages as it goes, and an end at the first bad line. */
  private @Nullable Configuration parse(String text) {
    ConfigParser parser = new ConfigParser(Grammar.WG, wg.environment.services());
    int at = 0;
    while (at < text.length()) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline;
      boolean good = true;
      for (Problem problem : parser.line(text.substring(at, end))) {
        wg.err.line(problem.wgMessage());
        good &= !problem.isError();
      }
      while (resolved.size() < parser.peerCount()) {
        resolved.add(null);
      }
      EndpointName endpoint = parser.lastEndpoint();
      if (endpoint != null) {
        String numbers = endpoints.resolve(endpoint);
        if (endpoints.isHopeless()) {
          return null;
        }
        resolved.set(resolved.size() - 1, numbers);
        good &= numbers != null;
      }
      if (!good) {
        wg.err.line("Configuration parsing error");
        return null;
      }
      at = end + 1;
    }
    ConfigResult result = parser.finish();
    if (result instanceof ConfigResult.Good good) {
      return good.configuration();
    }
    wg.err.line("A peer is missing a public key");
    wg.err.line("Invalid configuration");
    return null;
  }

  /** Removes the peers that the file does not name, and tells those that run already. */
  private boolean synchronize(
      String name, List<PeerConfig> wanted, Change change, Map<String, PeerState> running) {
    InterfaceState device;
    try {
      device = wg.environment.sockets().get(name);
    } catch (UapiException e) {
      wg.err.line("Unable to retrieve current interface configuration: " + e.reason());
      return false;
    }
    if (device.peers().isEmpty()) {
      return true;
    }
    change.keepOtherPeers();
    for (PeerState peer : device.peers()) {
      running.put(peer.publicKey(), peer);
    }
    Map<String, PeerState> others = new HashMap<>(running);
    for (PeerConfig peer : wanted) {
      others.remove(peer.publicKey().toString());
    }
    for (PeerState peer : device.peers()) {
      if (others.containsKey(peer.publicKey())) {
        PublicKey key = PublicKey.parseBase64(peer.publicKey());
        if (key != null) {
          change.peer(new PeerConfig.Builder().publicKey(key).remove().build(), null);
        }
      }
    }
    return true;
  }

  /** The peer, where it runs already without what the file no longer says. */
  private static PeerConfig cleared(PeerConfig peer, Map<String, PeerState> running) {
    // Once only: of a peer that the file names twice, the second entry adds to the first.
    PeerState state = running.remove(peer.publicKey().toString());
    boolean noKey = state != null && state.hasPresharedKey() && peer.presharedKey() == null;
    boolean noKeepalive =
        state != null && state.persistentKeepalive() != 0 && peer.persistentKeepalive() == null;
    if (!noKey && !noKeepalive) {
      return peer;
    }

    return new PeerConfig(
        peer.publicKey(),
        peer.remove(),
        noKey ? Secret.of(new byte[Secret.BYTES], 0) : peer.presharedKey(),
        peer.endpoint(),
        noKeepalive ? Integer.valueOf(0) : peer.persistentKeepalive(),
        peer.replaceAllowedIps(),
        peer.allowedIps(),
        peer.line());
  }
}
