package dev.warren.interop.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A WireGuard daemon that can stand on either side of a tunnel: how it is called, and what it is
 * known to lack.
 *
 * <p><b>Source:</b> the rows "Where others differ" of the protocol reference for {@link Trait}.
 *
 * @param label how reports and test names call it
 * @param command the program and its first arguments; the interface name follows
 * @param foreground what keeps it from going to the background
 * @param lacks what it does otherwise than the Linux kernel's WireGuard
 */
public record Implementation(
    String label, List<String> command, List<String> foreground, Set<Trait> lacks) {

  /** Behaviour that the kernel's implementation has and some others have not. */
  public enum Trait {
    /** Handshake messages leave with AF41, data with the inner ECN. */
    TYPE_OF_SERVICE,
    /** A packet to no peer, or to a peer without endpoint, is answered by ICMP. */
    UNREACHABLE_REPLY,
    /** {@code allowed_ip=-PREFIX} takes one prefix away. */
    ALLOWED_IP_REMOVAL,
    /** Notices what happens to its interface after that was moved to another namespace. */
    MOVED_INTERFACE_NOTICED,
    /** Loses nothing when the endpoint moves from one address family to the other. */
    SMOOTH_FAMILY_CHANGE,
    /**
     * Notices at once that its source address is gone. Linux 6.18 answers such a send over IPv4
     * with ENETUNREACH, where wireguard-go waits for EINVAL; it recovers with its next handshake.
     */
    SOURCE_GONE_NOTICED,
    /** Closes its port and forgets its sessions when its interface is set down. */
    LINK_DOWN_NOTICED,
    /** Tells the zone of a link-local endpoint. */
    ZONE_TOLD,
    /** Says on stderr what a person can do about a failed start. */
    HELPFUL_ERRORS,
    /** A request that failed leaves its connection usable. */
    CONNECTION_AFTER_ERROR,
    /**
     * Reads a configuration request to its end before it applies it, all or nothing. wireguard-go
     * applies line by line under a lock that all connections share, and loses what was sent after
     * the end of a request.
     */
    WHOLE_REQUESTS,
    /** Peers are listed in the order in which they came. */
    PEER_ORDER,
  }

  public static final Implementation WIREGUARD_GO = wireguardGo("wireguard-go", "wireguard-go");

  public static final Implementation WARREN = warren("warren", repository().resolve("warren"));

  /** Warren by the launcher of some checkout. */
  public static Implementation warren(String label, Path launcher) {
    return new Implementation(label, List.of(launcher.toString(), "run"), List.of("-f"), Set.of());
  }

  /** Another build of wireguard-go, to be measured. */
  public static Implementation wireguardGo(String label, String executable) {
    return new Implementation(label, List.of(executable), List.of("-f"), Set.of(Trait.values()));
  }

  /**
   * What its environment holds: the launcher of Warren must not build while scenarios run, which
   * one has done before them all.
   */
  public Map<String, String> environment() {
    return Map.of("LOG_LEVEL", "verbose", "WARREN_NO_BUILD", "1");
  }

  /** The same for a daemon that is measured: as it would run in earnest, it logs errors alone. */
  public Map<String, String> measuredEnvironment() {
    return Map.of("LOG_LEVEL", "error", "WARREN_NO_BUILD", "1");
  }

  /** The command that stays in the foreground as this interface's daemon. */
  public List<String> inForeground(String device) {
    List<String> argv = new ArrayList<>(command);
    argv.addAll(foreground);
    argv.add(device);
    return argv;
  }

  /** The command that returns once the interface and its socket exist. */
  public List<String> inBackground(String device) {
    List<String> argv = new ArrayList<>(command);
    argv.add(device);
    return argv;
  }

  /** The launcher that has commands besides `run`; empty for another implementation. */
  public Optional<String> launcher() {
    return command.getLast().equals("run") ? Optional.of(command.getFirst()) : Optional.empty();
  }

  /** A program that takes the interface name alone, as wg-quick wants it. */
  public String wrapper() {
    return equals(WARREN)
        ? repository().resolve("bin/warren-daemon").toString()
        : command.getFirst();
  }

  public boolean has(Trait trait) {
    return !lacks.contains(trait);
  }

  /** Whether {@code ./warren run} can be called here; the first call may build it. */
  public static boolean warrenRuns() {
    return WarrenProbe.RUNS;
  }

  /** The root of the source tree, found upwards from where the tests run. */
  public static Path repository() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("LICENSE"))) {
      Path parent = at.getParent();
      if (parent == null) {
        throw new AssertionError("no LICENSE above " + Path.of("").toAbsolutePath());
      }
      at = parent;
    }
    return at;
  }

  @Override
  public String toString() {
    return label;
  }

  private static final class WarrenProbe {
    static final boolean RUNS = probe();

    private static boolean probe() {
      Path script = repository().resolve("warren");
      return Files.isExecutable(script)
          && Command.attempt(
                      Duration.ofMinutes(10),
                      Map.of(),
                      "",
                      List.of(script.toString(), "run", "--help"))
                  .exitStatus()
              == 0;
    }
  }
}
