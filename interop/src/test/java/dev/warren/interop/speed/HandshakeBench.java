package dev.warren.interop.speed;

import dev.warren.crypto.CryptoEngines;
import dev.warren.crypto.PrivateKey;
import dev.warren.crypto.RandomSource;
import dev.warren.crypto.Secret;
import dev.warren.interop.host.Daemon;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Running;
import dev.warren.interop.host.Wg;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What handshakes cost the daemon that answers them.
 *
 * <pre>
 *   left  eth0 192.0.2.1, the load  ---- veth ----  eth0 192.0.2.2, wg0 with 400 peers
 * </pre>
 *
 * <p>The load takes a core of its own, so handshakes per second of wall time would say how the two
 * share the machine. Processor time of the daemon per handshake does not depend on that; its
 * inverse is the rate of one core.
 */
final class HandshakeBench {
  private static final int PEERS = 400;

  /** For the compilers of a JVM; the other daemon gets it too. */
  private static final int WARM_UP_SECONDS = 5;

  private static final Pattern COUNTS = Pattern.compile(HandshakeLoad.DONE + " (\\d+) (\\d+)");

  private final int seconds;
  private final Sink sink;

  HandshakeBench(int seconds, Sink sink) {
    this.seconds = seconds;
    this.sink = sink;
  }

  void run(Implementation implementation) {
    try (Namespace left = Namespace.create();
        Namespace right = Namespace.create()) {
      Namespace.join(left, "eth0", right, "eth0");
      left.address("eth0", "192.0.2.1/24");
      right.address("eth0", Pair.RIGHT_OUTER + "/24");
      Daemon daemon =
          Daemon.start(right, implementation, implementation.measuredEnvironment(), "wg0");
      Identity responder = Identity.create();
      Path keys = left.file("keys", configure(right, responder));
      right.ip("link set wg0 up");
      Running load =
          left.start(
              Map.of(),
              HandshakeLoad.commandLine(
                  responder.publicKey(),
                  Pair.RIGHT_OUTER,
                  Pair.PORT,
                  WARM_UP_SECONDS,
                  seconds,
                  keys));
      load.awaitOutput(HandshakeLoad.MEASURING);
      double before = daemon.cpuSeconds();
      load.awaitOutput(HandshakeLoad.DONE);
      double used = daemon.cpuSeconds() - before;
      load.awaitExit(Duration.ofSeconds(10));
      report(load.output(), used);
    }
  }

  private void report(String output, double cpuSeconds) {
    Matcher counts = COUNTS.matcher(output);
    if (!counts.find()) {
      throw new AssertionError(output);
    }
    long done = Long.parseLong(counts.group(1));
    sink.note(
        "%d handshakes in %d s, %s given up, %.2f s of processor time"
            .formatted(done, seconds, counts.group(2), cpuSeconds));
    sink.accept(Measure.HANDSHAKES, done / cpuSeconds);
  }

  /** Makes the peers' keys, tells the daemon, and answers the private ones, one a line. */
  private static String configure(Namespace right, Identity responder) {
    StringBuilder configuration =
        new StringBuilder(
            "[Interface]%nPrivateKey = %s%nListenPort = %d%n"
                .formatted(responder.privateKey(), Pair.PORT));
    StringBuilder privateKeys = new StringBuilder();
    for (int i = 0; i < PEERS; i++) {
      Secret secret = Secret.generate(RandomSource.secure());
      try (PrivateKey key = CryptoEngines.x25519().importPrivate(secret)) {
        configuration.append(
            "[Peer]%nPublicKey = %s%nAllowedIPs = 10.80.%d.%d/32%n"
                .formatted(key.publicKey(), i / 256, i % 256));
      }
      privateKeys.append(secret.revealBase64()).append('\n');
    }
    new Wg(right, "wg0").configure("setconf", configuration.toString());
    return privateKeys.toString();
  }
}
