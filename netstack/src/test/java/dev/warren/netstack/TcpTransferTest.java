package dev.warren.netstack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpTransferTest {
  private static final int PORT = 80;

  /** Counts what it hears. */
  private static final class Heard implements TcpConnection.Events {
    int connected;
    int closed;
    @Nullable TcpFailure failed;

    @Override
    public void connected() {
      connected++;
    }

    @Override
    public void readable() {}

    @Override
    public void writable() {}

    @Override
    public void failed(TcpFailure why) {
      failed = why;
    }

    @Override
    public void closed() {
      closed++;
    }
  }

  /** A program at one end: writes all it has, reads all there is, and closes behind both. */
  private static final class Program {
    final TcpConnection connection;
    final byte[] toSend;
    final byte[] received;
    int sent;
    int got;
    boolean closed;

    Program(TcpConnection connection, byte[] toSend, int expected) {
      this.connection = connection;
      this.toSend = toSend;
      this.received = new byte[expected];
    }

    /** Goes on for as long as it can. */
    void run(SplittableRandom random) {
      for (int before = -1; !closed && before != sent + got; ) {
        before = sent + got;
        runOnce(random);
      }
    }

    private void runOnce(SplittableRandom random) {
      if (sent < toSend.length) {
        int part = Math.min(toSend.length - sent, 1 + random.nextInt(100_000));
        int count = connection.write(toSend, sent, part);
        assertTrue(count >= 0, () -> "write " + count + " " + connection.failure());
        sent += count;
        if (sent == toSend.length) {
          connection.shutdownOutput();
        }
      }
      byte[] buffer = new byte[1 + random.nextInt(60_000)];
      int count = connection.read(buffer, 0, buffer.length);
      assertTrue(count >= -1, () -> "read " + count + " " + connection.failure());
      if (count > 0) {
        System.arraycopy(buffer, 0, received, got, count);
        got += count;
      }
      if (count < 0 && connection.isFlushed() && sent == toSend.length) {
        closed = true;
        connection.close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 0",
    "2, 0.01, 0, 0",
    "3, 0.05, 0.02, 0",
    "4, 0, 0, 3",
    "5, 0.02, 0.05, 5",
    "6, 0.1, 0.1, 2",
    "7, 0.2, 0, 1",
    "8, 0.001, 0, 0",
    "9, 0.03, 0.5, 20"
  })
  void bothWays(long seed, double loss, double duplication, int jitterMillis) throws BindException {
    StackPair pair = new StackPair(seed, 1420, 300_000);
    pair.loss = loss;
    pair.duplication = duplication;
    pair.jitterNanos = jitterMillis * StackPair.MILLI;
    byte[] a = bytes(pair, 1_500_000);
    byte[] b = bytes(pair, 700_001);
    Heard heardLeft = new Heard();
    Heard heardRight = new Heard();
    TcpListener listener = pair.right.listen(null, PORT, 16, () -> {});
    TcpConnection client = pair.left.connect(null, 0, StackPair.RIGHT, PORT, heardLeft);
    Program left = new Program(client, a, b.length);
    Program right = null;
    long start = pair.now;
    long end = start + 600_000 * StackPair.MILLI;
    while (!(right != null && right.closed && left.closed) && pair.step() && pair.now < end) {
      if (right == null) {
        TcpConnection accepted = listener.accept(heardRight);
        right = accepted == null ? null : new Program(accepted, b, a.length);
      } else {
        right.run(pair.random);
      }
      if (heardLeft.connected > 0) {
        left.run(pair.random);
      }
    }
    System.out.printf(
        "seed %d: %d packets, %d turns, %d ms%n",
        seed, pair.packets, pair.turns, (pair.now - start) / StackPair.MILLI);
    Program server = right;
    assertNotNull(server);
    assertArrayEquals(a, server.received);
    assertArrayEquals(b, left.received);
    assertNull(heardLeft.failed);
    assertNull(heardRight.failed);
    listener.close();
    // Nothing is left for ever, not even in TIME-WAIT.
    while (pair.step()) {
      assertTrue(pair.now < end + 600_000 * StackPair.MILLI, "a connection never ends");
    }
    assertEquals(1, heardLeft.closed);
    assertEquals(1, heardRight.closed);
    assertEquals(TcpState.CLOSED, client.state());
    assertEquals(TcpState.CLOSED, server.connection.state());
  }

  @Test
  void nobodyListens() {
    StackPair pair = new StackPair(1, 1420, 65_536);
    Heard heard = new Heard();
    pair.left.connect(null, 0, StackPair.RIGHT, PORT, heard);
    while (pair.step()) {}
    assertEquals(TcpFailure.REFUSED, heard.failed);
    assertEquals(1, heard.closed);
  }

  @Test
  void nobodyAnswers() {
    StackPair pair = new StackPair(1, 1420, 65_536);
    pair.loss = 1;
    Heard heard = new Heard();
    pair.left.connect(null, 0, StackPair.RIGHT, PORT, heard);
    long before = pair.now;
    while (pair.step()) {}
    assertEquals(TcpFailure.TIMED_OUT, heard.failed);
    long seconds = (pair.now - before) / 1_000_000_000;
    assertTrue(seconds > 60 && seconds < 200, () -> seconds + " s");
    assertTrue(pair.turns < 50, () -> pair.turns + " turns");
  }

  private static byte[] bytes(StackPair pair, int length) {
    byte[] all = new byte[length];
    pair.random.nextBytes(all);
    return all;
  }
}
