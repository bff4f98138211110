package dev.warren.cli.view;

import dev.warren.cli.uapi.InterfaceState;
import dev.warren.cli.uapi.PeerState;
import dev.warren.cli.uapi.UapiException;
import dev.warren.cli.uapi.UapiSockets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks all daemons, or those that were named.
 *
 * <p><b>Owner:</b> one thread.
 *
 * <p><b>Errors:</b> {@link UapiException} when it cannot be told which interfaces there are; an
 * interface that cannot be asked is in the sample, with the reason.
 */
final class Sampler {
  private final UapiSockets sockets;
  private final Path classNet;
  private final Path configurations;
  private final List<String> wanted;
  private final Map<String, Map<String, String>> names = new HashMap<>();
  private final Map<String, String> publicKeys = new HashMap<>();

  /** Asks for these interfaces, or for all when there are none. */
  Sampler(UapiSockets sockets, Path classNet, Path configurations, List<String> wanted) {
    this.sockets = sockets;
    this.classNet = classNet;
    this.configurations = configurations;
    this.wanted = wanted;
  }

  Sample take() throws UapiException {
    List<String> all = new ArrayList<>(wanted);
    if (all.isEmpty()) {
      all.addAll(sockets.list());
      Collections.sort(all);
    }
    List<Tunnel> tunnels = new ArrayList<>(all.size());
    for (String name : all) {
      tunnels.add(ask(name));
    }
    return new Sample(System.nanoTime(), System.currentTimeMillis() / 1000, tunnels);
  }

  private Tunnel ask(String name) {
    InterfaceState state;
    try {
      state = sockets.get(name);
    } catch (UapiException e) {
      return Tunnel.mute(name, e.reason());
    }
    Map<String, String> called = namesOf(name);
    List<Tunnel.Peer> peers = new ArrayList<>(state.peers().size());
    for (PeerState peer : state.peers()) {
      String key = peer.publicKey();
      peers.add(
          new Tunnel.Peer(
              key,
              called.get(key),
              peer.endpoint(),
              peer.allowedIps(),
              peer.handshakeSeconds(),
              peer.rxBytes(),
              peer.txBytes(),
              peer.persistentKeepalive()));
    }
    return new Tunnel(
        name, isUp(name), publicKey(state), state.listenPort(), state.fwmark(), peers, null);
  }

  /** Reckoned once: it takes longer than all the rest. */
  private @Nullable String publicKey(InterfaceState state) {
    String privateKey = state.privateKey();
    if (privateKey == null) {
      return null;
    }
    String known = publicKeys.get(privateKey);
    if (known == null) {
      known = state.publicKey();
      if (known != null) {
        publicKeys.put(privateKey, known);
      }
    }
    return known;
  }

  private boolean isUp(String name) {
    return InterfaceFlags.isUp(InterfaceFlags.parse(read(classNet.resolve(name).resolve("flags"))));
  }

  /** Read once: a live view would read it every second. */
  private Map<String, String> namesOf(String name) {
    Map<String, String> known = names.get(name);
    if (known == null) {
      known = PeerNames.in(read(configurations.resolve(name + ".conf")));
      names.put(name, known);
    }
    return known;
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
