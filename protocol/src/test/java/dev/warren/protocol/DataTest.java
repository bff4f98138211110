package dev.warren.protocol;

import static dev.warren.protocol.TestDevice.SECOND;
import static dev.warren.protocol.TestDevice.START;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.Checksum;
import dev.warren.packet.Endpoint;
import dev.warren.packet.IpAddress;
import dev.warren.packet.IpPacket;
import dev.warren.packet.Prefix;
import dev.warren.protocol.TestDevice.Message;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inner packets through a connected pair: routing, trimming, ECN, roaming, and what is refused. */
class DataTest {
  private final TestDevice[] pair = TestDevice.connectedPair(14, START);
  private final TestDevice alice = pair[0];
  private final TestDevice bob = pair[1];

  // Out.

  @Test
  void aBatchKeepsItsOrderAndItsPeers() {
    TestDevice carol = new TestDevice(15, "192.0.2.3");
    alice.knows(carol, "10.0.0.3/32");
    carol.knows(alice, "10.0.0.1/32");
    alice.initiate(carol, START);
    TestDevice.settle(START, alice, bob, carol);
    byte[][] packets = new byte[30][];
    for (int i = 0; i < packets.length; i++) {
      String to = i % 3 == 0 ? "10.0.0.3" : i % 3 == 1 ? "10.0.0.2" : "10.9.9.9";
      packets[i] = Packets.packet("10.0.0.1", to, 40 + i);
    }
    alice.tun(START, packets);
    TestDevice.settle(START, alice, bob, carol);
    assertEquals(10, alice.dropped(DropReason.NO_ROUTE));
    assertEquals(10, alice.written.size(), "each is answered");
    assertLengths(bob.written, 41, 44, 47, 50, 53, 56, 59, 62, 65, 68);
    assertLengths(carol.written, 40, 43, 46, 49, 52, 55, 58, 61, 64, 67);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 21, 576, 1420, 9000, 65535})
  void anyLengthOfIpv4Passes(int length) {
    byte[] packet = Packets.packet("10.0.0.1", "10.0.0.2", length);
    alice.tun(START, packet);
    TestDevice.settle(START, pair);
    assertArrayEquals(packet, bob.written.getFirst());
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 41, 1280, 65535})
  void anyLengthOfIpv6Passes(int length) {
    byte[] packet = Packets.packet("fd00::1", "fd00::2", length);
    alice.tun(START, packet);
    TestDevice.settle(START, pair);
    assertArrayEquals(packet, bob.written.getFirst());
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.1, 10.77.0.1, 10.0.0.2", "fd00::1, fd77::1, fd00::2"})
  void noRouteIsAnsweredByHostUnreachable(String from, String to, String bobs) {
    alice.tun(START, Packets.packet(from, to, 100));
    assertEquals(1, alice.dropped(DropReason.NO_ROUTE));
    assertUnreachable(alice.written.getFirst(), from, to);
    alice.peer(bob).endpoint(null);
    alice.tun(START, Packets.packet(from, bobs, 100));
    assertEquals(1, alice.dropped(DropReason.NO_ENDPOINT));
    assertUnreachable(alice.written.getLast(), from, bobs);
    assertEquals(List.of(), alice.sent);
    assertEquals(0, alice.peer(bob).staged().size());
  }

  @Test
  void whatMayNotBeAnsweredIsNot() {
    alice.tun(START, Packets.packet("10.0.0.1", "224.0.0.1", 100));
    assertEquals(1, alice.dropped(DropReason.NO_ROUTE));
    assertEquals(0, alice.written.size());
    // The outbox has its place back.
    alice.tun(START, Packets.packet("10.0.0.1", "10.77.0.1", 100));
    assertEquals(1, alice.written.size());
  }

  @Test
  void whatIsNoIpPacketIsDropped() {
    byte[] longer = Packets.packet("10.0.0.1", "10.0.0.2", 60);
    byte[] cut = Arrays.copyOf(longer, 59);
    byte[] version5 = longer.clone();
    version5[0] = 0x55;
    alice.tun(START, new byte[0], new byte[1], cut, version5, Arrays.copyOf(longer, 19));
    assertEquals(5, alice.dropped(DropReason.MALFORMED_OUTBOUND));
    assertEquals(List.of(), alice.sent);
  }

  @Test
  void aPacketForAPeerWithoutKeypairWaits() {
    TestDevice[] strangers = TestDevice.pair(16);
    byte[] first = Packets.packet("10.0.0.1", "10.0.0.2", 60);
    byte[] second = Packets.packet("10.0.0.1", "10.0.0.2", 61);
    strangers[0].tun(START, first, second);
    assertEquals(1, strangers[0].sent.size(), "one initiation");
    TestDevice.settle(START, strangers);
    assertLengths(strangers[1].written, 60, 61);
    assertEquals(0, strangers[0].dropped());
  }

  @Test
  void waitingPacketsGoBeforeThoseThatComeWithTheKeys() {
    TestDevice[] strangers = TestDevice.pair(17);
    byte[][] packets = new byte[200][];
    for (int i = 0; i < packets.length; i++) {
      packets[i] = Packets.packet("10.0.0.1", "10.0.0.2", 40 + i);
      strangers[0].tun(START, packets[i]);
    }
    assertEquals(72, strangers[0].dropped(DropReason.STAGED_OVERFLOW));
    TestDevice.settle(START, strangers);
    strangers[0].tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 1000));
    TestDevice.settle(START, strangers);
    assertEquals(129, strangers[1].written.size());
    for (int i = 0; i < 128; i++) {
      assertArrayEquals(packets[72 + i], strangers[1].written.get(i));
    }
    assertEquals(1000, strangers[1].written.getLast().length);
  }

  // The outer TOS byte, and ECN (RFC 6040).

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "2, 2", "3, 3", "0xb8, 0", "0xbb, 3", "0xfe, 2"})
  void ofTheInnerTosOnlyEcnIsSeenOutside(String inner, int outer) {
    int tos = Integer.decode(inner);
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60, tos));
    alice.tun(START, Packets.packet("fd00::1", "fd00::2", 60, tos));
    assertEquals(List.of(outer, outer), alice.takeSent().stream().map(Message::tos).toList());
  }

  @Test
  void packetsThatWaitedCarryEcnToo() {
    TestDevice[] strangers = TestDevice.pair(18);
    strangers[0].tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60, 0xb9));
    strangers[1].datagram(strangers[0], strangers[0].takeOnlySent().bytes(), START);
    strangers[0].datagram(strangers[1], strangers[1].takeOnlySent().bytes(), START);
    assertEquals(1, strangers[0].takeOnlySent().tos());
  }

  @ParameterizedTest
  @CsvSource({
    // inner, outer, result; -1 for dropped
    "0, 0, 0", "0, 1, 0", "0, 2, 0", "0, 3, -1",
    "1, 0, 1", "1, 1, 1", "1, 2, 1", "1, 3, 3",
    "2, 0, 2", "2, 1, 1", "2, 2, 2", "2, 3, 3",
    "3, 0, 3", "3, 1, 3", "3, 2, 3", "3, 3, 3"
  })
  void congestionOnTheWayReachesTheInnerPacket(int inner, int outer, int result) {
    String[][] families = {{"10.0.0.1", "10.0.0.2"}, {"fd00::1", "fd00::2"}};
    for (String[] family : families) {
      alice.tun(START, Packets.packet(family[0], family[1], 60, 0xb8 | inner));
      // A DSCP outside, put there by some router, means nothing inside.
      bob.datagram(alice.endpoint, 0x50 | outer, alice.takeOnlySent().bytes(), START);
      if (result >= 0) {
        byte[] expected = Packets.packet(family[0], family[1], 60, 0xb8 | result);
        assertArrayEquals(expected, bob.written.getLast());
      }
    }
    assertEquals(result < 0 ? 2 : 0, bob.dropped(DropReason.INVALID_ECN));
    assertEquals(result < 0 ? 0 : 2, bob.written.size());
  }

  // In.

  @Test
  void anInnerPacketIsTrimmedToItsOwnLength() {
    for (String[] ends : new String[][] {{"10.0.0.1", "10.0.0.2"}, {"fd00::1", "fd00::2"}}) {
      byte[] packet = Packets.packet(ends[0], ends[1], 50);
      for (int length : new int[] {50, 51, 64, 1000}) {
        bob.datagram(alice, alice.sealed(bob, Arrays.copyOf(packet, length)), START);
        assertArrayEquals(packet, bob.written.getLast());
      }
    }
    assertEquals(8, bob.written.size());
  }

  @Test
  void anInnerPacketThatLiesAboutItselfIsDropped() {
    byte[] v4 = Packets.packet("10.0.0.1", "10.0.0.2", 60);
    byte[] v6 = Packets.packet("fd00::1", "fd00::2", 60);
    byte[] version5 = v4.clone();
    version5[0] = 0x55;
    byte[] version0 = new byte[64];
    byte[] shortHeader = v4.clone();
    shortHeader[0] = 0x44;
    byte[] totalBelowHeader = v4.clone();
    totalBelowHeader[3] = 19;
    byte[] hugeV6 = v6.clone();
    hugeV6[4] = (byte) 0xff; // 65503 + 40 wraps in 16 bits to less than what is there
    hugeV6[5] = (byte) 0xdf;
    byte[][] lies = {
      version5,
      version0,
      shortHeader,
      totalBelowHeader,
      hugeV6,
      Arrays.copyOf(v4, 59),
      Arrays.copyOf(v4, 19),
      Arrays.copyOf(v4, 1),
      Arrays.copyOf(v6, 59),
      Arrays.copyOf(v6, 39)
    };
    for (byte[] lie : lies) {
      bob.datagram(alice, alice.sealed(bob, lie), START);
    }
    assertEquals(lies.length, bob.dropped(DropReason.MALFORMED_INNER));
    assertEquals(0, bob.written.size());
    bob.datagram(alice, alice.sealed(bob, v4), START);
    assertEquals(1, bob.written.size());
  }

  @Test
  void aSourceOfAnotherPeerIsDropped() {
    bob.datagram(alice, alice.sealed(bob, Packets.packet("10.0.0.9", "10.0.0.2", 60)), START);
    bob.datagram(alice, alice.sealed(bob, Packets.packet("fd00::9", "fd00::2", 60)), START);
    bob.datagram(alice, alice.sealed(bob, Packets.packet("10.0.0.2", "10.0.0.2", 60)), START);
    assertEquals(3, bob.dropped(DropReason.DISHONEST_SOURCE));
    assertEquals(0, bob.written.size());
  }

  /**
   * The source must map to the peer in the one table of the device, not in a list of the peer's.
   */
  @Test
  void aMoreSpecificPrefixOfAnotherPeerIsNotTheWidersToUse() {
    TestDevice carol = new TestDevice(19, "192.0.2.3");
    carol.knows(bob, "0.0.0.0/0");
    bob.device.allowedIps().insert(prefix("10.0.0.0/8"), bob.peer(alice));
    Peer peerCarol = bob.knows(carol, "10.5.0.0/16");
    byte[] packet = Packets.packet("10.5.0.1", "10.0.0.2", 60);
    bob.datagram(alice, alice.sealed(bob, packet), START);
    assertEquals(1, bob.dropped(DropReason.DISHONEST_SOURCE));

    bob.device.allowedIps().removeAll(peerCarol);
    bob.datagram(alice, alice.sealed(bob, packet), START);
    assertArrayEquals(packet, bob.written.getFirst());
  }

  @Test
  void aMovedPrefixTakesTheTrafficAway() {
    TestDevice carol = new TestDevice(19, "192.0.2.3");
    Peer peerCarol = alice.knows(carol, "10.0.0.3/32");
    alice.device.allowedIps().insert(prefix("10.0.0.2/32"), peerCarol);
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 60));
    assertEquals(carol.endpoint, alice.takeOnlySent().to());
    bob.datagram(alice, alice.sealed(bob, Packets.packet("10.0.0.1", "10.0.0.2", 60)), START);
    alice.datagram(bob, bob.sealed(alice, Packets.packet("10.0.0.2", "10.0.0.1", 60)), START);
    assertEquals(1, alice.dropped(DropReason.DISHONEST_SOURCE));
  }

  @Test
  void aKeepaliveIsNoPacket() {
    bob.datagram(alice, alice.sealed(bob, new byte[0]), START);
    assertEquals(0, bob.written.size());
    assertEquals(0, bob.dropped());
  }

  /** Whatever its content, an authentic message counts for statistics, timers and roaming. */
  @Test
  void anAuthenticMessageRoamsEvenWhenItsContentIsRefused() {
    TestDevice elsewhere = new TestDevice(20, "198.51.100.7");
    bob.datagram(elsewhere, alice.sealed(bob, new byte[20]), START);
    assertEquals(1, bob.dropped(DropReason.MALFORMED_INNER));
    assertEquals(elsewhere.endpoint, bob.peer(alice).endpoint());
  }

  // Roaming.

  @Test
  void dataMakesThePeerRoam() {
    Endpoint moved = new Endpoint(Packets.address("2001:db8::7"), 4242);
    bob.datagram(moved, 0, alice.sealed(bob, new byte[0]), START);
    bob.tun(START, Packets.packet("10.0.0.2", "10.0.0.1", 60));
    assertEquals(moved, bob.takeOnlySent().to());
  }

  @Test
  void aHandshakeMakesThePeerRoam() {
    Endpoint moved = new Endpoint(alice.endpoint.address(), 4242);
    alice.initiate(bob, START + 5 * SECOND);
    bob.datagram(moved, 0, alice.takeOnlySent().bytes(), START + 5 * SECOND);
    Message response = bob.takeOnlySent();
    assertEquals(moved, response.to());
    Endpoint bobMoved = new Endpoint(Packets.address("198.51.100.8"), 1);
    alice.datagram(bobMoved, 0, response.bytes(), START + 5 * SECOND);
    assertEquals(bobMoved, alice.takeOnlySent().to());
  }

  @Test
  void forgedDataDoesNotMakeThePeerRoam() {
    byte[] data = alice.sealed(bob, new byte[0]);
    data[20]++;
    bob.datagram(new Endpoint(alice.endpoint.address(), 666), 0, data, START);
    assertEquals(alice.endpoint, bob.peer(alice).endpoint());
  }

  @Test
  void repliesLeaveFromWhereTheLastMessageArrived() {
    IpAddress local = Packets.address("192.0.2.200");
    Endpoint sticky = new Endpoint(alice.endpoint.address(), 51820, 0, local, 3);
    bob.datagram(sticky, 0, alice.sealed(bob, new byte[0]), START);
    bob.tun(START, Packets.packet("10.0.0.2", "10.0.0.1", 60));
    assertEquals(sticky, bob.takeOnlySent().to());

    // An answer that does not come may be the sticky source's fault: it is given up.
    bob.deadline(START + 15 * SECOND + Messages.REKEY_TIMEOUT_JITTER_MAX);
    Message initiation = bob.takeOnlySent();
    assertEquals(Messages.TYPE_INITIATION, initiation.type());
    assertNull(initiation.to().source());
    assertEquals(alice.endpoint, initiation.to());
  }

  @Test
  void aSourceThatIsGoneIsForgotten() {
    Endpoint sticky =
        new Endpoint(alice.endpoint.address(), 51820, 0, Packets.address("192.0.2.200"), 3);
    bob.datagram(sticky, 0, alice.sealed(bob, new byte[0]), START);
    bob.device.forgetSource(new Endpoint(alice.endpoint.address(), 1));
    assertEquals(sticky, bob.peer(alice).endpoint());
    bob.device.forgetSource(sticky);
    assertEquals(alice.endpoint, bob.peer(alice).endpoint());

    bob.datagram(sticky, 0, alice.sealed(bob, new byte[0]), START);
    bob.device.forgetSources();
    assertEquals(alice.endpoint, bob.peer(alice).endpoint());
  }

  private static void assertUnreachable(byte[] error, String sender, String destination) {
    MemorySegment view = MemorySegment.ofArray(error);
    IpAddress to = Packets.address(sender);
    if (to.isV6()) {
      assertEquals(to, IpAddress.readV6(view, 24));
      assertEquals(Packets.address(destination), IpAddress.readV6(view, 8));
      assertEquals(58, IpPacket.v6NextHeader(view, 0));
      assertEquals(1, error[40], "destination unreachable");
    } else {
      assertEquals(to, IpAddress.readV4(view, 16));
      assertEquals(Packets.address(destination), IpAddress.readV4(view, 12));
      assertEquals(1, IpPacket.v4Protocol(view, 0));
      assertEquals(3, error[20], "destination unreachable");
      assertEquals(0, Checksum.of(view, 20, error.length - 20));
    }
    assertEquals(error.length, IpPacket.trimmedLength(view, 0, error.length));
  }

  private static void assertLengths(List<byte[]> packets, int... lengths) {
    assertArrayEquals(lengths, packets.stream().mapToInt(packet -> packet.length).toArray());
  }

  private static Prefix prefix(String text) {
    return Objects.requireNonNull(Prefix.parse(text));
  }

  @Test
  void bytesCountedAreThoseOnTheWire() {
    Peer toBob = alice.peer(bob);
    long before = toBob.txBytes();
    alice.tun(START, Packets.packet("10.0.0.1", "10.0.0.2", 33));
    assertEquals(before + 48 + 32, toBob.txBytes());
    long received = bob.peer(alice).rxBytes();
    TestDevice.settle(START, pair);
    assertEquals(received + 48 + 32, bob.peer(alice).rxBytes());
    assertTrue(bob.written.getFirst().length == 33);
  }
}
