package dev.warren.interop.speed;

import dev.warren.interop.host.Daemon;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Iperf;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.Wg;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Two hosts with a tunnel, up and used once.
 *
 * <pre>
 *   left  wg0 10.77.0.1, eth0 192.0.2.1  ---- veth, MTU 1500 ----  eth0 192.0.2.2, wg0 10.77.0.2
 * </pre>
 *
 * <p>Each has nine more peers, which are silent. Both ends, and the load beside them, share this
 * machine's cores: rates say how two implementations compare here, not what one reaches on a host
 * of its own.
 */
final class Pair implements AutoCloseable {
  static final int PORT = 51820;
  static final String RIGHT_OUTER = "192.0.2.2";

  private static final String DEVICE = "wg0";
  static final String LEFT_OUTER = "192.0.2.1";
  private static final String RIGHT_INNER = "10.77.0.2";
  private static final int SILENT_PEERS = 9;
  private static final int PINGS = 500;

  private final Namespace left = Namespace.create();
  private final Namespace right = Namespace.create();
  private final Daemon leftDaemon;
  private final Daemon rightDaemon;
  private final Identity rightKeys = Identity.create();

  Pair(Implementation leftSide, Implementation rightSide) {
    Namespace.join(left, "eth0", right, "eth0");
    left.address("eth0", LEFT_OUTER + "/24");
    right.address("eth0", RIGHT_OUTER + "/24");
    allowLargeBuffers(left);
    allowLargeBuffers(right);
    leftDaemon = Daemon.start(left, leftSide, leftSide.measuredEnvironment(), DEVICE);
    rightDaemon = Daemon.start(right, rightSide, rightSide.measuredEnvironment(), DEVICE);
    Identity leftKeys = Identity.create();
    configure(left, leftKeys, rightKeys, "10.77.0.1", RIGHT_OUTER);
    configure(right, rightKeys, leftKeys, RIGHT_INNER, LEFT_OUTER);
    Ping.awaitReply(left, RIGHT_INNER, Duration.ofSeconds(20));
  }

  /**
   * Lets programs have large socket buffers; Linux before 6.8 has no such setting per namespace.
   */
  private static void allowLargeBuffers(Namespace host) {
    host.attempt("sysctl", "-qw", "net.core.rmem_max=8388608", "net.core.wmem_max=8388608");
  }

  private static void configure(
      Namespace host, Identity own, Identity peer, String inner, String outerOfPeer) {
    StringBuilder text =
        new StringBuilder(
            """
            [Interface]
            PrivateKey = %s
            ListenPort = %d
            [Peer]
            PublicKey = %s
            AllowedIPs = 10.77.0.0/24
            Endpoint = %s:%d
            """
                .formatted(own.privateKey(), PORT, peer.publicKey(), outerOfPeer, PORT));
    for (int i = 0; i < SILENT_PEERS; i++) {
      text.append(
          "[Peer]%nPublicKey = %s%nAllowedIPs = 10.78.%d.0/24%n"
              .formatted(Identity.create().publicKey(), i));
    }
    new Wg(host, DEVICE).configure("setconf", text.toString());
    host.address(DEVICE, inner + "/24");
    host.ip("link set " + DEVICE + " up");
  }

  Namespace left() {
    return left;
  }

  Namespace right() {
    return right;
  }

  /** The key pair of the right side. */
  Identity rightKeys() {
    return rightKeys;
  }

  Ping.Result ping() {
    return Ping.run(left, RIGHT_INNER, PINGS, Duration.ofMillis(2));
  }

  /** TCP from left to right, unless an option says otherwise. */
  double tcpGigabits(int seconds, String... options) {
    return iperf(seconds, options).megabitsPerSecond() / 1000;
  }

  /** UDP from left to right; {@code rate} is iperf3's, 0 without limit. */
  Iperf.Result udp(int seconds, int payloadBytes, String rate, String... options) {
    List<String> all = new ArrayList<>(List.of("-u", "-b", rate, "-l", "" + payloadBytes));
    all.addAll(List.of(options));
    return iperf(seconds, all.toArray(String[]::new));
  }

  private Iperf.Result iperf(int seconds, String... options) {
    return Iperf.run(left, right, RIGHT_INNER, seconds, options);
  }

  double cpuSeconds() {
    return leftDaemon.cpuSeconds() + rightDaemon.cpuSeconds();
  }

  /** Now, of the side that takes more. */
  double residentMegabytes() {
    return most(Daemon::residentBytes);
  }

  /** Ever, of the side that took more. */
  double peakMegabytes() {
    return most(Daemon::peakResidentBytes);
  }

  private double most(ToLongFunction<Daemon> bytes) {
    return List.of(leftDaemon, rightDaemon).stream().mapToLong(bytes).max().orElseThrow() / 1e6;
  }

  @Override
  public void close() {
    left.close();
    right.close();
  }
}
