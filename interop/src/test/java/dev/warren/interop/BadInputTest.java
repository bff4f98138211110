package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.interop.host.Await;
import dev.warren.interop.host.Capture;
import dev.warren.interop.host.Namespace;
import dev.warren.interop.host.PacketCounter;
import dev.warren.interop.host.Ping;
import dev.warren.interop.host.UdpSender;
import dev.warren.interop.host.WireDatagram;
import dev.warren.interop.host.WireDatagram.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Whatever arrives at either door, from the link or from the host: the daemon goes on, and the
 * tunnel beside it loses nothing.
 *
 * <p>The first side is under attack, by the host of the second.
 */
@InteropTest
class BadInputTest {
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final Duration INTERVAL = Duration.ofMillis(20);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @PairingTest
  @ResourceLock(InteropTest.CPU)
  void randomDatagrams(Pairing pairing) {
    Random random = new Random(1);
    List<byte[]> datagrams = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      int[] lengths = {0, 1, 4, 31, 32, 63, 64, 91, 92, 147, 148, 149, random.nextInt(1500)};
      byte[] datagram = new byte[lengths[random.nextInt(lengths.length)]];
      random.nextBytes(datagram);
      if (datagram.length >= 4 && i % 4 != 0) {
        // A type that exists, with and without its zeros.
        datagram[0] = (byte) (1 + random.nextInt(4));
        Arrays.fill(datagram, 1, 4, (byte) (i % 8 == 1 ? 1 : 0));
      }
      datagrams.add(datagram);
    }
    survives(pairing, datagrams);
  }

  /** Up to the longest that UDP has, whole and in fragments; each type, so that none is missed. */
  @PairingTest
  @ResourceLock(InteropTest.CPU)
  void oversizedDatagrams(Pairing pairing) {
    Random random = new Random(2);
    List<byte[]> datagrams = new ArrayList<>();
    for (int length : List.of(1473, 2047, 2048, 2049, 4096, 4097, 9000, 32_768, 65_506, 65_507)) {
      for (int type = 0; type <= 5; type++) {
        byte[] datagram = new byte[length];
        random.nextBytes(datagram);
        datagram[0] = (byte) type;
        Arrays.fill(datagram, 1, 4, (byte) 0);
        datagrams.add(datagram);
      }
    }
    survives(pairing, datagrams);
  }

  private static void survives(Pairing pairing, List<byte[]> datagrams) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Namespace attacker = link.second().namespace();
      Ping.awaitReply(first.namespace(), link.second().inner4(), LIMIT);
      try (Ping ping = Ping.start(first.namespace(), link.second().inner4(), INTERVAL)) {
        ping.awaitReplies(5, LIMIT);
        UdpSender.send(attacker, first.outer4(), first.port(), PAUSE, datagrams);
        UdpSender.send(attacker, first.outer6(), first.port(), PAUSE, datagrams);
        ping.awaitReplies(10, LIMIT);
        assertUnharmed(ping.stop(), link);
      }
    }
  }

  private static void assertUnharmed(Ping.Result result, Link link) {
    assertAll(
        () -> assertTrue(link.first().daemon().process().isRunning()),
        () -> assertEquals(0, result.lostCount(), result::toString),
        () -> assertEquals(0, result.duplicateCount()),
        () ->
            assertEquals(
                link.second().endpoint(OuterFamily.IPV4),
                link.first().wg().onlyPeer().endpoint(),
                "nothing that is not authentic moves the endpoint"));
  }

  /** Genuine messages, each cut short, prolonged, or with one bit turned. */
  @PairingTest
  @ResourceLock(InteropTest.CPU)
  void forgedMessages(Pairing pairing) {
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Side second = link.second();
      Ping.awaitReply(first.namespace(), second.inner4(), LIMIT);
      // The second side initiates too, so that each kind of message is there in each direction.
      second.restart();
      second.adjust(first, "endpoint " + first.endpoint(OuterFamily.IPV4));
      Ping.awaitReply(second.namespace(), first.inner4(), LIMIT);
      List<byte[]> forged = forge(capture);
      assertTrue(forged.size() > 100, capture::describe);
      try (Ping ping = Ping.start(first.namespace(), second.inner4(), INTERVAL)) {
        ping.awaitReplies(5, LIMIT);
        UdpSender.send(second.namespace(), first.outer4(), first.port(), PAUSE, forged);
        ping.awaitReplies(10, LIMIT);
        assertUnharmed(ping.stop(), link);
      }
    }
  }

  private static List<byte[]> forge(Capture capture) {
    Random random = new Random(3);
    List<byte[]> forged = new ArrayList<>();
    for (Kind kind : List.of(Kind.INITIATION, Kind.RESPONSE, Kind.DATA)) {
      for (WireDatagram datagram : capture.datagrams(kind)) {
        byte[] genuine = datagram.bytes();
        for (int i = 0; i < 40; i++) {
          byte[] turned = genuine.clone();
          turned[random.nextInt(turned.length)] ^= (byte) (1 << random.nextInt(8));
          forged.add(turned);
          forged.add(Arrays.copyOf(genuine, random.nextInt(genuine.length)));
          forged.add(Arrays.copyOf(genuine, genuine.length + 1 + random.nextInt(64)));
        }
      }
    }
    return forged;
  }

  /** Everything that was ever sent, sent again: nothing of it is delivered a second time. */
  @PairingTest
  @ResourceLock(InteropTest.CPU)
  void replayedMessages(Pairing pairing) {
    try (Link link = Link.of(pairing);
        Capture capture = Capture.start(link.first().namespace(), Link.ETHERNET)) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Side second = link.second();
      PacketCounter replies =
          PacketCounter.input(first.namespace(), "replies", "iifname wg0 icmp type echo-reply");
      Ping.Result result = Ping.run(first.namespace(), second.inner4(), 100, Duration.ofMillis(5));
      assertEquals(0, result.lostCount(), result::toString);
      Await.until(
          "each reply is counted once", LIMIT, () -> replies.packetCount() == result.sentCount());
      capture.await(
          "data", 2 * result.sentCount(), LIMIT, datagram -> datagram.kind() == Kind.DATA);
      List<byte[]> toFirst =
          capture.datagrams(d -> d.destinationPort() == first.port()).stream()
              .map(WireDatagram::bytes)
              .toList();
      assertTrue(toFirst.size() > result.sentCount(), capture::describe);
      UdpSender.send(second.namespace(), first.outer4(), first.port(), PAUSE, toFirst);
      Ping.Result after = Ping.run(first.namespace(), second.inner4(), 5, INTERVAL);
      int sentCount = result.sentCount() + after.sentCount();
      Await.until("the new replies are counted", LIMIT, () -> replies.packetCount() >= sentCount);
      assertAll(
          () -> assertEquals(0, after.lostCount(), after::toString),
          () -> assertEquals(0, after.duplicateCount(), after::toString),
          () -> assertEquals(sentCount, replies.packetCount()),
          () -> assertEquals(second.endpoint(OuterFamily.IPV4), first.wg().onlyPeer().endpoint()));
    }
  }

  /** What the host itself may write to the interface: no version, no length, no end. */
  @PairingTest
  @ResourceLock(InteropTest.CPU)
  void innerPacketsOfNoSense(Pairing pairing) {
    try (Link link = Link.of(pairing)) {
      link.introduce(OuterFamily.IPV4);
      Side first = link.first();
      Side second = link.second();
      Namespace host = first.namespace();
      Ping.awaitReply(host, second.inner4(), LIMIT);
      Random random = new Random(4);
      long sentBefore = sentCount(host);
      try (Ping ping = Ping.start(host, second.inner4(), INTERVAL)) {
        ping.awaitReplies(5, LIMIT);
        for (int i = 0; i < 60; i++) {
          byte[] packet = new byte[1 + random.nextInt(i % 3 == 0 ? 60 : 1400)];
          random.nextBytes(packet);
          int version = List.of(4, 6, 0, 15).get(i % 4);
          packet[0] = (byte) (version << 4 | (i % 5 == 0 ? random.nextInt(16) : 5));
          if (version == 4 && packet.length > 20) {
            // To the peer, with a total length that need not be true.
            System.arraycopy(new byte[] {10, 77, 0, 2}, 0, packet, 16, 4);
          }
          write(host, packet);
        }
        ping.awaitReplies(10, LIMIT);
        Ping.Result result = ping.stop();
        long sent = sentCount(host) - sentBefore - result.sentCount();
        assertAll(
            () -> assertTrue(sent >= 60, "the interface saw " + sent),
            () -> assertEquals(0, result.lostCount(), result::toString),
            () -> assertTrue(first.daemon().process().isRunning()),
            () -> assertTrue(second.daemon().process().isRunning()));
      }
    }
  }

  private static long sentCount(Namespace host) {
    String file = "/sys/class/net/" + Link.DEVICE + "/statistics/tx_packets";
    return Long.parseLong(host.run("cat", file).stdout().strip());
  }

  /** One packet out through the interface, past the host's own IP layer. */
  private static void write(Namespace host, byte[] packet) {
    Path file = host.file("packet");
    try {
      Files.write(file, packet);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    host.attempt(
        LIMIT,
        Map.of(),
        "",
        List.of("socat", "-u", "-b", "2000", "OPEN:" + file, "INTERFACE:" + Link.DEVICE));
  }
}
