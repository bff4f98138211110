package dev.warren.interop.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Debian's {@code wg}, run in a host.
 *
 * <p>Owner: any thread; one scenario each.
 */
public final class Wg {
  /** A configuration of 100,000 allowed IPs may take seconds, never minutes. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Namespace namespace;
  private final String device;

  public Wg(Namespace namespace, String device) {
    this.namespace = namespace;
    this.device = device;
  }

  /** {@code wg ARGUMENTS}, which must succeed; its standard output. */
  public String run(String... arguments) {
    return attempt(arguments).orFail().stdout();
  }

  public Command.Outcome attempt(String... arguments) {
    List<String> argv = new ArrayList<>(List.of("wg"));
    argv.addAll(List.of(arguments));
    return namespace.attempt(LIMIT, Map.of("WG_HIDE_KEYS", "never"), "", argv);
  }

  /** {@code wg set DEVICE ARGUMENTS}; the arguments are split at spaces. */
  public void set(String arguments) {
    List<String> argv = new ArrayList<>(List.of("set", device));
    argv.addAll(List.of(arguments.split(" ")));
    run(argv.toArray(String[]::new));
  }

  /** {@code wg setconf}, {@code addconf} or {@code syncconf} with this text. */
  public void configure(String subcommand, String configuration) {
    run(subcommand, device, namespace.file(device + ".conf", configuration).toString());
  }

  public String showconf() {
    return run("showconf", device);
  }

  public InterfaceDump dump() {
    return InterfaceDump.parse(run("show", device, "dump"));
  }

  /** The only peer there is. */
  public InterfaceDump.Peer onlyPeer() {
    List<InterfaceDump.Peer> peers = dump().peers();
    if (peers.size() != 1) {
      throw new AssertionError("one peer expected: " + peers);
    }
    return peers.getFirst();
  }
}
