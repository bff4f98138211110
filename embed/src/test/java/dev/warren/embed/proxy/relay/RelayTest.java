package dev.warren.embed.proxy.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.embed.proxy.Rig;
import dev.warren.embed.proxy.forward.TcpForward;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two connections joined, by a forward of a port. */
class RelayTest {
  private Rig rig = new Rig();

  @AfterEach
  void end() throws Exception {
    rig.close();
  }

  private Socket through(int target) throws IOException {
    InetSocketAddress where = InetSocketAddress.createUnresolved("127.0.0.1", target);
    return rig.client(rig.serve(new TcpForward(rig, where, rig.limits)));
  }

  @Test
  void halfClosedByTheClient() throws IOException {
    Socket client =
        through(
            rig.origin(
                socket -> {
                  byte[] all = socket.getInputStream().readAllBytes();
                  socket.getOutputStream().write(Rig.ascii("heard " + all.length));
                }));
    client.getOutputStream().write(new byte[100_000]);
    client.shutdownOutput();
    assertEquals("heard 100000", Rig.rest(client));
    Rig.await("the end", () -> rig.counters.openCount() == 0);
    assertEquals(100_000, rig.counters.fromClientBytes());
    assertEquals(12, rig.counters.toClientBytes());
  }

  @Test
  void halfClosedByTheOther() throws Exception {
    CompletableFuture<Integer> heard = new CompletableFuture<>();
    Socket client =
        through(
            rig.origin(
                socket -> {
                  socket.getOutputStream().write(Rig.ascii("bye"));
                  socket.shutdownOutput();
                  heard.complete(socket.getInputStream().readAllBytes().length);
                }));
    assertEquals("bye", Rig.rest(client));
    client.getOutputStream().write(new byte[70_000]);
    client.shutdownOutput();
    assertEquals(70_000, heard.get(20, TimeUnit.SECONDS));
  }

  @Test
  void resetsBothWays() throws Exception {
    Socket client = through(rig.origin(Connection::reset));
    assertThrows(SocketException.class, () -> client.getInputStream().read());
    CompletableFuture<IOException> failure = new CompletableFuture<>();
    Socket other =
        through(
            rig.origin(
                socket -> {
                  socket.getOutputStream().write('x');
                  try {
                    socket.getInputStream().readAllBytes();
                    failure.complete(new IOException("an orderly end"));
                  } catch (IOException e) {
                    failure.complete(e);
                  }
                }));
    assertEquals("x", Rig.next(other, 1));
    Connection.reset(other);
    assertEquals(SocketException.class, failure.get(20, TimeUnit.SECONDS).getClass());
  }

  @Test
  void nobodyThereIsAReset() throws IOException {
    Socket client = through(Rig.nobody());
    assertThrows(SocketException.class, () -> client.getInputStream().read());
    assertEquals(1, rig.counters.refusals(Refusal.REFUSED));
  }

  /** What the other end said before it went is not lost because it did not listen any more. */
  @Test
  void lastWordsArrive() throws IOException {
    Socket client =
        through(
            rig.origin(
                socket -> {
                  socket.getInputStream().readNBytes(10);
                  socket.getOutputStream().write(new byte[30_000]);
                  socket.shutdownOutput();
                  socket.getInputStream().readNBytes(100_000);
                }));
    Thread.startVirtualThread(
        () -> {
          try {
            while (true) {
              client.getOutputStream().write(new byte[10_000]);
            }
          } catch (IOException e) {
            // As is to be expected.
          }
        });
    assertEquals(30_000, client.getInputStream().readNBytes(30_000).length);
  }

  @Test
  void whoReadsSlowlyIsWrittenToSlowly() throws Exception {
    AtomicLong written = new AtomicLong();
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    byte[] all = new byte[64 << 20];
    new Random(7).nextBytes(all);
    Socket client =
        through(
            rig.origin(
                socket -> {
                  OutputStream out = socket.getOutputStream();
                  for (int at = 0; at < all.length; at += 65_536) {
                    out.write(all, at, 65_536);
                    written.addAndGet(65_536);
                  }
                  ended.complete(true);
                }));
    // Nobody reads: the writer comes to a stand, long before it is through.
    long before = -1;
    while (before != written.get()) {
      before = written.get();
      CompletableFuture<?> pause = new CompletableFuture<>();
      pause.completeOnTimeout(null, 300, TimeUnit.MILLISECONDS).join();
    }
    assertTrue(before < all.length / 2, "buffered " + before);
    byte[] read = client.getInputStream().readNBytes(all.length);
    assertArrayEquals(all, read);
    assertTrue(ended.get(20, TimeUnit.SECONDS));
  }

  @Test
  void idleOnesEnd() throws Exception {
    rig.close();
    rig =
        new Rig(
            ProxyLimits.usual()
                .withTimes(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(150)));
    Socket client = through(rig.echo());
    for (int i = 0; i < 8; i++) {
      client.getOutputStream().write('a');
      assertEquals("a", Rig.next(client, 1));
      new CompletableFuture<>().completeOnTimeout(null, 50, TimeUnit.MILLISECONDS).join();
    }
    assertThrows(SocketException.class, () -> client.getInputStream().read());
    Rig.await("the end", () -> rig.counters.openCount() == 0);
  }

  /** A writer who waits for somebody who never reads is ended too. */
  @Test
  void stuckOnesEnd() throws Exception {
    rig.close();
    rig =
        new Rig(
            ProxyLimits.usual()
                .withTimes(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(300)));
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    Socket client =
        through(
            rig.origin(
                socket -> {
                  try {
                    while (true) {
                      socket.getOutputStream().write(new byte[65_536]);
                    }
                  } finally {
                    ended.complete(true);
                  }
                }));
    assertTrue(ended.get(20, TimeUnit.SECONDS));
    assertTrue(client.isConnected());
    Rig.await("the end", () -> rig.counters.openCount() == 0);
  }

  @Test
  void oneTooManyIsReset() throws Exception {
    rig.close();
    rig = new Rig(ProxyLimits.usual().withConnections(2));
    InetSocketAddress where = InetSocketAddress.createUnresolved("127.0.0.1", rig.echo());
    int port = rig.serve(new TcpForward(rig, where, rig.limits));
    for (int i = 0; i < 2; i++) {
      Socket client = rig.client(port);
      client.getOutputStream().write('a');
      assertEquals("a", Rig.next(client, 1));
    }
    assertThrows(SocketException.class, () -> readOne(rig.client(port)));
    assertEquals(1, rig.counters.refusals(Refusal.FULL));
  }

  private static void readOne(Socket client) throws IOException {
    client.getOutputStream().write('a');
    if (client.getInputStream().read() < 0) {
      throw new AssertionError("an orderly end");
    }
  }

  @Test
  void manyAtATime() throws Exception {
    InetSocketAddress where = InetSocketAddress.createUnresolved("127.0.0.1", rig.echo());
    int port = rig.serve(new TcpForward(rig, where, rig.limits));
    int count = 200;
    Socket[] clients = new Socket[count];
    for (int i = 0; i < count; i++) {
      clients[i] = rig.client(port);
      clients[i].getOutputStream().write(Rig.ascii("hello " + (i + 1000)));
    }
    for (int i = 0; i < count; i++) {
      assertEquals("hello " + (i + 1000), Rig.next(clients[i], 10));
      clients[i].close();
    }
    Rig.await("the end", () -> rig.counters.openCount() == 0);
    assertEquals(count, rig.counters.openedCount());
  }
}
