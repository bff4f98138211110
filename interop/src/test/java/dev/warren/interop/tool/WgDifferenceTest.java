package dev.warren.interop.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Daemon;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case through both tools, in turn, against the same interface in the same state. */
@HostTest(commands = {"bash", "ip", "script", "setpriv", "wg", "wireguard-go"})
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
class WgDifferenceTest {
  private static final String DEVICE = "wg0";

  static Stream<Implementation> implementations() {
    return Stream.of(Implementation.WARREN, Implementation.WIREGUARD_GO);
  }

  private static Implementation needed(Implementation implementation) {
    assertTrue(Implementation.warrenRuns(), "./warren run --help fails");
    return implementation;
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void theSameByteForByte(Implementation implementation) throws IOException {
    List<Case> cases = new ArrayList<>();
    cases.addAll(Cases.usage());
    cases.addAll(Cases.show());
    cases.addAll(Cases.set());
    cases.addAll(Cases.files());
    compare(implementation, cases);
    assertTrue(cases.size() > 1_000, "only " + cases.size() + " cases");
  }

  @Test
  void theSameAtRandom() throws IOException {
    long seed = Long.getLong("warren.wg.seed", System.nanoTime());
    RandomCases random = new RandomCases(new Random(seed));
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < Integer.getInteger("warren.wg.runs", 600); i++) {
      cases.add(random.next());
    }
    try {
      compare(Implementation.WARREN, cases);
    } catch (AssertionError e) {
      throw new AssertionError("-Dwarren.wg.seed=" + seed, e);
    }
  }

  private static void compare(Implementation implementation, List<Case> cases) throws IOException {
    List<String> differences = new ArrayList<>();
    try (Namespace host = Namespace.create();
        Daemon daemon = Daemon.start(host, needed(implementation), DEVICE);
        OriginalTool original = new OriginalTool(host)) {
      host.sysctl("net.ipv4.ip_local_port_range=40000 40999");
      Tool warren = new WarrenTool(host.uapiDirectory());
      for (Case each : cases) {
        String expected = trace(original, each, implementation, host, daemon);
        String actual = trace(warren, each, implementation, host, daemon);
        if (!expected.equals(actual)) {
          differences.add(each + "\n-- original\n" + expected + "-- warren\n" + actual);
        }
      }
    }
    assertEquals(
        "",
        String.join("\n", differences),
        differences.size() + " of " + cases.size() + " cases differ");
  }

  /** All that can be seen of a run, as text. */
  private static String trace(
      Tool tool, Case what, Implementation implementation, Namespace host, Daemon daemon)
      throws IOException {
    Path file = host.file("case");
    Files.write(file, what.file().getBytes(StandardCharsets.ISO_8859_1));
    what.start().set(daemon.socket());
    Tool.Outcome outcome = tool.run(what, DEVICE, file);
    String stdout = outcome.stdout();
    if (!implementation.has(Implementation.Trait.PEER_ORDER)) {
      String[] words = stdout.split("[\n\t]", -1);
      Arrays.sort(words);
      stdout = String.join("\n", words);
    }
    String all =
        "exit "
            + outcome.status()
            + "\n"
            + stdout
            + "--\n"
            + outcome.stderr()
            + "--\n"
            + String.join("", State.get(daemon.socket()));
    // wireguard-go takes a port of the kernel's choice for port 0 even while the link is down.
    return all.replaceAll("\\b40[0-9]{3}\\b", "SOME PORT");
  }

  /** What docs/deviations.md says, and Debian's does otherwise. */
  @Test
  void whatDiffersByIntent() throws IOException {
    try (Namespace host = Namespace.create();
        Daemon daemon = Daemon.start(host, needed(Implementation.WARREN), DEVICE);
        OriginalTool original = new OriginalTool(host)) {
      Tool warren = new WarrenTool(host.uapiDirectory());
      Path file = host.file("case");
      Case signs =
          Case.of(
              State.ONE_PEER,
              "set",
              DEVICE,
              "peer",
              Keys.PEER_A,
              "allowed-ips",
              "+10.9.0.0/16,-10.1.0.0/16");
      signs.start().set(daemon.socket());
      assertEquals(
          "Unable to parse IP address: `+10.9.0.0'\n", original.run(signs, DEVICE, file).stderr());
      assertEquals(new Tool.Outcome(0, "", ""), warren.run(signs, DEVICE, file));
      String state = String.join("", State.get(daemon.socket()));
      assertTrue(state.contains("allowed_ip=10.9.0.0/16\n"), state);
      assertTrue(state.contains("allowed_ip=fd01::/64\n"), state);
      assertFalse(state.contains("allowed_ip=10.1.0.0/16\n"), state);

      Files.writeString(file, "[Peer]\nPublicKey = " + Keys.PEER_A + "\n");
      Case sync = Case.of(State.ONE_PEER, "syncconf", DEVICE, Case.FILE);
      sync.start().set(daemon.socket());
      assertEquals(new Tool.Outcome(0, "", ""), original.run(sync, DEVICE, file));
      String kept = String.join("", State.get(daemon.socket()));
      assertTrue(kept.contains("persistent_keepalive_interval=25\n"), kept);
      assertTrue(kept.contains(Identity.hex(Keys.PRESHARED)), kept);
      assertEquals(new Tool.Outcome(0, "", ""), warren.run(sync, DEVICE, file));
      String cleared = String.join("", State.get(daemon.socket()));
      assertTrue(cleared.contains("persistent_keepalive_interval=0\n"), cleared);
      assertFalse(cleared.contains(Identity.hex(Keys.PRESHARED)), cleared);
    }
  }

  /** Answers that no daemon gives at rest, or at all. */
  @Test
  void theSameOfWhateverIsAnswered() throws IOException {
    List<String> differences = new ArrayList<>();
    int count = 0;
    try (Namespace host = Namespace.create();
        FakeDaemon daemon = new FakeDaemon(host.uapiDirectory().resolve(DEVICE + ".sock"));
        OriginalTool original = new OriginalTool(host)) {
      Tool warren = new WarrenTool(host.uapiDirectory());
      for (String answer : answers()) {
        daemon.answer(answer);
        for (Case each :
            List.of(
                Case.of(State.EMPTY, "show", DEVICE),
                Case.of(State.EMPTY, "show", DEVICE).with("WG_COLOR_MODE", "always"),
                Case.of(State.EMPTY, "show", "all"),
                Case.of(State.EMPTY, "show", DEVICE, "dump"),
                Case.of(State.EMPTY, "show", DEVICE, "transfer"),
                Case.of(State.EMPTY, "showconf", DEVICE),
                Case.of(State.EMPTY, "set", DEVICE, "fwmark", "1"),
                Case.of(State.EMPTY, "syncconf", DEVICE, Case.FILE))) {
          count++;
          Path file = host.file("case");
          Files.writeString(file, "[Peer]\nPublicKey = " + Keys.PEER_B + "\n");
          // Both say how long ago a handshake was, so both must run in the same second.
          Tool.Outcome expected = original.run(each, DEVICE, file);
          Tool.Outcome actual = warren.run(each, DEVICE, file);
          for (int i = 0; i < 5 && !expected.equals(actual); i++) {
            expected = original.run(each, DEVICE, file);
            actual = warren.run(each, DEVICE, file);
          }
          if (!expected.equals(actual)) {
            differences.add(
                answer + each + "\n-- original\n" + expected + "\n-- warren\n" + actual);
          }
        }
      }
    }
    assertEquals("", String.join("\n", differences), differences.size() + " of " + count);
  }

  private static List<String> answers() {
    long now = System.currentTimeMillis() / 1000;
    String peer = "public_key=" + Identity.hex(Keys.PEER_A) + "\n";
    String other = "public_key=" + Identity.hex(Keys.PEER_B) + "\n";
    String third = "public_key=" + Identity.hex(Keys.PEER_C) + "\n";
    String end = "errno=0\n\n";
    List<String> answers = new ArrayList<>();
    for (long ago :
        List.of(
            -100L, 1L, 30L, 59L, 60L, 61L, 119L, 120L, 3599L, 3600L, 3661L, 86399L, 86400L, 90061L,
            31535999L, 31536000L, 31536001L, 31626061L, 63072000L, now)) {
      answers.add(peer + "last_handshake_time_sec=" + (now - ago) + "\n" + end);
    }
    for (String bytes :
        List.of(
            "0",
            "1",
            "1023",
            "1024",
            "1029",
            "1030",
            "1034",
            "1035",
            "1536",
            "1048575",
            "1048576",
            "1572864",
            "1073741823",
            "1073741824",
            "1099511627775",
            "1099511627776",
            "1234567890123456",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "-1",
            "+1",
            "1x",
            "",
            "0x1",
            "00012")) {
      answers.add(peer + "rx_bytes=" + bytes + "\ntx_bytes=7\n" + end);
      answers.add(peer + "rx_bytes=7\ntx_bytes=" + bytes + "\n" + end);
    }
    for (String seconds : List.of("1", "59", "60", "61", "3600", "65535", "65536", "-1")) {
      answers.add(peer + "persistent_keepalive_interval=" + seconds + "\n" + end);
    }
    for (String endpoint :
        List.of(
            "192.0.2.1:7",
            "[2001:db8::1]:7",
            "[2001:0db8::0001]:7",
            "[::1.2.3.4]:7",
            "[::102:304]:7",
            "[::ffff:1.2.3.4]:7",
            "[fe80::1%1]:7",
            "[fe80::1%lo]:7",
            "[fe80::1]:7",
            "[2001:db8::1%1]:7",
            "[2001:DB8::1]:7",
            "",
            ":",
            "192.0.2.1",
            "[::1]",
            "[::1",
            "[::1]7",
            "192.0.2.1:0",
            "[1:2:3:4:5:6:7:8]:65535")) {
      answers.add(peer + "endpoint=" + endpoint + "\n" + end);
    }
    for (String prefix :
        List.of(
            "10.0.0.0/8",
            "10.0.0.1/8",
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0/8",
            "256.0.0.0/8",
            "fd00::/8",
            "FD00::/8",
            "fd00::0/8",
            "::1.2.3.4/128",
            "::102:304/128",
            "::/0",
            "fd00:0:0:0:0:0:0:1/128",
            "fd00::/129",
            "x/8",
            "/8",
            "10.0.0.0/08",
            "1:0:0:2:0:0:0:3/128",
            "1:2:3:4:5:6:7:8/128",
            "1:2:3:4:5:6:0:8/128",
            "1::2::3/128",
            "12345::/16",
            ":/8",
            "1:2:3:4:5:6:7:8:9/64",
            "fe80::1%1/64")) {
      answers.add(peer + "allowed_ip=" + prefix + "\n" + end);
    }
    for (String device :
        List.of(
            "private_key=" + Identity.hex(Keys.PRIVATE),
            "private_key=" + "0".repeat(64),
            "private_key=" + "F".repeat(64),
            "private_key=" + "0".repeat(63),
            "private_key=" + "0".repeat(63) + "g",
            "listen_port=0",
            "listen_port=65535",
            "listen_port=65536",
            "fwmark=0",
            "fwmark=4294967295",
            "fwmark=4294967296",
            "fwmark=0x1",
            "public_key=00",
            "preshared_key=" + "1".repeat(64),
            "unknown=1",
            "unknown=",
            "=",
            "none",
            "errno=1",
            "errno=22",
            "errno=-22",
            "errno=x",
            "errno=12345")) {
      answers.add(device + "\n" + end);
      answers.add(peer + device + "\n" + end);
      answers.add(device + "\n\n");
      answers.add(device);
    }
    answers.add("");
    answers.add("\n");
    answers.add("errno=0\n");
    answers.add("errno=0");
    answers.add("errno=0\n\nlisten_port=1\nerrno=1\n\n");
    answers.add(
        peer
            + "last_handshake_time_sec=100\n"
            + other
            + third
            + "last_handshake_time_sec=100\nlast_handshake_time_nsec=1\n"
            + end);
    answers.add(peer + other + "last_handshake_time_nsec=1\n" + third + end);
    answers.add(peer + peer + other + "preshared_key=" + "1".repeat(64) + "\n" + end);
    return answers;
  }

  /** What a process adds: its streams, its environment, its files, the launcher. */
  @Test
  void theSameAsWholeProcesses() {
    List<String> differences = new ArrayList<>();
    List<String> launcher = List.of(Implementation.repository().resolve("warren").toString(), "wg");
    try (Namespace host = Namespace.create();
        Daemon daemon = Daemon.start(host, needed(Implementation.WARREN), DEVICE)) {
      String key = host.file("key", Keys.PRIVATE + "\n").toString();
      String bad = host.file("bad.conf", "[Interface]\nListenPort = x\n").toString();
      String good =
          host.file(
                  "good.conf",
                  "[Interface]\nListenPort = 7\n[Peer]\nPublicKey = "
                      + Keys.PEER_A
                      + "\nEndpoint = localhost:domain\nAllowedIPs = 10.0.0.1/8\n")
              .toString();
      for (String command :
          List.of(
              "$WG",
              "$WG show",
              "WG_HIDE_KEYS=never WG_COLOR_MODE=always $WG show wg0",
              "$WG show interfaces",
              "$WG show nosuch",
              "$WG --version",
              "LC_ALL=C $WG show wg0 \u00e4",
              "LC_ALL=C $WG show wg0 $'\\xe4' 2>&1 | od -c",
              "LC_ALL=C $WG set wg0 $'a\\xe4' 2>&1 | od -c",
              "LC_ALL=C.UTF-8 $WG set wg0 peer \u00e4",
              "$WG nonsense",
              "echo " + Keys.PRIVATE + " | $WG pubkey",
              "$WG pubkey </dev/null",
              "$WG genkey | $WG pubkey | wc -c",
              "$WG genpsk | wc -c",
              "umask 022; $WG genkey >out; umask 077; stat -c %s out; rm out",
              "umask 077; $WG genkey >out; stat -c %s out; rm out",
              "$WG set wg0 private-key " + key,
              "$WG set wg0 private-key /dev/stdin <" + key + " && $WG show wg0 private-key",
              "$WG set wg0 private-key /dev/stdin </dev/null && $WG show wg0 private-key",
              "cat " + key + " | $WG set wg0 private-key /dev/stdin; $WG show wg0 private-key",
              ": | $WG set wg0 private-key /dev/stdin",
              "$WG set wg0 listen-port domain; $WG show wg0 listen-port",
              "$WG setconf wg0 " + good + "; $WG showconf wg0",
              "$WG setconf wg0 " + bad,
              "cat " + good + " | $WG addconf wg0 /dev/stdin; $WG show wg0 dump",
              "bash -c '$WG addconf wg0 <(cat " + good + ")'; $WG show wg0 allowed-ips",
              "cd /; $WG setconf wg0 etc/nosuch",
              "WG_ENDPOINT_RESOLUTION_RETRIES=0 $WG set wg0 peer "
                  + Keys.PEER_B
                  + " endpoint nosuch.example:7",
              "WG_ENDPOINT_RESOLUTION_RETRIES=1 $WG set wg0 peer "
                  + Keys.PEER_B
                  + " endpoint 192.0.2.1:nosuch",
              "$WG set wg0 peer " + Keys.PEER_B + " endpoint localhost:7; $WG show wg0 endpoints",
              "$WG set wg0 peer " + Keys.PEER_B + " endpoint '*:7'; $WG show wg0 endpoints",
              "script -qec '$WG show wg0' /dev/null </dev/null",
              "WG_COLOR_MODE=never script -qec '$WG show wg0' /dev/null </dev/null",
              "$WG show wg0 dump | head -c 0",
              "$WG show >&-",
              "$WG show nosuch 2>&-",
              "$WG show >/dev/full",
              "setpriv --reuid 65534 --clear-groups $WG show wg0",
              "setpriv --reuid 65534 --clear-groups $WG show")) {
        String expected = shell(host, daemon, command, "wg");
        String actual = shell(host, daemon, command, String.join(" ", launcher));
        if (!expected.equals(actual)) {
          differences.add(command + "\n-- original\n" + expected + "-- warren\n" + actual);
        }
      }
    }
    assertEquals("", String.join("\n", differences));
  }

  private static String shell(Namespace host, Daemon daemon, String command, String wg) {
    State.ONE_PEER.set(daemon.socket());
    Command.Outcome outcome =
        host.attempt(
            Duration.ofSeconds(30),
            Map.of("WG", wg, "WARREN_NO_BUILD", "1"),
            "",
            List.of("bash", "-c", command));
    return "exit "
        + outcome.exitStatus()
        + "\n"
        + outcome.stdout()
        + "--\n"
        + outcome.stderr()
        + "--\n"
        + String.join("", State.get(daemon.socket()));
  }
}
