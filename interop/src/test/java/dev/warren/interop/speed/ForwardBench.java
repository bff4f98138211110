package dev.warren.interop.speed;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Iperf;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Running;
import dev.warren.interop.host.Wg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A forward of {@code warren proxy}, which has a TCP of its own, beside Linux's TCP over the TUN,
 * in turn, in the same namespaces.
 *
 * <pre>
 *   left   wg0 10.77.0.1; proxy 10.77.0.3 (no interface), 127.0.0.1:6001... to 10.77.0.2:6001...
 *   right  wg0 10.77.0.2, the other end of both
 * </pre>
 */
final class ForwardBench {
  private static final int COLD_SECONDS = 2;
  private static final int TURNS = 2;
  private static final int FIRST_PORT = 6001;
  private static final int PORTS = 16;
  private static final int IDLE_CONNECTIONS = 10_000;
  private static final String FAR = "10.77.0.2";
  private static final String NEAR = "127.0.0.1";
  private static final String OWN = "10.77.0.3";
  private static final Pattern USED = Pattern.compile("generation .*used ([0-9]+)K");

  private final int seconds;
  private final Sink sink;
  private int nextPort = FIRST_PORT;

  ForwardBench(int seconds, Sink sink) {
    this.seconds = seconds;
    this.sink = sink;
  }

  void run(Implementation implementation) {
    try (Pair pair = new Pair(implementation, implementation);
        Running proxy = start(pair, implementation)) {
      proxyAnswers(pair);
      // Both directions of both are warm before the first figure.
      pair.tcpGigabits(COLD_SECONDS);
      forward(pair, COLD_SECONDS);
      forward(pair, COLD_SECONDS, "-R");
      inTurn(
          Measure.FORWARD_TUN,
          Measure.FORWARD,
          Measure.FORWARD_RATIO,
          turn -> pair.tcpGigabits(seconds),
          turn -> forward(pair, seconds));
      inTurn(
          Measure.FORWARD_TUN_REVERSE,
          Measure.FORWARD_REVERSE,
          Measure.FORWARD_RATIO_REVERSE,
          turn -> pair.tcpGigabits(seconds, "-R"),
          turn -> forward(pair, seconds, "-R"));
      crowd(pair, proxy);
    }
  }

  private static Running start(Pair pair, Implementation implementation) {
    Identity keys = Identity.create();
    new Wg(pair.right(), "wg0").set("peer " + keys.publicKey() + " allowed-ips " + OWN + "/32");
    StringBuilder text =
        new StringBuilder(
            """
            [Interface]
            PrivateKey = %s
            Address = %s/32
            [Peer]
            PublicKey = %s
            AllowedIPs = 10.77.0.0/24
            Endpoint = %s:%d
            """
                .formatted(
                    keys.privateKey(),
                    OWN,
                    pair.rightKeys().publicKey(),
                    Pair.RIGHT_OUTER,
                    Pair.PORT));
    for (int port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) {
      text.append("[TCPClientTunnel]%nBindAddress = %s:%d%n".formatted(NEAR, port));
      text.append("Target = %s:%d%n".formatted(FAR, port));
    }
    Path file = pair.left().file("proxy.conf", text.toString());
    Map<String, String> environment = new HashMap<>(implementation.measuredEnvironment());
    // So that the heap can be asked for; users' keys are not at stake here.
    environment.put("WARREN_JAVA_OPTIONS", "-XX:-DisableAttachMechanism");
    String launcher = implementation.launcher().orElseThrow();
    if (pair.left().attempt(launcher, "help", "proxy").exitStatus() != 0) {
      return pair.left().start(Map.of(), ForwardProgram.commandLine(file, FAR, FIRST_PORT, PORTS));
    }
    return pair.left().start(environment, List.of(launcher, "proxy", file.toString()));
  }

  /** Waits until it listens; the first connection then waits for the handshake. */
  private static void proxyAnswers(Pair pair) {
    Await.until(
        "a forward that listens",
        Duration.ofSeconds(30),
        () ->
            !pair.left()
                .run("ss", "-Htln", "sport", "=", ":" + (FIRST_PORT + PORTS - 1))
                .stdout()
                .isBlank());
  }

  private void inTurn(
      Measure tun, Measure forward, Measure ratio, IntToDoubleFunction a, IntToDoubleFunction b) {
    double sumA = 0;
    double sumB = 0;
    for (int turn = 0; turn < TURNS; turn++) {
      double rateA = a.applyAsDouble(turn);
      sink.accept(tun, rateA);
      double rateB = b.applyAsDouble(turn);
      sink.accept(forward, rateB);
      sumA += rateA;
      sumB += rateB;
    }
    sink.accept(ratio, sumB / sumA);
  }

  private double forward(Pair pair, int length, String... options) {
    return Iperf.runAt(pair.left(), pair.right(), NEAR, nextPort++, length, options)
            .megabitsPerSecond()
        / 1000;
  }

  /** Opens connections and leaves them idle. */
  private void crowd(Pair pair, Running proxy) {
    Namespace left = pair.left();
    Namespace right = pair.right();
    String port = "" + nextPort++;
    sink.accept(Measure.FORWARD_BASE_MEMORY, residentBytes(proxy) / 1e6);
    try (Running hall = right.start(Map.of(), IdleCrowd.hall(FAR, port))) {
      hall.awaitOutput("open");
      try (Running crowd = left.start(Map.of(), IdleCrowd.crowd(NEAR, port, IDLE_CONNECTIONS))) {
        crowd.awaitOutput(IdleCrowd.ALL_IN);
        String said = crowd.output();
        String rate = said.substring(said.indexOf(IdleCrowd.ALL_IN) + IdleCrowd.ALL_IN.length());
        sink.accept(Measure.FORWARD_CONNECTIONS, Double.parseDouble(rate.strip()));
        sink.accept(Measure.FORWARD_MEMORY, residentBytes(proxy) / 1e6);
        sink.accept(Measure.FORWARD_HEAP, heapBytes(proxy) / 1e6);
      }
    }
  }

  private static long residentBytes(Running process) {
    try (var lines = Files.lines(Path.of("/proc/" + process.processId() + "/status"))) {
      String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long heapBytes(Running process) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    List<String> argv = List.of(jcmd, "" + process.processId(), "GC.heap_info");
    String said = Command.attempt(Command.LIMIT, Map.of(), "", argv).orFail().stdout();
    Matcher used = USED.matcher(said);
    long kilobytes = 0;
    while (used.find()) {
      kilobytes += Long.parseLong(used.group(1));
    }
    return kilobytes * 1024;
  }
}
