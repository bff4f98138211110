package dev.warren.interop.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.hosttest.HostTest;
import dev.warren.interop.host.Await;
import dev.warren.interop.host.Command;
import dev.warren.interop.host.Running;
import dev.warren.netstack.Ping;
import dev.warren.netstack.TcpFailure;
import dev.warren.netstack.TcpListener;
import dev.warren.netstack.TcpState;
import dev.warren.netstack.UdpSocket;
import dev.warren.packet.IpAddress;
import dev.warren.sim.stack.Content;
import dev.warren.sim.stack.LinkFaults;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stack and the kernel's TCP, UDP and ICMP understand each other, over good links and bad. */
@HostTest(commands = {"ip", "ping", "sysctl", "tcpdump"})
@ResourceLock("cpu")
@Timeout(60)
class StackTest {
  private static final long MILLISECOND = 1_000_000;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int MANY = 2_000;
  private static final Pattern LENGTH =
      Pattern.compile("(?:proto|next-header) \\w+ \\(\\d+\\),? (?:payload )?length:? (\\d+)\\)");

  private final StackOnTun tun = new StackOnTun(1);
  private final Exchange exchange = new Exchange();

  @AfterEach
  void end() {
    exchange.close();
    tun.close();
  }

  // Streams.

  /** A connection from the stack (or else from Linux), the stack's end first. */
  private Duplex[] pair(boolean v6, boolean fromStack) throws IOException {
    if (fromStack) {
      try (ServerSocketChannel server =
          LinuxStream.listen(tun.namespace(), StackOnTun.linux(v6), 10)) {
        Duplex own =
            StackStream.connect(tun.stack(), StackOnTun.linux(v6), LinuxStream.port(server));
        return new Duplex[] {own, new LinuxStream(server.accept())};
      }
    }
    Semaphore acceptable = new Semaphore(0);
    TcpListener listener = tun.stack().listen(null, 0, 10, acceptable::release);
    Duplex other = LinuxStream.connect(tun.namespace(), StackOnTun.own(v6), listener.localPort());
    Duplex own = StackStream.accept(listener, acceptable);
    listener.close();
    return new Duplex[] {own, other};
  }

  private void bulk(boolean v6, boolean fromStack, long bytes) throws IOException {
    Duplex[] ends = pair(v6, fromStack);
    exchange.both(ends[0], ends[1], 10, bytes);
    exchange.await();
    ends[0].close();
    ends[1].close();
    tun.assertWellBehaved();
  }

  @ParameterizedTest
  @CsvSource({"false, true", "true, true", "false, false", "true, false"})
  void muchBothWays(boolean v6, boolean fromStack) throws IOException {
    bulk(v6, fromStack, 24 << 20);
  }

  @ParameterizedTest
  @CsvSource({
    "loss,        false, true,  0.02, 0,    0,    0,   0,  0",
    "muchLoss,    true,  false, 0.10, 0,    0,    0,   2,  0",
    "duplicates,  false, false, 0,    0.3,  0,    0,   1,  0",
    "disorder,    true,  true,  0,    0,    0.3,  0,   5,  20",
    "disorder,    false, false, 0,    0,    0.1,  0,   0,  5",
    "corruption,  false, true,  0,    0,    0,    0.02, 1, 0",
    "delay,       true,  false, 0,    0,    0,    0,   60, 0",
    "everything,  false, true,  0.02, 0.05, 0.1,  0.01, 5, 20",
    "everything,  true,  false, 0.02, 0.05, 0.1,  0.01, 5, 20"
  })
  void badLinks(
      String name,
      boolean v6,
      boolean fromStack,
      double loss,
      double duplication,
      double reordering,
      double corruption,
      int delayMillis,
      int jitterMillis)
      throws IOException {
    tun.faults(
        LinkFaults.delay(delayMillis * MILLISECOND)
            .losing(loss)
            .repeating(duplication)
            .reordering(reordering, jitterMillis * MILLISECOND)
            .corrupting(corruption));
    bulk(v6, fromStack, name.equals("muchLoss") ? 200_000 : 1_000_000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNarrowLinkIsFilledAndNotFlooded(boolean fromStack) throws IOException {
    tun.faults(LinkFaults.delay(10 * MILLISECOND).rate(1_000_000, 60_000));
    bulk(false, fromStack, 2_000_000);
  }

  @Test
  void theKernelFindsNoWrongChecksum() throws IOException {
    String file = tun.namespace().file("capture").toString();
    Running dump =
        tun.namespace()
            .start(
                "tcpdump", "-Z", "root", "-U", "-B", "16384", "-w", file, "-i", StackOnTun.DEVICE);
    dump.awaitOutput("listening on");
    bulk(false, true, 300_000);
    bulk(true, false, 300_000);
    ping(StackOnTun.LINUX_V6, 100).join();
    dump.interrupt();
    dump.awaitExit(LIMIT);
    for (IpAddress own : List.of(StackOnTun.STACK_V4, StackOnTun.STACK_V6)) {
      Command.Outcome read =
          tun.namespace().run("tcpdump", "-nn", "-vv", "-r", file, "src", "host", own.toString());
      String text = read.stdout();
      assertTrue(text.contains("cksum") && text.contains("correct"), text);
      assertFalse(text.contains("bad cksum") || text.contains("wrong"), text);
      assertEquals(List.of(), wrongOnes(text));
    }
  }

  /** What has a wrong checksum, but for what was joined on the way in: that is yet to be summed. */
  private static List<String> wrongOnes(String text) {
    List<String> wrong = new ArrayList<>();
    boolean joined = false;
    for (String line : text.lines().toList()) {
      Matcher length = LENGTH.matcher(line);
      if (length.find()) {
        joined = Integer.parseInt(length.group(1)) > StackOnTun.MTU - 40;
      }
      if (line.contains("incorrect") && !joined) {
        wrong.add(line);
      }
    }
    return wrong;
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, true", "true, false", "false, false"})
  void oneSideGoesOnWhenTheOtherHasEnded(boolean stackEnds, boolean v6) throws IOException {
    Duplex[] ends = pair(v6, true);
    Duplex first = stackEnds ? ends[0] : ends[1];
    Duplex second = stackEnds ? ends[1] : ends[0];
    Exchange.send(first, 1, 100_000);
    first.shutdownOutput();
    Exchange.receive(second, 1, 100_000);
    exchange.start(
        () -> {
          Exchange.send(second, 2, 3_000_000);
          second.close();
          return second;
        });
    Exchange.receive(first, 2, 3_000_000);
    first.close();
    exchange.await();
    tun.assertWellBehaved();
  }

  @Test
  void thousandsAtOnceFromLinux() throws IOException {
    Semaphore acceptable = new Semaphore(0);
    TcpListener listener = tun.stack().listen(null, 0, MANY, acceptable::release);
    exchange.start(
        () -> {
          for (int i = 0; i < MANY; i++) {
            acceptable.acquire();
            StackStream own = StackStream.accept(listener, new Semaphore(1));
            exchange.start(() -> echo(own));
          }
          return listener;
        });
    List<SocketChannel> channels =
        Inside.call(
            tun.namespace(),
            () -> {
              List<SocketChannel> made = new ArrayList<>();
              for (int i = 0; i < MANY; i++) {
                made.add(SocketChannel.open());
              }
              return made;
            });
    InetSocketAddress to = LinuxStream.address(StackOnTun.STACK_V4, listener.localPort());
    CountDownLatch open = new CountDownLatch(MANY);
    for (int i = 0; i < MANY; i++) {
      SocketChannel channel = channels.get(i);
      long stream = i;
      exchange.start(
          () -> {
            channel.connect(to);
            return ask(new LinuxStream(channel), stream, open);
          });
    }
    exchange.await();
    tun.assertWellBehaved();
  }

  @Test
  void thousandsAtOnceToLinux() throws IOException {
    try (ServerSocketChannel server =
        LinuxStream.listen(tun.namespace(), StackOnTun.LINUX_V6, MANY)) {
      exchange.start(
          () -> {
            for (int i = 0; i < MANY; i++) {
              LinuxStream other = new LinuxStream(server.accept());
              exchange.start(() -> echo(other));
            }
            return server;
          });
      int port = LinuxStream.port(server);
      CountDownLatch open = new CountDownLatch(MANY);
      for (int i = 0; i < MANY; i++) {
        long stream = i;
        exchange.start(
            () -> ask(StackStream.connect(tun.stack(), StackOnTun.LINUX_V6, port), stream, open));
      }
      exchange.await();
    }
    tun.assertWellBehaved();
  }

  /** Waits until all connections are open, then sends and has it back. */
  private static Object ask(Duplex end, long stream, CountDownLatch open)
      throws IOException, InterruptedException {
    open.countDown();
    if (!open.await(30, TimeUnit.SECONDS)) {
      throw new IOException(open.getCount() + " are not open");
    }
    Exchange.send(end, stream, 5_000);
    end.shutdownOutput();
    Exchange.receive(end, stream, 5_000);
    end.close();
    return end;
  }

  private static Object echo(Duplex end) throws IOException {
    byte[] chunk = new byte[4_000];
    for (int count; (count = end.read(chunk)) >= 0; ) {
      end.write(chunk, count);
    }
    end.close();
    return end;
  }

  // Ends.

  @Test
  void aResetOfLinuxIsAFailure() throws IOException {
    Duplex[] ends = pair(false, true);
    ends[1].abort();
    assertEquals(TcpFailure.RESET, ((StackStream) ends[0]).awaitFailure());
    tun.assertWellBehaved();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aResetOfTheStackIsOneForLinux(boolean unread) throws IOException {
    Duplex[] ends = pair(true, false);
    StackStream own = (StackStream) ends[0];
    if (unread) {
      Exchange.send(ends[1], 1, 1_000);
      Await.until("data", LIMIT, () -> own.connection().readableBytes() == 1_000);
      own.close();
    } else {
      own.abort();
    }
    IOException e = assertThrows(IOException.class, () -> ends[1].read(new byte[10]));
    assertTrue(String.valueOf(e.getMessage()).contains("reset"), e.toString());
    assertEquals(TcpState.CLOSED, own.connection().state());
    tun.assertWellBehaved();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closedPortsRefuse(boolean v6) throws IOException {
    IOException own =
        assertThrows(
            IOException.class, () -> StackStream.connect(tun.stack(), StackOnTun.linux(v6), 9));
    assertEquals("connect: REFUSED", own.getMessage());
    assertThrows(
        ConnectException.class, () -> LinuxStream.connect(tun.namespace(), StackOnTun.own(v6), 9));
    tun.assertWellBehaved();
  }

  @Test
  void aSilentPeerIsNoticedAndALivingOneKept() throws IOException {
    StackStream living = (StackStream) pair(false, true)[0];
    // Linux answers no more than two such questions a second (net.ipv4.tcp_invalid_ratelimit).
    living.connection().keepAlive(true, 200 * MILLISECOND, 550 * MILLISECOND, 2);
    Await.holdsFor("kept", Duration.ofMillis(2_500), () -> living.failure() == null);
    tun.cut(true);
    assertEquals(TcpFailure.TIMED_OUT, living.awaitFailure());
    tun.assertWellBehaved();
  }

  // Windows.

  @Test
  void theStackStopsLinuxWhileNobodyReads() throws IOException {
    Duplex[] ends = pair(false, false);
    StackStream own = (StackStream) ends[0];
    long bytes = 16 << 20;
    AtomicLong sent = new AtomicLong();
    exchange.start(
        () -> {
          byte[] chunk = new byte[1 << 16];
          for (long done = 0; done < bytes; done += chunk.length) {
            Content.fill(3, done, chunk, 0, chunk.length);
            ends[1].write(chunk, chunk.length);
            sent.addAndGet(chunk.length);
          }
          ends[1].shutdownOutput();
          return sent;
        });
    Await.until("a full buffer", LIMIT, () -> own.connection().readableBytes() > 2_000_000);
    // The window is shut, and Linux asks now and then.
    Await.holdsFor(
        "shut",
        Duration.ofSeconds(1),
        () -> own.connection().readableBytes() <= (2 << 20) + 256 && sent.get() < bytes);
    Exchange.receive(own, 3, bytes);
    exchange.await();
    tun.assertWellBehaved();
  }

  @Test
  void linuxStopsTheStackWhileNobodyReads() throws IOException {
    Duplex[] ends = pair(true, true);
    StackStream own = (StackStream) ends[0];
    long bytes = 32 << 20;
    exchange.start(
        () -> {
          Exchange.send(own, 4, bytes);
          own.shutdownOutput();
          return own;
        });
    // The writer is told of room when a quarter is free.
    BooleanSupplier isFull = () -> own.connection().writableBytes() < (2 << 20) / 4;
    Await.until("a full buffer", LIMIT, isFull);
    Await.holdsFor(
        "waits", Duration.ofSeconds(1), () -> isFull.getAsBoolean() && own.failure() == null);
    Exchange.receive(ends[1], 4, bytes);
    exchange.await();
    tun.assertWellBehaved();
  }

  @Test
  void whatABacklogHasNoRoomForComesLater() throws Exception {
    Semaphore acceptable = new Semaphore(0);
    TcpListener listener = tun.stack().listen(null, 0, 3, acceptable::release);
    int count = 12;
    for (int i = 0; i < count; i++) {
      long stream = i * 2L;
      exchange.start(
          () -> {
            LinuxStream other =
                LinuxStream.connect(tun.namespace(), StackOnTun.STACK_V4, listener.localPort());
            byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(stream).array();
            other.write(number, number.length);
            Exchange.receive(other, stream, 10_000);
            other.close();
            return other;
          });
    }
    assertTrue(acceptable.tryAcquire(3, 20, TimeUnit.SECONDS));
    for (int i = 0; i < count; i++) {
      if (i >= 3) {
        assertTrue(acceptable.tryAcquire(20, TimeUnit.SECONDS), "connection " + i);
      }
      StackStream own = StackStream.accept(listener, new Semaphore(1));
      byte[] number = new byte[Long.BYTES];
      assertEquals(Long.BYTES, own.read(number));
      Exchange.send(own, ByteBuffer.wrap(number).getLong(), 10_000);
      own.close();
    }
    exchange.await();
    tun.assertWellBehaved();
  }

  // Path MTU.

  @ParameterizedTest
  @CsvSource({"false, true, 900", "false, false, 600", "true, true, 1280", "true, false, 1280"})
  void aPathThatBecomesNarrower(boolean v6, boolean fromStack, int mtu) throws IOException {
    Duplex[] ends = pair(v6, fromStack);
    exchange.both(ends[0], ends[1], 20, 1_000_000);
    Await.until(
        "some", LIMIT, () -> ((StackStream) ends[0]).connection().state() != TcpState.SYN_SENT);
    tun.pathMtu(mtu);
    exchange.await();
    ends[0].close();
    ends[1].close();
    bulk(v6, fromStack, 100_000);
  }

  // Datagrams and echoes.

  private CompletableFuture<Long> ping(IpAddress to, int bytes) {
    CompletableFuture<Long> result = new CompletableFuture<>();
    tun.stack()
        .ping(
            to,
            bytes,
            5_000 * MILLISECOND,
            new Ping.Events() {
              @Override
              public void replied(long rttNanos) {
                result.complete(rttNanos);
              }

              @Override
              public void failed(String why) {
                result.completeExceptionally(new IOException(why));
              }
            });
    return result;
  }

  @Test
  void pingsBothWays() {
    for (IpAddress to : List.of(StackOnTun.LINUX_V4, StackOnTun.LINUX_V6)) {
      assertTrue(ping(to, 56).join() < 5_000 * MILLISECOND);
    }
    for (IpAddress own : List.of(StackOnTun.STACK_V4, StackOnTun.STACK_V6)) {
      for (String bytes : List.of("0", "56", "1300", "8000", "60000")) {
        tun.namespace()
            .run("ping", "-n", "-c", "3", "-i", "0.01", "-W", "5", "-s", bytes, own.toString());
      }
    }
    tun.assertWellBehaved();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void datagramsOfAllSizesBothWays(boolean v6) throws Exception {
    BlockingQueue<Boolean> news = new LinkedBlockingQueue<>();
    UdpSocket own = tun.stack().udp(null, 0, () -> news.add(true));
    try (DatagramChannel other = LinuxStream.datagrams(tun.namespace(), StackOnTun.linux(v6))) {
      other.socket().setSoTimeout(5_000);
      int port = ((InetSocketAddress) other.getLocalAddress()).getPort();
      for (int bytes : new int[] {0, 1, 1_372, 1_373, 1_393, 2_000, 9_001, 40_000, 65_507}) {
        byte[] data = new byte[bytes];
        Content.fill(bytes, 0, data, 0, bytes);
        other.send(ByteBuffer.wrap(data), LinuxStream.address(StackOnTun.own(v6), own.localPort()));
        UdpSocket.Datagram got = receive(own, news);
        assertEquals(StackOnTun.linux(v6), got.from());
        assertEquals(-1, Content.difference(bytes, 0, got.data(), 0, bytes));
        assertEquals(bytes, got.data().length);
        assertTrue(own.send(got.from(), port, ByteBuffer.wrap(got.data())));
        ByteBuffer back = ByteBuffer.allocate(70_000);
        assertEquals(LinuxStream.address(StackOnTun.own(v6), own.localPort()), other.receive(back));
        assertEquals(bytes, back.position());
        assertEquals(-1, Content.difference(bytes, 0, back.array(), 0, bytes));
      }
    }
    own.close();
    tun.assertWellBehaved();
  }

  private static UdpSocket.Datagram receive(UdpSocket socket, BlockingQueue<Boolean> news)
      throws InterruptedException {
    UdpSocket.Datagram got = socket.receive();
    while (got == null) {
      if (news.poll(5, TimeUnit.SECONDS) == null) {
        throw new AssertionError("no datagram");
      }
      got = socket.receive();
    }
    return got;
  }
}
