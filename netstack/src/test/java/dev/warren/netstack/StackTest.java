package dev.warren.netstack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.packet.IpAddress;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackTest {
  private final TwoHosts hosts = new TwoHosts(1420, 1420);
  private final List<String> heard = new ArrayList<>();

  private final Ping.Events pingEvents =
      new Ping.Events() {
        @Override
        public void replied(long rttNanos) {
          heard.add("replied");
        }

        @Override
        public void failed(String why) {
          heard.add(why);
        }
      };

  private static void nothing() {}

  private static IpAddress a(boolean v6) {
    return v6 ? TwoHosts.A6 : TwoHosts.A4;
  }

  private static IpAddress b(boolean v6) {
    return v6 ? TwoHosts.B6 : TwoHosts.B4;
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void datagramsOfEverySizeArrive(boolean v6) throws BindException {
    UdpSocket here = hosts.a.udp(null, 0, StackTest::nothing);
    UdpSocket there = hosts.b.udp(b(v6), 53, StackTest::nothing);
    for (int length : new int[] {0, 1, 1371, 1372, 1373, 1392, 1393, 9_000, 65_507}) {
      byte[] data = random(length);
      assertTrue(here.send(b(v6), 53, ByteBuffer.wrap(data)));
      hosts.settle();
      UdpSocket.Datagram got = there.receive();
      assertNotNull(got, "length " + length);
      assertArrayEquals(data, got.data());
      assertEquals(a(v6), got.from());
      assertEquals(here.localPort(), got.port());
      assertEquals(b(v6), got.to());
      assertTrue(there.send(got.from(), got.port(), ByteBuffer.wrap(data)));
      hosts.settle();
      assertNotNull(here.receive());
    }
    assertTrue(hosts.largest <= 1420);
    assertEquals(0, hosts.b.counters().count(Fate.FRAGMENT_OVERLAP));
    assertFalse(here.send(b(v6), 53, ByteBuffer.allocate(65_508)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pingsAreAnsweredLargeOnesToo(boolean v6) {
    hosts.a.ping(b(v6), 56, 1_000_000_000L, pingEvents);
    hosts.a.ping(b(v6), 20_000, 1_000_000_000L, pingEvents);
    hosts.settle();
    assertEquals(List.of("replied", "replied"), heard);
  }

  @Test
  void aPingThatNobodyAnswersTimesOut() {
    hosts.a.ping(TwoHosts.address("10.0.0.9"), 56, 1_000_000_000L, pingEvents);
    long start = hosts.nowNanos;
    hosts.until(() -> !heard.isEmpty(), 2_000_000_000L);
    assertEquals(List.of("no reply in time"), heard);
    assertEquals(1_000_000_000L, hosts.nowNanos - start);
    assertEquals(Long.MAX_VALUE, hosts.a.nextDeadlineNanos());
    hosts.a.ping(TwoHosts.address("127.0.0.1"), 56, 1_000_000_000L, pingEvents);
    hosts.settle();
    assertEquals("no address of this family", heard.getLast());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClosedPortSaysSo(boolean v6) throws BindException {
    UdpSocket here = hosts.a.udp(null, 0, StackTest::nothing);
    here.whenUnreachable((remote, port) -> heard.add(remote + " " + port));
    here.send(b(v6), 7, ByteBuffer.wrap(random(1_000)));
    here.send(b(v6), 8, ByteBuffer.wrap(random(5_000)));
    hosts.settle();
    assertEquals(List.of(b(v6) + " 7", b(v6) + " 8"), heard);
    assertEquals(2, hosts.b.counters().count(Fate.PORT_CLOSED));
  }

  @Test
  void errorsAreLimited() throws BindException {
    UdpSocket here = hosts.a.udp(null, 0, StackTest::nothing);
    for (int i = 0; i < 200; i++) {
      here.send(TwoHosts.B4, 7, ByteBuffer.wrap(random(10)));
    }
    hosts.settle();
    assertEquals(Replies.ERROR_BURST, hosts.b.counters().icmpErrorsSent());
    assertEquals(200 - Replies.ERROR_BURST, hosts.b.counters().icmpErrorsWithheld());
    hosts.nowNanos += 100_000_000L;
    for (int i = 0; i < 200; i++) {
      here.send(TwoHosts.B4, 7, ByteBuffer.wrap(random(10)));
    }
    hosts.settle();
    assertEquals(Replies.ERROR_BURST + 10, hosts.b.counters().icmpErrorsSent());
  }

  @Test
  void whatIsForOneselfComesBack() throws BindException {
    UdpSocket one = hosts.a.udp(null, 0, StackTest::nothing);
    UdpSocket two = hosts.a.udp(TwoHosts.A4, 99, StackTest::nothing);
    one.send(TwoHosts.A4, 99, ByteBuffer.wrap(random(4_000)));
    hosts.a.ping(TwoHosts.A6, 10, 1_000_000_000L, pingEvents);
    hosts.settle();
    UdpSocket.Datagram got = two.receive();
    assertNotNull(got);
    assertEquals(TwoHosts.A4, got.from());
    assertEquals(List.of("replied"), heard);
    assertEquals(0, hosts.packets);
  }

  @Test
  void aSlowReaderLosesTheNewest() throws BindException {
    UdpSocket here = hosts.a.udp(null, 0, StackTest::nothing);
    UdpSocket there = hosts.b.udp(null, 53, StackTest::nothing);
    int accepted = 0;
    for (int i = 0; i < 100_000; i++) {
      accepted += here.send(TwoHosts.B4, 53, ByteBuffer.allocate(1_200).putInt(0, i)) ? 1 : 0;
      if (i % 100 == 99) {
        hosts.settle();
      }
    }
    hosts.settle();
    assertEquals(100_000, accepted);
    int kept = UdpSocket.RECEIVE_BYTES / 1_200;
    for (int i = 0; i < kept; i++) {
      UdpSocket.Datagram got = there.receive();
      assertNotNull(got);
      assertEquals(i, ByteBuffer.wrap(got.data()).getInt());
    }
    assertNull(there.receive());
    assertEquals(100_000 - kept, hosts.b.counters().count(Fate.SOCKET_FULL));
    here.send(TwoHosts.B4, 53, ByteBuffer.allocate(1));
    hosts.settle();
    assertNotNull(there.receive());
  }

  @Test
  void aFullSendQueueRefuses() throws BindException {
    UdpSocket here = hosts.a.udp(null, 0, StackTest::nothing);
    int accepted = 0;
    while (here.send(TwoHosts.B4, 53, ByteBuffer.allocate(10))) {
      accepted++;
    }
    assertEquals(UdpSocket.SEND_COUNT, accepted);
    here.close();
    hosts.settle();
    assertEquals(UdpSocket.SEND_COUNT, hosts.b.counters().count(Fate.PORT_CLOSED));
  }

  @Test
  void portsAreTakenAndGivenBack() throws BindException {
    UdpSocket first = hosts.a.udp(null, 53, StackTest::nothing);
    assertThrows(BindException.class, () -> hosts.a.udp(null, 53, StackTest::nothing));
    assertThrows(BindException.class, () -> hosts.a.udp(TwoHosts.A4, 53, StackTest::nothing));
    assertThrows(BindException.class, () -> hosts.a.udp(TwoHosts.B4, 54, StackTest::nothing));
    first.close();
    first.close();
    UdpSocket second = hosts.a.udp(TwoHosts.A4, 53, StackTest::nothing);
    UdpSocket third = hosts.a.udp(TwoHosts.A6, 53, StackTest::nothing);
    UdpSocket from = hosts.b.udp(null, 0, StackTest::nothing);
    from.send(TwoHosts.A6, 53, ByteBuffer.allocate(1));
    hosts.settle();
    assertNull(second.receive());
    assertNotNull(third.receive());
    hosts.a.close();
    assertTrue(third.isClosed());
  }

  @Test
  void aRouterWithASmallMtuIsHeeded() throws BindException {
    UdpSocket here = hosts.a.udp(null, 4_000, StackTest::nothing);
    here.send(TwoHosts.B4, 53, ByteBuffer.wrap(random(1_200)));
    byte[] large = TwoHosts.sent(hosts.a, hosts.nowNanos).getFirst();
    assertEquals(1_228, large.length);
    TwoHosts.put(hosts.a, Wire.tooBigV4(TwoHosts.address("10.9.9.9"), large, 600), 1);
    here.send(TwoHosts.B4, 53, ByteBuffer.wrap(random(1_200)));
    List<byte[]> fragments = TwoHosts.sent(hosts.a, hosts.nowNanos);
    assertEquals(3, fragments.size());
    assertTrue(fragments.stream().allMatch(f -> f.length <= 600));
    // A port that never sent there: nobody's packet, nobody's error.
    byte[] forged = large.clone();
    forged[21] ^= 1;
    TwoHosts.put(hosts.a, Wire.tooBigV4(TwoHosts.B4, forged, 552), 1);
    assertEquals(1, hosts.a.counters().count(Fate.ICMP_STRAY));
    hosts.nowNanos += PathMtu.AGE_NANOS;
    here.send(TwoHosts.B4, 53, ByteBuffer.wrap(random(1_200)));
    assertEquals(1, TwoHosts.sent(hosts.a, hosts.nowNanos).size());
  }
}
