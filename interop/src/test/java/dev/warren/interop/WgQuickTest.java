package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.Wg;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Debian's {@code wg-quick} with the daemon as its userspace implementation. */
@InteropTest
class WgQuickTest {
  private static final String DEVICE = "wgq";

  @Test
  void bringsInterfaceUpAndDown() {
    try (Link link = Link.of(Pairing.subject(), Pairing.subject())) {
      // The quick host is a third one, joined to the first; it talks to the first side.
      Side far = link.first();
      Namespace quick = link.extraNamespace();
      Namespace.join(quick, "eth0", far.namespace(), "eth1");
      quick.address("eth0", "198.51.100.2/24");
      far.namespace().address("eth1", "198.51.100.1/24");
      Identity identity = Identity.create();
      far.wg().set("peer " + identity.publicKey() + " allowed-ips 10.77.0.9/32,fd77::9/128");
      Path file =
          quick.file(
              DEVICE + ".conf",
              """
              [Interface]
              PrivateKey = %s
              Address = 10.77.0.9/24, fd77::9/64
              MTU = 1400
              PostUp = touch %s

              [Peer]
              PublicKey = %s
              AllowedIPs = 10.77.0.0/24, 10.99.0.0/16, fd77::/64
              Endpoint = 198.51.100.1:%d
              """
                  .formatted(
                      identity.privateKey(), quick.file("post-up"), far.publicKey(), far.port()));

      wgQuick(quick, "up", file).orFail();
      String addresses = quick.ip("addr show dev " + DEVICE);
      assertAll(
          addresses,
          () -> assertTrue(addresses.contains("mtu 1400")),
          () -> assertTrue(addresses.contains("10.77.0.9/24")),
          () -> assertTrue(addresses.contains("fd77::9/64")),
          () -> assertTrue(quick.ip("route show dev " + DEVICE).contains("10.99.0.0/16")),
          () -> assertEquals(far.publicKey(), new Wg(quick, DEVICE).onlyPeer().publicKey()));
      Ping.awaitReply(quick, far.inner4(), Duration.ofSeconds(15));
      Ping.awaitReply(quick, far.inner6(), Duration.ofSeconds(5));

      wgQuick(quick, "down", file).orFail();
      assertFalse(quick.hasLink(DEVICE));
      Await.until("end of the daemon", Duration.ofSeconds(10), () -> quick.processIds().isEmpty());
    }
  }

  @Test
  void takesDefaultRouteByFirewallMark() {
    try (Link link = Link.of(Pairing.subject(), Pairing.subject())) {
      Side far = link.first();
      Namespace quick = link.extraNamespace();
      Namespace.join(quick, "eth0", far.namespace(), "eth1");
      quick.address("eth0", "198.51.100.2/24");
      far.namespace().address("eth1", "198.51.100.1/24");
      far.namespace().address("lo", "203.0.113.1/32");
      Identity identity = Identity.create();
      far.wg().set("peer " + identity.publicKey() + " allowed-ips 10.77.0.9/32");
      Path file =
          quick.file(
              DEVICE + ".conf",
              """
              [Interface]
              PrivateKey = %s
              Address = 10.77.0.9/32

              [Peer]
              PublicKey = %s
              AllowedIPs = 0.0.0.0/0
              Endpoint = 198.51.100.1:%d
              """
                  .formatted(identity.privateKey(), far.publicKey(), far.port()));
      wgQuick(quick, "up", file).orFail();
      assertEquals("0xca6c", new Wg(quick, DEVICE).dump().firewallMark());
      Ping.awaitReply(quick, "203.0.113.1", Duration.ofSeconds(15));
      wgQuick(quick, "down", file).orFail();
      assertFalse(quick.ip("rule show").contains("51820"));
    }
  }

  private static Command.Outcome wgQuick(Namespace host, String subcommand, Path file) {
    return host.attempt(
        Duration.ofSeconds(60),
        Map.of("WG_QUICK_USERSPACE_IMPLEMENTATION", Pairing.subject().wrapper()),
        "",
        List.of("wg-quick", subcommand, file.toString()));
  }
}
