package dev.warren.interop;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Daemon;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Wg;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a tunnel: a daemon in a host, with its interface, keys and addresses.
 *
 * <p>Side N has the inner addresses 10.77.0.N and fd77::N and listens on port 51820 + N.
 *
 * <p>Owner: the scenario's thread.
 */
final class Side {
  private static final int FIRST_PORT = 51820;

  private final Namespace namespace;
  private final Implementation implementation;
  private final int number;
  private final String device;
  private final Identity identity = Identity.create();
  private final List<String> introductions = new ArrayList<>();
  private final Wg wg;
  private Daemon daemon;

  private Side(Namespace namespace, Implementation implementation, int number, String device) {
    this.namespace = namespace;
    this.implementation = implementation;
    this.number = number;
    this.device = device;
    this.wg = new Wg(namespace, device);
    this.daemon = Daemon.start(namespace, implementation, device);
  }

  /** Starts a daemon and gives it its key and port; its interface is not yet up. */
  static Side start(Namespace namespace, Implementation implementation, int number, String device) {
    Side side = new Side(namespace, implementation, number, device);
    side.identify();
    return side;
  }

  private void identify() {
    String keyFile = namespace.file(device + ".key", identity.privateKey()).toString();
    wg.set("listen-port " + port() + " private-key " + keyFile);
  }

  /** Gives the interface its inner addresses and sets it up, in the namespace where it is now. */
  void raise(Namespace where) {
    where.address(device, inner4() + "/24", inner6() + "/64");
    where.ip("link set " + device + " up");
  }

  /**
   * Adds {@code other} as a peer.
   *
   * @param more further words of {@code wg set}, such as an endpoint; may be empty
   */
  void meet(Side other, String more) {
    String introduction =
        "peer %s %s allowed-ips %s/32,%s/128"
            .formatted(other.publicKey(), more, other.inner4(), other.inner6())
            .replace("  ", " ");
    introductions.add(introduction);
    wg.set(introduction);
  }

  /** Changes settings of a peer that is known already. */
  void adjust(Side other, String settings) {
    wg.set("peer " + other.publicKey() + " " + settings);
  }

  /** Sets the interface down, waits until the daemon has closed its port, and up again. */
  void downAndUp() {
    namespace.ip("link set " + device + " down");
    awaitListening(false);
    namespace.ip("link set " + device + " up");
    awaitListening(true);
  }

  /** Waits until the daemon has its UDP port open, or has closed it. */
  void awaitListening(boolean open) {
    Await.until(
        this + (open ? " has its port open" : " has closed its port"),
        Duration.ofSeconds(10),
        () -> namespace.run("ss", "-Huln", "sport", "=", ":" + port()).stdout().isBlank() != open);
  }

  /** Kills the daemon and starts a new one with the same configuration. */
  void restart() {
    daemon.process().kill();
    resume();
  }

  /** Starts a new daemon with the same configuration, after the last one has ended. */
  void resume() {
    daemon = Daemon.start(namespace, implementation, device);
    identify();
    introductions.forEach(wg::set);
    raise(namespace);
  }

  Namespace namespace() {
    return namespace;
  }

  Implementation implementation() {
    return implementation;
  }

  Daemon daemon() {
    return daemon;
  }

  Wg wg() {
    return wg;
  }

  String publicKey() {
    return identity.publicKey();
  }

  String privateKey() {
    return identity.privateKey();
  }

  int port() {
    return FIRST_PORT + number;
  }

  String inner4() {
    return "10.77.0." + number;
  }

  String inner6() {
    return "fd77::" + number;
  }

  String outer4() {
    return "192.0.2." + number;
  }

  String outer6() {
    return "2001:db8::" + number;
  }

  String endpoint(OuterFamily family) {
    return family == OuterFamily.IPV4 ? outer4() + ":" + port() : "[" + outer6() + "]:" + port();
  }

  @Override
  public String toString() {
    return "side " + number + " (" + implementation + ")";
  }
}
