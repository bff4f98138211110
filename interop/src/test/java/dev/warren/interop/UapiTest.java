package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Daemon;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Implementation.Trait;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Uapi;
import dev.warren.interop.host.Wg;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configuration socket, spoken to without {@code wg}. */
@InteropTest
@Timeout(60)
class UapiTest {
  private static final String DEVICE = "wg0";
  private static final int EINVAL = -22;
  private static final int EADDRINUSE = -98;
  private static final int EPROTO = -71;

  /** Big configurations must not take quadratic time; this machine is shared and slow. */
  private static final Duration BIG_LIMIT = Duration.ofSeconds(15);

  private static final String KEY_A = "a".repeat(64);
  private static final String KEY_B = "b".repeat(64);

  private static void withSocket(Consumer<Path> scenario) {
    try (Namespace host = Namespace.create()) {
      Daemon daemon = Daemon.start(host, Pairing.subject(), DEVICE);
      scenario.accept(daemon.socket());
    }
  }

  private static List<String> get(Path socket) {
    Uapi.Answer answer = Uapi.request(socket, "get=1");
    assertEquals(0, answer.errno());
    return answer.lines();
  }

  @Test
  void getGivesBackWhatSetGot() {
    withSocket(
        socket -> {
          String privateKey = Identity.hex(Identity.create().privateKey());
          Uapi.Answer answer =
              Uapi.request(
                  socket,
                  "set=1",
                  "private_key=" + privateKey,
                  "listen_port=51888",
                  "fwmark=77",
                  "public_key=" + KEY_A,
                  "preshared_key=" + KEY_B,
                  "endpoint=192.0.2.9:999",
                  "persistent_keepalive_interval=65535",
                  "allowed_ip=10.0.0.0/8",
                  "allowed_ip=fd00::/8",
                  "public_key=" + KEY_B,
                  "endpoint=[2001:db8::9]:1");
          assertEquals(0, answer.errno());
          List<String> lines = get(socket);
          assertTrue(
              lines.containsAll(
                  List.of("private_key=" + privateKey, "listen_port=51888", "fwmark=77")),
              lines::toString);
          List<String> peerA = peer(lines, KEY_A);
          List<String> peerB = peer(lines, KEY_B);
          assertAll(
              () ->
                  assertEquals(
                      Set.of(
                          "public_key=" + KEY_A,
                          "preshared_key=" + KEY_B,
                          "protocol_version=1",
                          "endpoint=192.0.2.9:999",
                          "last_handshake_time_sec=0",
                          "last_handshake_time_nsec=0",
                          "tx_bytes=0",
                          "rx_bytes=0",
                          "persistent_keepalive_interval=65535",
                          "allowed_ip=10.0.0.0/8",
                          "allowed_ip=fd00::/8"),
                      Set.copyOf(peerA)),
              // Nothing of the first peer has leaked into the second.
              () -> assertTrue(peerB.contains("persistent_keepalive_interval=0")),
              () -> assertTrue(peerB.contains("endpoint=[2001:db8::9]:1")),
              () -> assertTrue(peerB.stream().noneMatch(l -> l.startsWith("allowed_ip="))),
              () -> assertFalse(peerB.contains("preshared_key=" + KEY_B)));
        });
  }

  private static List<String> peer(List<String> lines, String hexKey) {
    int from = lines.indexOf("public_key=" + hexKey);
    assertNotEquals(-1, from, () -> "no peer " + hexKey + " in " + lines);
    int to = from + 1;
    while (to < lines.size() && !lines.get(to).startsWith("public_key=")) {
      to++;
    }
    return lines.subList(from, to);
  }

  @Test
  void severalRequestsOnOneConnection() {
    withSocket(
        socket -> {
          try (Uapi uapi = Uapi.connect(socket)) {
            assertEquals(0, uapi.request("get=1").errno());
            assertEquals(0, uapi.request("set=1", "listen_port=51777").errno());
            assertTrue(uapi.request("get=1").lines().contains("listen_port=51777"));
            assertEquals(0, uapi.request("set=1").errno(), "an empty set changes nothing");
            for (String piece : List.of("se", "t=1\nfwm", "ark=6", "\n", "\n")) {
              uapi.write(piece);
            }
            assertEquals(0, uapi.answer().errno());
            assertTrue(get(socket).contains("fwmark=6"), "another connection sees it too");
          }
        });
  }

  @Test
  void severalRequestsAtOnce() {
    assumeWholeRequests();
    withSocket(
        socket -> {
          try (Uapi uapi = Uapi.connect(socket)) {
            uapi.write("set=1\nfwmark=5\n\nget=1\n\nset=1\nfwmark=6\n\n");
            assertEquals(0, uapi.answer().errno());
            assertTrue(uapi.answer().lines().contains("fwmark=5"));
            assertEquals(0, uapi.answer().errno());
          }
        });
  }

  private static void assumeWholeRequests() {
    Assumptions.assumeTrue(Pairing.subject().has(Trait.WHOLE_REQUESTS), "applied line by line");
  }

  @Test
  void connectionsDoNotWaitForEachOther() {
    assumeWholeRequests();
    withSocket(
        socket -> {
          List<Uapi> idle = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            Uapi uapi = Uapi.connect(socket);
            uapi.write(i % 2 == 0 ? "" : "set=1\nlisten_port=1");
            idle.add(uapi);
          }
          get(socket);
          idle.forEach(Uapi::close);
          assertFalse(get(socket).contains("listen_port=1"), "cut off in the middle of a line");
        });
  }

  /** Each bad line with its errno; none changes anything that came after it. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "private_key=xyz, -22",
    "private_key=aabb, -22",
    "public_key=zz, -22",
    "preshared_key=1, -22",
    "no_such_key=1, -22",
    "listen_port=65536, -22",
    "listen_port=-1, -22",
    "listen_port=x, -22",
    "fwmark=4294967296, -22",
    "protocol_version=2, -22",
    "endpoint=192.0.2.1, -22",
    "endpoint=example.invalid:1, -22",
    "endpoint=192.0.2.1:65536, -22",
    "persistent_keepalive_interval=65536, -22",
    "persistent_keepalive_interval=-1, -22",
    "allowed_ip=10.0.0.0/33, -22",
    "allowed_ip=10.0.0/8, -22",
    "allowed_ip=fd00::/129, -22",
    "replace_allowed_ips=false, -22",
    "remove=maybe, -22",
    "update_only=1, -22",
    "no equals sign, -71",
  })
  void badLineHasItsErrno(String badLine, int errno) {
    withSocket(
        socket -> {
          boolean ofDevice = badLine.matches("(private_key|listen_port|fwmark|public_key|no).*");
          List<String> request = new ArrayList<>(List.of("set=1"));
          if (!ofDevice) {
            request.add("public_key=" + KEY_A);
          }
          request.add(badLine);
          request.addAll(ofDevice ? List.of("fwmark=99", "public_key=" + KEY_B) : List.of());
          request.addAll(List.of("allowed_ip=10.9.0.0/16", "public_key=" + KEY_B));
          try (Uapi uapi = Uapi.connect(socket)) {
            assertEquals(errno, uapi.request(request.toArray(String[]::new)).errno());
          }
          List<String> after = get(socket);
          assertAll(
              after.toString(),
              () -> assertFalse(after.contains("fwmark=99")),
              () -> assertFalse(after.contains("allowed_ip=10.9.0.0/16")),
              () -> assertFalse(after.contains("public_key=" + KEY_B)));
        });
  }

  @Test
  void connectionOutlivesAnError() {
    Assumptions.assumeTrue(
        Pairing.subject().has(Trait.CONNECTION_AFTER_ERROR), "wireguard-go loses its place");
    withSocket(
        socket -> {
          try (Uapi uapi = Uapi.connect(socket)) {
            assertEquals(EINVAL, uapi.request("set=1", "fwmark=x", "listen_port=51444").errno());
            assertEquals(EPROTO, uapi.request("set=1", "what").errno());
            Uapi.Answer answer = uapi.request("get=1");
            assertEquals(0, answer.errno());
            assertFalse(answer.lines().contains("listen_port=51444"));
          }
        });
  }

  @Test
  void portInUse() {
    try (Link link = Link.of(Pairing.subject(), Pairing.subject())) {
      Namespace host = link.first().namespace();
      Daemon other = Daemon.start(host, Pairing.subject(), "wg1");
      host.ip("link set wg1 up");
      int before = new Wg(host, "wg1").dump().listenPort();
      String taken = "listen_port=" + link.first().port();
      assertEquals(EADDRINUSE, Uapi.request(other.socket(), "set=1", taken).errno());
      if (Pairing.subject().has(Trait.WHOLE_REQUESTS)) {
        assertEquals(before, new Wg(host, "wg1").dump().listenPort());
      }
      assertEquals(0, Uapi.request(other.socket(), "set=1", "listen_port=51999").errno());
      assertEquals(51999, new Wg(host, "wg1").dump().listenPort());
    }
  }

  @Test
  void peerFlags() {
    withSocket(
        socket -> {
          String peerA = "public_key=" + KEY_A;
          String peerB = "public_key=" + KEY_B;
          assertEquals(
              0,
              Uapi.request(socket, "set=1", peerA, "update_only=true", "allowed_ip=10.1.0.0/16")
                  .errno());
          assertFalse(get(socket).contains(peerA), "update_only creates nobody");
          Uapi.request(socket, "set=1", peerA, "allowed_ip=10.1.0.0/16", peerB);
          Uapi.request(socket, "set=1", peerA, "allowed_ip=10.2.0.0/16");
          assertEquals(2, allowedIps(socket, KEY_A).size(), "allowed IPs add up");
          Uapi.request(
              socket, "set=1", peerA, "replace_allowed_ips=true", "allowed_ip=10.3.0.0/16");
          assertEquals(List.of("allowed_ip=10.3.0.0/16"), allowedIps(socket, KEY_A));
          Uapi.request(socket, "set=1", peerB, "remove=true");
          assertFalse(get(socket).contains(peerB));
          Uapi.request(socket, "set=1", "replace_peers=true", peerB);
          assertFalse(get(socket).contains(peerA));
          assertTrue(get(socket).contains(peerB));
          assertEquals(0, Uapi.request(socket, "set=1", peerA, "remove=true").errno());
        });
  }

  private static List<String> allowedIps(Path socket, String hexKey) {
    return peer(get(socket), hexKey).stream().filter(l -> l.startsWith("allowed_ip=")).toList();
  }

  @Test
  void onePrefixIsTakenAway() {
    Assumptions.assumeTrue(Pairing.subject().has(Trait.ALLOWED_IP_REMOVAL), "newer than 2022");
    withSocket(
        socket -> {
          String peerA = "public_key=" + KEY_A;
          Uapi.request(socket, "set=1", peerA, "allowed_ip=10.1.0.0/16", "allowed_ip=10.2.0.0/16");
          assertEquals(0, Uapi.request(socket, "set=1", peerA, "allowed_ip=-10.1.0.0/16").errno());
          assertEquals(List.of("allowed_ip=10.2.0.0/16"), allowedIps(socket, KEY_A));
          Uapi.request(socket, "set=1", "public_key=" + KEY_B, "allowed_ip=-10.2.0.0/16");
          assertEquals(
              List.of("allowed_ip=10.2.0.0/16"),
              allowedIps(socket, KEY_A),
              "only from the peer that has it");
        });
  }

  @Test
  void keysOfZerosClear() {
    withSocket(
        socket -> {
          String zeros = "0".repeat(64);
          String peerA = "public_key=" + KEY_A;
          Uapi.request(socket, "set=1", "private_key=" + KEY_B, peerA, "preshared_key=" + KEY_B);
          Uapi.request(socket, "set=1", "private_key=" + zeros, peerA, "preshared_key=" + zeros);
          List<String> lines = get(socket);
          assertTrue(
              lines.stream()
                  .filter(l -> l.startsWith("private_key=") || l.startsWith("preshared_key="))
                  .allMatch(l -> l.endsWith("=" + zeros)),
              lines::toString);
        });
  }

  @Test
  @ResourceLock(InteropTest.CPU)
  void hundredThousandAllowedIps() {
    withSocket(
        socket -> {
          List<String> prefixes =
              IntStream.range(0, 100_000)
                  .mapToObj(
                      i ->
                          i % 2 == 0
                              ? "allowed_ip=10.%d.%d.%d/32"
                                  .formatted(i >> 16, (i >> 8) & 0xff, i & 0xff)
                              : "allowed_ip=fd00::%x:%x/128".formatted(i >> 16, i & 0xffff))
                  .toList();
          List<String> request = new ArrayList<>(List.of("set=1", "public_key=" + KEY_A));
          request.addAll(prefixes);
          long startNanos = System.nanoTime();
          assertEquals(0, Uapi.request(socket, request.toArray(String[]::new)).errno());
          List<String> back = allowedIps(socket, KEY_A);
          long tookNanos = System.nanoTime() - startNanos;
          assertEquals(normal(prefixes), normal(back));
          assertTrue(tookNanos < BIG_LIMIT.toNanos(), tookNanos / 1_000_000 + " ms");
          // All of them to another peer, and away.
          request.set(1, "public_key=" + KEY_B);
          assertEquals(0, Uapi.request(socket, request.toArray(String[]::new)).errno());
          assertEquals(List.of(), allowedIps(socket, KEY_A));
          assertEquals(0, Uapi.request(socket, "set=1", "replace_peers=true").errno());
          assertTrue(System.nanoTime() - startNanos < 2 * BIG_LIMIT.toNanos(), "moved and removed");
        });
  }

  /** {@code fd00::0:1} and {@code fd00::1} are one address. */
  private static Set<String> normal(List<String> prefixes) {
    return Set.copyOf(prefixes.stream().map(p -> p.replace("::0:", "::")).toList());
  }

  @Test
  @ResourceLock(InteropTest.CPU)
  void fiveThousandPeers() {
    try (Namespace host = Namespace.create()) {
      Daemon daemon = Daemon.start(host, Pairing.subject(), DEVICE);
      host.ip("link set " + DEVICE + " up");
      Random random = new Random(5000);
      List<String> request = new ArrayList<>(List.of("set=1", "private_key=" + KEY_A));
      for (int i = 0; i < 5000; i++) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        request.add("public_key=" + HexFormat.of().formatHex(key));
        request.add("endpoint=192.0.2.9:%d".formatted(1 + i));
        request.add("allowed_ip=10.7.%d.%d/32".formatted(i >> 8, i & 0xff));
      }
      long startNanos = System.nanoTime();
      assertEquals(0, Uapi.request(daemon.socket(), request.toArray(String[]::new)).errno());
      assertEquals(5000, new Wg(host, DEVICE).dump().peers().size());
      Uapi.request(daemon.socket(), "set=1", "replace_peers=true");
      assertEquals(0, new Wg(host, DEVICE).dump().peers().size());
      long tookNanos = System.nanoTime() - startNanos;
      assertTrue(tookNanos < 2 * BIG_LIMIT.toNanos(), tookNanos / 1_000_000 + " ms");
    }
  }

  /** Garbage may lose its own connection, never the daemon. */
  @Test
  void garbageEndsNothing() {
    withSocket(
        socket -> {
          Random random = new Random(7);
          for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[random.nextInt(5000)];
            random.nextBytes(bytes);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            writeToItsEnd(socket, i % 2 == 0 ? text : "set=1\n" + text.replace('\n', '='));
          }
          writeToItsEnd(socket, "set=1\nprivate_key=" + "f".repeat(1_000_000));
          get(socket);
        });
  }

  /** Whether the daemon took all of it; it may hang up before. */
  private static boolean writeToItsEnd(Path socket, String text) {
    try (Uapi uapi = Uapi.connect(socket)) {
      uapi.write(text);
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }
}
