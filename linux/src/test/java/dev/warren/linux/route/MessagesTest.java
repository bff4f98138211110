package dev.warren.linux.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.IpAddress;
import dev.warren.packet.Prefix;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests byte by byte, and answers read back, without a kernel. */
class MessagesTest {
  private static RouteReply reply(RouteMessage message) {
    List<RouteReply> replies = RouteReply.split(MemorySegment.ofArray(message.finish(7)));
    assertEquals(1, replies.size());
    return replies.getFirst();
  }

  private static IpAddress ip(String text) {
    return Objects.requireNonNull(IpAddress.parse(text), text);
  }

  private static Prefix prefix(String text) {
    return Objects.requireNonNull(Prefix.parse(text), text);
  }

  /** Spaces and line ends are for the reader. */
  private static void assertBytes(String expected, RouteMessage message) {
    assertEquals(expected.replaceAll("\\s", ""), HexFormat.of().formatHex(message.finish(7)));
  }

  @Test
  void addressRequest() {
    // As `ip -4 address add 10.0.0.1/24 dev IF` sends it. RTM_NEWADDR, EXCL, CREATE and ACK.
    assertBytes(
        """
        28000000 1400 0506 07000000 00000000
        02 18 00 00 05000000
        0800 0200 0a000001
        0800 0100 0a000001
        """,
        new AssignedAddress(5, ip("10.0.0.1"), 24).addRequest());
  }

  @Test
  void routeRequest() {
    assertBytes(
        """
        34000000 1800 0506 07000000 00000000
        02 08 00 00 00 03 fd 01 00000000
        0800 0f00 6cca0000
        0800 0100 0a000000
        0800 0400 05000000
        """,
        new Route(prefix("10.0.0.0/8"), 51820, 5).addRequest());
  }

  @Test
  void defaultRouteNamesNoDestination() {
    assertBytes(
        """
        2c000000 1800 0506 07000000 00000000
        0a 00 00 00 00 03 00 01 00000000
        0800 0f00 fe000000
        0800 0400 05000000
        """,
        new Route(prefix("::/0"), Route.MAIN_TABLE, 5).addRequest());
  }

  @Test
  void ruleRequest() {
    assertBytes(
        """
        2c000000 2000 0506 07000000 00000000
        02 00 00 00 00 0000 01 02000000
        0800 0f00 6cca0000
        0800 0a00 6cca0000
        """,
        Rule.unlessMarked(false, 51820, 51820).addRequest());
  }

  @Test
  void addressReadsBack() {
    for (String text : List.of("10.0.0.1", "fd00::1")) {
      AssignedAddress address = new AssignedAddress(5, ip(text), 32);
      assertEquals(address, AssignedAddress.read(reply(address.addRequest())));
    }
  }

  @Test
  void routeReadsBack() {
    List<Route> routes =
        List.of(
            new Route(prefix("0.0.0.0/0"), 254, 3),
            new Route(prefix("::/0"), 51820, 3),
            new Route(prefix("10.1.0.0/16"), 7, 3, ip("10.0.0.9"), 0),
            new Route(prefix("fd00::/8"), 1000, 3, ip("fe80::1"), 0));
    for (Route route : routes) {
      assertEquals(route, Route.read(reply(route.addRequest())));
    }
  }

  @Test
  void ruleReadsBack() {
    for (boolean v6 : new boolean[] {false, true}) {
      for (Rule rule : List.of(Rule.unlessMarked(v6, 99, 51820), Rule.mainWithoutDefault(v6))) {
        Rule read = Objects.requireNonNull(Rule.read(reply(rule.addRequest())));
        assertEquals(0, read.priority());
        assertTrue(read.isLike(rule), read.toString());
      }
    }
  }

  @Test
  void ruleThatAsksForMoreIsNotPlain() {
    int interfaceName = 3;
    int mask = 16;
    Rule wanted = Rule.unlessMarked(false, 99, 51820);
    Rule ofInterface =
        Objects.requireNonNull(
            Rule.read(reply(wanted.addRequest().attribute(interfaceName, "eth0"))));
    assertFalse(ofInterface.plain());
    assertFalse(ofInterface.isLike(wanted));
    Rule masked =
        Objects.requireNonNull(Rule.read(reply(wanted.addRequest().attribute(mask, 0xff))));
    assertFalse(masked.plain());
  }

  @Test
  void otherMessagesAreNoEntries() {
    RouteReply link = reply(Link.deleteRequest(1));
    assertNull(Link.read(link));
    assertNull(Route.read(link));
    assertNull(Rule.read(link));
    assertNull(AssignedAddress.read(link));
  }

  /** An error as the kernel sends it: with or without the request, with its words after that. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void errorHasTheKernelsWords(boolean capped) {
    byte[] words = "Nexthop has invalid gateway\0".getBytes(StandardCharsets.US_ASCII);
    int requestBytes = 28;
    int echoed = capped ? RouteMessage.HEADER_BYTES : requestBytes;
    ByteBuffer error = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
    error.putInt(0).putShort((short) RouteReply.NLMSG_ERROR);
    error.putShort((short) (capped ? 0x300 : 0x200)).putInt(7).putInt(0);
    error.putInt(-101).putInt(requestBytes).position(error.position() + echoed - Integer.BYTES);
    error.putShort((short) (4 + words.length)).putShort((short) 1).put(words);
    error.putInt(0, error.position());
    RouteReply reply =
        RouteReply.split(MemorySegment.ofArray(error.array()).asSlice(0, error.position()))
            .getFirst();
    assertEquals(-101, reply.u32(0));
    assertEquals("Nexthop has invalid gateway", reply.words());
  }

  @Test
  void whatIsCutShortIsReadAsFarAsItGoes() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] route = new Route(prefix("fd00::/8"), 1000, 3, ip("fe80::1"), 0).addRequest().finish(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = route.clone();
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      MemorySegment cut = MemorySegment.ofArray(bytes).asSlice(0, random.nextInt(bytes.length + 1));
      try {
        for (RouteReply reply : RouteReply.split(cut)) {
          Route.read(reply);
          Rule.read(reply);
          Link.read(reply);
          AssignedAddress.read(reply);
          reply.words();
        }
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }
}
