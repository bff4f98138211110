package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Command;
import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What {@code warren config} makes, brought up as it is.
 *
 * <pre>
 *   hub  192.0.2.1 ---- 192.0.2.2  a, then b
 * </pre>
 */
@InteropTest
class ConfigTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WARREN = Implementation.repository().resolve("warren").toString();

  private static Command.Outcome warren(Namespace host, String... arguments) {
    List<String> argv = new ArrayList<>(List.of(WARREN));
    argv.addAll(List.of(arguments));
    return host.attempt(LIMIT, Implementation.WARREN.environment(), "", argv).orFail();
  }

  @Test
  void starComesUpAsItWasMade() {
    try (Namespace hub = Namespace.create();
        Namespace far = Namespace.create()) {
      Namespace.join(hub, "eth0", far, "eth0");
      hub.address("eth0", "192.0.2.1/24");
      far.address("eth0", "192.0.2.2/24");
      String folder = hub.file(".").normalize().toString();
      warren(
          hub,
          "config",
          "new",
          "-d",
          folder,
          "--network",
          "10.9.8.0/24,fd09::/64",
          "--psk",
          "hub=192.0.2.1",
          "a");
      String hubFile = hub.file("hub.conf").toString();
      warren(hub, "up", hubFile);
      warren(far, "up", hub.file("a.conf").toString());
      Ping.awaitReply(far, "10.9.8.1", LIMIT);
      Ping.awaitReply(hub, "10.9.8.2", LIMIT);
      Ping.awaitReply(far, "fd09::1", LIMIT);
      warren(far, "down", hub.file("a.conf").toString());

      warren(hub, "config", "add-peer", "-d", folder, hubFile, "b");
      String sync = WARREN + " wg syncconf hub <(" + WARREN + " strip " + hubFile + ")";
      hub.attempt(LIMIT, Implementation.WARREN.environment(), "", List.of("bash", "-c", sync))
          .orFail();
      warren(far, "up", hub.file("b.conf").toString());
      Ping.awaitReply(far, "10.9.8.1", LIMIT);
      String checked =
          warren(hub, "config", "check", hubFile, hub.file("b.conf").toString()).stdout();
      assertTrue(checked.endsWith("b.conf: good\n"), checked);
      warren(far, "down", hub.file("b.conf").toString());
      warren(hub, "down", hubFile);
    }
  }

  @Test
  void allTrafficGoesThroughTheHub() {
    try (Namespace hub = Namespace.create();
        Namespace far = Namespace.create();
        Namespace world = Namespace.create()) {
      Namespace.join(hub, "eth0", far, "eth0");
      Namespace.join(hub, "eth1", world, "eth0");
      hub.address("eth0", "192.0.2.1/24");
      hub.address("eth1", "198.51.100.1/24");
      far.address("eth0", "192.0.2.2/24");
      world.address("eth0", "198.51.100.2/24");
      String folder = hub.file(".").normalize().toString();
      warren(
          hub,
          "config",
          "new",
          "-d",
          folder,
          "--network",
          "10.9.8.0/24",
          "--all-traffic",
          "hub=192.0.2.1",
          "a");
      warren(hub, "up", hub.file("hub.conf").toString());
      warren(far, "up", hub.file("a.conf").toString());
      // The world knows no way to 10.9.8.0/24: it sees the hub's own address.
      Ping.awaitReply(far, "198.51.100.2", LIMIT);
      warren(far, "down", hub.file("a.conf").toString());
      warren(hub, "down", hub.file("hub.conf").toString());
      assertTrue(hub.run("nft", "list", "ruleset").stdout().isBlank());
    }
  }
}
