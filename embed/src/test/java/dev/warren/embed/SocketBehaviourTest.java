package dev.warren.embed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Each case with the JDK's own sockets first: what passes there is what a tunnel's have to do. */
@ParameterizedClass
@EnumSource(Pair.Kind.class)
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketBehaviourTest {
  private final Pair pair;

  SocketBehaviourTest(Pair.Kind kind) throws IOException {
    pair = Pair.open(kind);
  }

  @AfterEach
  void close() throws IOException {
    pair.close();
  }

  // Connecting and accepting.

  @Test
  void endsKnowEachOther() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      assertEquals(ends.client().getLocalSocketAddress(), ends.server().getRemoteSocketAddress());
      assertEquals(ends.client().getRemoteSocketAddress(), ends.server().getLocalSocketAddress());
      assertEquals(pair.clientAddress(), ends.client().getLocalAddress());
      assertEquals(pair.serverAddress(), ends.client().getInetAddress());
      assertTrue(ends.client().getLocalPort() > 0);
      assertTrue(ends.client().isConnected() && ends.server().isConnected());
      assertTrue(ends.client().isBound() && ends.server().isBound());
    }
  }

  @Test
  void refused() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket server = pair.listening()) {
      nobody = (InetSocketAddress) server.getLocalSocketAddress();
    }
    Socket socket = pair.clientSocket();
    assertMessage("Connection refused", ConnectException.class, () -> socket.connect(nobody));
    assertTrue(socket.isClosed());
  }

  @Test
  void connectTimesOut() throws Exception {
    InetSocketAddress hole = pair.blackHole();
    Socket socket = pair.clientSocket();
    assertMessage(
        "Connect timed out", SocketTimeoutException.class, () -> socket.connect(hole, 100));
    assertTrue(socket.isClosed());
  }

  @Test
  void closeWhileConnecting() throws Exception {
    InetSocketAddress hole = pair.blackHole();
    Socket socket = pair.clientSocket();
    CountDownLatch begun = new CountDownLatch(1);
    Task<Void> connecting =
        Task.start(
            () -> {
              begun.countDown();
              socket.connect(hole, 20_000);
              return null;
            });
    begun.await();
    awaitParked(connecting.thread);
    socket.close();
    assertThrows(SocketException.class, connecting::result);
  }

  @Test
  void connectsOnce() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      assertThrows(
          SocketException.class,
          () -> ends.client().connect(ends.client().getRemoteSocketAddress()));
    }
  }

  @Test
  void unknownNameIsUnknownHost() throws Exception {
    Socket socket = pair.clientSocket();
    assertThrows(
        UnknownHostException.class,
        () -> socket.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1)));
    assertTrue(socket.isClosed());
  }

  @Test
  void portInUse() throws Exception {
    try (ServerSocket first = pair.listening();
        ServerSocket second = pair.serverSocket()) {
      BindException thrown =
          assertThrows(BindException.class, () -> second.bind(first.getLocalSocketAddress()));
      assertTrue(String.valueOf(thrown.getMessage()).startsWith("Address already in use"));
    }
  }

  @Test
  void foreignAddressCannotBeBound() throws Exception {
    try (ServerSocket server = pair.serverSocket()) {
      BindException thrown =
          assertThrows(
              BindException.class, () -> server.bind(new InetSocketAddress("203.0.113.9", 0)));
      assertTrue(String.valueOf(thrown.getMessage()).startsWith("Cannot assign requested address"));
    }
  }

  @Test
  void portIsFreeAgainAfterClose() throws Exception {
    InetSocketAddress at;
    try (ServerSocket server = pair.listening()) {
      at = (InetSocketAddress) server.getLocalSocketAddress();
    }
    try (ServerSocket again = pair.serverSocket()) {
      again.bind(at);
      assertEquals(at.getPort(), again.getLocalPort());
    }
  }

  @Test
  void acceptTimesOutAndGoesOn() throws Exception {
    try (ServerSocket server = pair.listening();
        Socket client = pair.clientSocket()) {
      server.setSoTimeout(50);
      assertMessage("Accept timed out", SocketTimeoutException.class, server::accept);
      server.setSoTimeout(0);
      client.connect(server.getLocalSocketAddress());
      server.accept().close();
    }
  }

  @Test
  void closeWhileAccepting() throws Exception {
    ServerSocket server = pair.listening();
    Task<Socket> accepting = Task.start(server::accept);
    awaitParked(accepting.thread);
    server.close();
    assertThrows(SocketException.class, accepting::result);
    assertMessage("Socket is closed", SocketException.class, server::accept);
  }

  // Bytes.

  @Test
  void megabytesBothWaysAtOnce() throws Exception {
    byte[] up = random(8 << 20, 1);
    byte[] down = random(8 << 20, 2);
    try (Pair.Ends ends = pair.connected()) {
      Task<Void> upload = write(ends.client(), up);
      Task<Void> download = write(ends.server(), down);
      Task<byte[]> uploaded = Task.start(() -> ends.server().getInputStream().readAllBytes());
      assertArrayEquals(down, ends.client().getInputStream().readAllBytes());
      assertArrayEquals(up, uploaded.result());
      upload.result();
      download.result();
    }
  }

  @Test
  void singleBytesAndAvailable() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      ends.client().setTcpNoDelay(true);
      ends.client().getOutputStream().write(0xfe);
      ends.client().getOutputStream().write(new byte[] {1, 2, 3}, 1, 2);
      InputStream in = ends.server().getInputStream();
      while (in.available() < 3) {
        Thread.onSpinWait();
      }
      assertEquals(0xfe, in.read());
      assertEquals(0, in.read(new byte[3], 0, 0));
      byte[] two = new byte[5];
      assertEquals(2, in.read(two, 1, 4));
      assertArrayEquals(new byte[] {0, 2, 3, 0, 0}, two);
      assertEquals(0, in.available());
      assertThrows(IndexOutOfBoundsException.class, () -> in.read(two, 3, 3));
    }
  }

  @Test
  void readTimesOutAndGoesOn() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      InputStream in = ends.client().getInputStream();
      ends.client().setSoTimeout(50);
      assertMessage("Read timed out", SocketTimeoutException.class, in::read);
      ends.server().getOutputStream().write(7);
      ends.client().setSoTimeout(10_000);
      assertEquals(7, in.read());
    }
  }

  @Test
  void writerWaitsForReader() throws Exception {
    byte[] much = random(16 << 20, 3);
    try (Pair.Ends ends = pair.connected()) {
      AtomicLong written = new AtomicLong();
      Task<Void> writing =
          Task.start(
              () -> {
                OutputStream out = ends.client().getOutputStream();
                for (int at = 0; at < much.length; at += 1 << 16) {
                  out.write(much, at, 1 << 16);
                  written.addAndGet(1 << 16);
                }
                ends.client().shutdownOutput();
                return null;
              });
      long before = awaitStanding(written);
      assertTrue(before < much.length, "somebody must wait");
      assertArrayEquals(much, ends.server().getInputStream().readAllBytes());
      writing.result();
    }
  }

  // Ends.

  @Test
  void halfCloseLeavesTheOtherDirection() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      ends.client().getOutputStream().write("question".getBytes(StandardCharsets.US_ASCII));
      ends.client().shutdownOutput();
      assertTrue(ends.client().isOutputShutdown());
      assertEquals("question", text(ends.server().getInputStream().readAllBytes()));
      assertEquals(-1, ends.server().getInputStream().read());
      ends.server().getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
      ends.server().close();
      assertEquals("answer", text(ends.client().getInputStream().readAllBytes()));
    }
  }

  @Test
  void nothingIsWrittenAfterShutdownOutput() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      OutputStream out = ends.client().getOutputStream();
      ends.client().shutdownOutput();
      assertThrows(SocketException.class, () -> out.write(1));
      assertMessage(
          "Socket output is shutdown",
          SocketException.class,
          () -> ends.client().getOutputStream());
    }
  }

  @Test
  void nothingIsReadAfterShutdownInput() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      InputStream in = ends.client().getInputStream();
      ends.client().shutdownInput();
      assertEquals(-1, in.read());
      assertEquals(0, in.available());
      ends.client().getOutputStream().write(1);
      assertEquals(1, ends.server().getInputStream().read());
    }
  }

  @Test
  void shutdownInputWakesTheReader() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      InputStream in = ends.client().getInputStream();
      Task<Integer> reading = Task.start(in::read);
      awaitParked(reading.thread);
      ends.client().shutdownInput();
      assertEquals(-1, reading.result());
    }
  }

  @Test
  void closeWhileReading() throws Exception {
    for (boolean virtual : new boolean[] {false, true}) {
      try (Pair.Ends ends = pair.connected()) {
        InputStream in = ends.client().getInputStream();
        Task<Integer> reading = virtual ? Task.startVirtual(in::read) : Task.start(in::read);
        awaitParked(reading.thread);
        ends.client().close();
        assertMessage("Socket closed", SocketException.class, reading::result);
      }
    }
  }

  @Test
  void closeWhileWriting() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      OutputStream out = ends.client().getOutputStream();
      AtomicLong written = new AtomicLong();
      Task<Void> writing =
          Task.start(
              () -> {
                while (true) {
                  out.write(new byte[1 << 16]);
                  written.incrementAndGet();
                }
              });
      awaitStanding(written);
      ends.client().close();
      assertThrows(SocketException.class, writing::result);
    }
  }

  @Test
  void closedSocketSaysSo() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      InputStream in = ends.client().getInputStream();
      OutputStream out = ends.client().getOutputStream();
      in.close();
      assertTrue(ends.client().isClosed(), "its stream closes it");
      ends.client().close();
      assertMessage("Socket closed", SocketException.class, in::read);
      assertMessage("Socket closed", SocketException.class, () -> out.write(1));
      assertMessage(
          "Socket is closed", SocketException.class, () -> ends.client().getInputStream());
      assertThrows(SocketException.class, () -> ends.client().setSoTimeout(1));
      assertEquals(-1, ends.server().getInputStream().read());
    }
  }

  @Test
  void lingerOfZeroResets() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      ends.server().setSoLinger(true, 0);
      ends.server().close();
      InputStream in = ends.client().getInputStream();
      assertMessage("Connection reset", SocketException.class, in::read);
      assertMessage("Connection reset", SocketException.class, in::read);
      assertThrows(SocketException.class, () -> ends.client().getOutputStream().write(1));
    }
  }

  @Test
  void resetWakesTheReader() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      Task<Integer> reading = Task.start(ends.client().getInputStream()::read);
      awaitParked(reading.thread);
      ends.server().setSoLinger(true, 0);
      ends.server().close();
      assertMessage("Connection reset", SocketException.class, reading::result);
    }
  }

  @Test
  void closeWithBytesUnreadEndsTheOtherSide() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      ends.client().getOutputStream().write(1);
      while (ends.server().getInputStream().available() == 0) {
        pause();
      }
      ends.server().close();
      try {
        assertEquals(-1, ends.client().getInputStream().read());
      } catch (SocketException e) {
        assertEquals("Connection reset", e.getMessage());
      }
    }
  }

  @Test
  void writesToWhoClosedFailInTheEnd() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      ends.server().close();
      OutputStream out = ends.client().getOutputStream();
      assertThrows(
          SocketException.class,
          () -> {
            while (true) {
              out.write(new byte[1024]);
            }
          });
    }
  }

  @Test
  void lingeringCloseDeliversAll() throws Exception {
    byte[] much = random(1 << 20, 4);
    try (Pair.Ends ends = pair.connected()) {
      Task<byte[]> reading = Task.start(ends.server().getInputStream()::readAllBytes);
      ends.client().setSoLinger(true, 20);
      ends.client().getOutputStream().write(much);
      ends.client().close();
      assertArrayEquals(much, reading.result());
    }
  }

  @Test
  void closeDeliversAllInTheBackground() throws Exception {
    byte[] much = random(1 << 20, 5);
    try (Pair.Ends ends = pair.connected()) {
      Task<byte[]> reading = Task.start(ends.server().getInputStream()::readAllBytes);
      ends.client().getOutputStream().write(much);
      ends.client().close();
      assertArrayEquals(much, reading.result());
    }
  }

  // Interrupts.

  @Test
  void interruptClosesUnderAVirtualReader() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      InputStream in = ends.client().getInputStream();
      Task<Boolean> reading =
          Task.startVirtual(
              () -> {
                assertMessage("Closed by interrupt", SocketException.class, in::read);
                return Thread.currentThread().isInterrupted();
              });
      awaitParked(reading.thread);
      reading.thread.interrupt();
      assertTrue(reading.result(), "stays interrupted");
      assertTrue(ends.client().isClosed());
    }
  }

  @Test
  void interruptClosesUnderAVirtualAccepter() throws Exception {
    ServerSocket server = pair.listening();
    Task<Socket> accepting = Task.startVirtual(server::accept);
    awaitParked(accepting.thread);
    accepting.thread.interrupt();
    assertMessage("Closed by interrupt", SocketException.class, accepting::result);
    assertTrue(server.isClosed());
  }

  @Test
  void interruptClosesUnderAVirtualConnecter() throws Exception {
    InetSocketAddress hole = pair.blackHole();
    Socket socket = pair.clientSocket();
    Task<Void> connecting =
        Task.startVirtual(
            () -> {
              socket.connect(hole, 20_000);
              return null;
            });
    awaitParked(connecting.thread);
    connecting.thread.interrupt();
    assertMessage("Closed by interrupt", SocketException.class, connecting::result);
  }

  @Test
  void platformReaderReadsOn() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      InputStream in = ends.client().getInputStream();
      Task<String> reading =
          Task.start(() -> in.read() + " " + Thread.currentThread().isInterrupted());
      awaitParked(reading.thread);
      reading.thread.interrupt();
      ends.server().getOutputStream().write(5);
      assertEquals("5 true", reading.result());
    }
  }

  // Options.

  @Test
  void optionsAreKept() throws Exception {
    try (Pair.Ends ends = pair.connected()) {
      Socket socket = ends.client();
      assertFalse(socket.getTcpNoDelay());
      socket.setTcpNoDelay(true);
      assertTrue(socket.getTcpNoDelay());
      assertFalse(socket.getKeepAlive());
      socket.setKeepAlive(true);
      assertTrue(socket.getKeepAlive());
      assertEquals(-1, socket.getSoLinger());
      socket.setSoLinger(true, 3);
      assertEquals(3, socket.getSoLinger());
      socket.setSoLinger(false, 0);
      assertEquals(-1, socket.getSoLinger());
      assertEquals(0, socket.getSoTimeout());
      socket.setSoTimeout(77);
      assertEquals(77, socket.getSoTimeout());
      assertTrue(socket.getReceiveBufferSize() > 0 && socket.getSendBufferSize() > 0);
      socket.setReceiveBufferSize(1 << 16);
      socket.setSendBufferSize(1 << 16);
      socket.setTrafficClass(0x10);
      assertNotEquals(0, socket.getSendBufferSize());
      assertTrue(socket.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY));
      assertTrue(socket.getOption(StandardSocketOptions.TCP_NODELAY));
      socket.setOption(StandardSocketOptions.SO_KEEPALIVE, false);
      assertFalse(socket.getKeepAlive());
      assertThrows(IllegalArgumentException.class, () -> socket.setSoTimeout(-1));
      assertThrows(
          UnsupportedOperationException.class,
          () -> socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
    }
  }

  @Test
  void optionsBeforeConnecting() throws Exception {
    try (ServerSocket server = pair.listening();
        Socket client = pair.clientSocket()) {
      client.setTcpNoDelay(true);
      client.setSoTimeout(1234);
      client.setReuseAddress(true);
      server.setReceiveBufferSize(1 << 16);
      client.connect(server.getLocalSocketAddress(), 10_000);
      assertTrue(client.getTcpNoDelay());
      assertEquals(1234, client.getSoTimeout());
      server.accept().close();
    }
  }

  private static void assertMessage(
      String message,
      Class<? extends Exception> type,
      org.junit.jupiter.api.function.Executable e) {
    assertEquals(message, assertThrows(type, e).getMessage());
  }

  /**
   * Waits until a thread waits; one that waits inside the kernel cannot be told from one at work.
   */
  private static void awaitParked(Thread thread) {
    for (int i = 0; i < 50 && thread.isAlive(); i++) {
      Thread.State state = thread.getState();
      if (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING) {
        return;
      }
      pause();
    }
  }

  /** Waits until a count grows no more. */
  private static long awaitStanding(AtomicLong count) {
    long last = 0;
    for (int same = 0; same < 50; ) {
      pause();
      long now = count.get();
      same = now == last && now > 0 ? same + 1 : 0;
      last = now;
    }
    return last;
  }

  private static void pause() {
    LockSupport.parkNanos(1_000_000);
  }

  private static Task<Void> write(Socket to, byte[] bytes) {
    return Task.start(
        () -> {
          to.getOutputStream().write(bytes);
          to.shutdownOutput();
          return null;
        });
  }

  private static byte[] random(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
