package dev.warren.netstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.warren.packet.Batch;
import dev.warren.packet.IpAddress;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a busy stack costs, and what one under attack still does. */
class StackLoadTest {
  private static final class Quiet implements TcpConnection.Events {
    @Nullable TcpFailure failure;

    @Override
    public void connected() {}

    @Override
    public void readable() {}

    @Override
    public void writable() {}

    @Override
    public void failed(TcpFailure why) {
      failure = why;
    }

    @Override
    public void closed() {}
  }

  private final TwoHosts hosts = new TwoHosts(1420, 1420);
  private final Quiet events = new Quiet();
  private final byte[] buffer = new byte[64 << 10];
  private final TcpListener listener;
  private final TcpConnection client;
  private final TcpConnection server;

  StackLoadTest() throws BindException {
    listener = hosts.b.listen(null, 80, 64, () -> {});
    client = hosts.a.connect(null, 0, TwoHosts.B4, 80, events);
    hosts.settle();
    TcpConnection accepted = listener.accept(events);
    assertNotNull(accepted);
    server = accepted;
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /** Moves some data; answers what the stacks' own calls allocated. */
  private long transfer(int bytes) {
    long garbage = 0;
    for (int sent = 0, got = 0; got < bytes; ) {
      if (sent < bytes) {
        sent += Math.max(0, client.write(buffer, 0, Math.min(buffer.length, bytes - sent)));
      }
      long before = allocated();
      hosts.move(hosts.a, hosts.b);
      hosts.move(hosts.b, hosts.a);
      garbage += allocated() - before;
      int count;
      while ((count = server.read(buffer, 0, buffer.length)) > 0) {
        got += count;
      }
      hosts.nowNanos = Math.max(hosts.nowNanos + 100_000, 0);
    }
    return garbage;
  }

  @Test
  void bulkTransferLeavesNoGarbagePerPacket() {
    int bytes = 16 << 20;
    transfer(4 * bytes);
    long best = Long.MAX_VALUE;
    double perPacket = 0;
    for (int attempt = 0; attempt < 5; attempt++) {
      long before = hosts.packets;
      long garbage = transfer(bytes);
      if (garbage < best) {
        best = garbage;
        perPacket = (double) garbage / (hosts.packets - before);
      }
    }
    System.out.printf(
        "bulk: %.1f bytes allocated a packet, %.3f a byte of data%n",
        perPacket, (double) best / bytes);
    // A chunk's few fields for every 32 KiB, and chunks themselves where the pool runs short.
    assertTrue(best < bytes / 20, best + " bytes for " + bytes);
  }

  @Test
  void aFloodOfSynsLeavesAnOpenConnectionAlone() {
    SplittableRandom random = new SplittableRandom(5);
    Batch flood = new Batch(64, 64 << 10);
    Batch out = new Batch(256, 1 << 20);
    transfer(1 << 20);
    System.gc();
    long before = used();
    for (int i = 0; i < 100_000; i++) {
      IpAddress from = IpAddress.v4(0x0b000000 | random.nextInt(1 << 24));
      int port = 1 + random.nextInt(65_535);
      byte[] syn = Wire.tcp(from, port, TwoHosts.B4, 80, random.nextInt(), 0x02);
      TwoHosts.add(flood, Wire.v4(from, TwoHosts.B4, 6, 0, 0x4000, syn));
      if (flood.count() == 64 || i == 99_999) {
        hosts.b.receive(flood, hosts.nowNanos);
        flood.clear();
        out.clear();
        hosts.b.transmit(out, hosts.nowNanos);
        hosts.nowNanos += 100_000;
      }
      if (i % 10_000 == 0) {
        transfer(100_000);
      }
    }
    transfer(1 << 20);
    System.gc();
    long grown = used() - before;
    System.out.println("SYN flood: heap grew by " + grown + " bytes");
    assertTrue(grown < 16 << 20, grown + " bytes");
    assertNull(events.failure);
    assertEquals(TcpState.ESTABLISHED, server.state());
    // And the listener still takes new ones.
    TcpConnection late = hosts.a.connect(null, 0, TwoHosts.B4, 80, events);
    hosts.settle();
    assertNotNull(listener.accept(events));
    assertEquals(TcpState.ESTABLISHED, late.state());
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
