package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Capture;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.WireDatagram;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A host with several addresses answers from the one it was asked at.
 *
 * <pre>
 *   first  eth0  192.0.2.1, 2001:db8::1  ----  eth0  192.0.2.2, .22, 2001:db8::2, ::22  second
 * </pre>
 */
@InteropTest
class StickySourceTest {
  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final Duration LIMIT = Duration.ofSeconds(25);

  @PairingTest
  void answersFromTheAddressItWasAskedAtOverIpv4(Pairing pairing) {
    answersFromAddress(pairing, "192.0.2.22", "192.0.2.22", "24", "192.0.2.2");
  }

  @PairingTest
  void answersFromTheAddressItWasAskedAtOverIpv6(Pairing pairing) {
    answersFromAddress(pairing, "2001:db8::22", "[2001:db8::22]", "64", "2001:db8::2");
  }

  private static void answersFromAddress(
      Pairing pairing, String asked, String askedInEndpoint, String length, String other) {
    try (Link link = Link.of(pairing)) {
      Side first = link.first();
      Side second = link.second();
      second.namespace().address(Link.ETHERNET, asked + "/" + length);
      second.meet(first, "");
      first.meet(second, "endpoint " + askedInEndpoint + ":" + second.port());
      Ping.awaitReply(first.namespace(), second.inner4(), LIMIT);
      try (Ping ping = Ping.start(first.namespace(), second.inner4(), INTERVAL)) {
        try (Capture capture = Capture.start(first.namespace(), Link.ETHERNET)) {
          ping.awaitReplies(10, LIMIT);
          assertEquals(Set.of(normal(asked)), sources(capture, second.port()));
        }
        assertEquals(askedInEndpoint + ":" + second.port(), first.wg().onlyPeer().endpoint());

        // Its address is taken away: it answers from the other one, and is followed there.
        second.namespace().ip("addr del " + asked + "/" + length + " dev " + Link.ETHERNET);
        second.namespace().start("ping", "-n", "-i", "0.2", first.inner6());
        ping.awaitReplies(20, LIMIT);
        try (Capture capture = Capture.start(first.namespace(), Link.ETHERNET)) {
          ping.awaitReplies(10, LIMIT);
          assertEquals(Set.of(normal(other)), sources(capture, second.port()));
        }
        assertTrue(
            first.wg().onlyPeer().endpoint().contains(other + "]:")
                || first.wg().onlyPeer().endpoint().startsWith(other + ":"));
      }
    }
  }

  private static Set<String> sources(Capture capture, int port) {
    return capture.datagrams(d -> d.sourcePort() == port).stream()
        .map(WireDatagram::source)
        .collect(Collectors.toSet());
  }

  /** As the JDK prints it: no shortening of zeros. */
  private static String normal(String address) {
    return InetAddress.ofLiteral(address).getHostAddress();
  }
}
